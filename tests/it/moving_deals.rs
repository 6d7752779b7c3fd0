//! Dragging deals on the board: positions, two users at once, fifty at once, long ranks.

use std::collections::BTreeSet;

use accord::{
    pipeline::{DealChange, Move, move_deal, update_deal},
    platform::actor::Actor,
};
use entity::{DealId, Role};
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::support::{Client, Sales, TestApp, faults};

const MOVE: &str =
    "mutation($input: MoveDealInput!) { moveDeal(input: $input) { deal { id title stage { name } version }
    overtook { name } userErrors { code field } } }";

async fn drag(client: &Client<'_>, input: Value) -> Value {
    client.gql(MOVE, json!({ "input": input })).await["moveDeal"].clone()
}

/// Deals `a`, `b`, `c` … from the top.
async fn column(app: &TestApp, sales: &Sales, stage: &str, titles: &[&str]) -> Vec<DealId> {
    let mut ids = Vec::new();
    for title in titles.iter().rev() {
        ids.insert(0, sales.deal(app, title, stage).await);
    }
    ids
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deal_goes_where_it_is_dropped_named_by_its_neighbours() {
    let app = TestApp::new().await;
    let sales = Sales::new(&app).await;
    let client = app.api_key(Role::Sales).await;
    let ids = column(&app, &sales, "First", &["a", "b", "c"]).await;
    let others = column(&app, &sales, "Second", &["x", "y"]).await;
    let id = |id: DealId| id.to_string();
    let (first, second) = (sales.stage("First").to_string(), sales.stage("Second").to_string());
    drag(&client, json!({ "dealId": id(ids[0]), "toStageId": first, "afterDealId": id(ids[1]), "beforeDealId": id(ids[2]) })).await;
    assert_eq!(sales.column(&client, "First").await, ["b", "a", "c"]);
    drag(&client, json!({ "dealId": id(ids[0]), "toStageId": second, "beforeDealId": id(others[1]) })).await;
    assert_eq!(sales.column(&client, "Second").await, ["x", "a", "y"]);
    drag(&client, json!({ "dealId": id(ids[1]), "toStageId": second, "afterDealId": id(others[1]) })).await;
    assert_eq!(sales.column(&client, "Second").await, ["x", "a", "y", "b"]);
    drag(&client, json!({ "dealId": id(others[1]), "toStageId": second })).await;
    assert_eq!(sales.column(&client, "Second").await, ["y", "x", "a", "b"]);
    assert_eq!(sales.column(&client, "First").await, ["c"]);
    // Dropped at its own position: nothing happens.
    let before = app.journal().await.len();
    drag(&client, json!({ "dealId": id(ids[0]), "toStageId": second, "afterDealId": id(others[0]), "beforeDealId": id(ids[1]) })).await;
    assert_eq!(
        (app.journal().await.len(), sales.column(&client, "Second").await.join("")),
        (before, "yxab".to_owned())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drag_is_never_lost_because_its_neighbours_went_elsewhere() {
    let app = TestApp::new().await;
    let sales = Sales::new(&app).await;
    let client = app.api_key(Role::Sales).await;
    let ids = column(&app, &sales, "First", &["a", "b", "c", "d"]).await;
    let others = column(&app, &sales, "Second", &["x", "y", "z"]).await;
    let id = |id: DealId| id.to_string();
    let (first, second) = (sales.stage("First").to_string(), sales.stage("Second").to_string());
    // The neighbour above is gone: the one below decides.
    drag(&client, json!({ "dealId": id(others[0]), "toStageId": first })).await;
    let moved =
        drag(&client, json!({ "dealId": id(ids[0]), "toStageId": second, "afterDealId": id(others[0]), "beforeDealId": id(others[1]) })).await;
    assert_eq!((faults(&moved), sales.column(&client, "Second").await.join("")), (vec![], "ayz".to_owned()));
    // Another deal was inserted between them: it is placed directly below the one above.
    drag(&client, json!({ "dealId": id(ids[1]), "toStageId": second, "afterDealId": id(others[1]), "beforeDealId": id(others[2]) })).await;
    drag(&client, json!({ "dealId": id(ids[2]), "toStageId": second, "afterDealId": id(others[1]), "beforeDealId": id(others[2]) })).await;
    assert_eq!(sales.column(&client, "Second").await.join(""), "aycbz");
    // Both neighbours are gone: in another column it goes to the top, in its own it stays.
    drag(&client, json!({ "dealId": id(ids[3]), "toStageId": second, "afterDealId": id(others[0]) })).await;
    assert_eq!(sales.column(&client, "Second").await.join(""), "daycbz");
    drag(&client, json!({ "dealId": id(ids[2]), "toStageId": second, "afterDealId": id(others[0]) })).await;
    assert_eq!(sales.column(&client, "Second").await.join(""), "daycbz");
    let unknown =
        drag(&client, json!({ "dealId": id(ids[2]), "toStageId": second, "afterDealId": id(DealId::new()) }))
            .await;
    assert_eq!(faults(&unknown), ["NOT_FOUND afterDealId"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deal_is_not_its_own_neighbour_and_swapped_neighbours_let_the_upper_one_decide() {
    let app = TestApp::new().await;
    let sales = Sales::new(&app).await;
    let client = app.api_key(Role::Sales).await;
    let ids = column(&app, &sales, "First", &["a", "b", "c", "d"])
        .await
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>();
    let first = sales.stage("First").to_string();
    for (field, other) in [("afterDealId", "beforeDealId"), ("beforeDealId", "afterDealId")] {
        let moved =
            drag(&client, json!({ "dealId": ids[0], "toStageId": first, field: ids[0], other: ids[2] }))
                .await;
        assert_eq!(faults(&moved), [format!("INVALID {field}")]);
    }
    assert_eq!(sales.column(&client, "First").await.join(""), "abcd");
    let moved = drag(
        &client,
        json!({ "dealId": ids[0], "toStageId": first, "afterDealId": ids[3], "beforeDealId": ids[2] }),
    )
    .await;
    assert_eq!((faults(&moved), sales.column(&client, "First").await.join("")), (vec![], "bcda".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_who_drag_one_deal_lose_nothing_and_the_last_drag_wins() {
    let app = TestApp::new().await;
    let sales = Sales::new(&app).await;
    let (ada, bob) = (app.member(Role::Sales).await, app.member(Role::Sales).await);
    let deal = sales.deal(&app, "d", "First").await.to_string();
    let (first, second, won) =
        (sales.stage("First").to_string(), sales.stage("Second").to_string(), sales.stage("Won").to_string());
    let hers = drag(&ada, json!({ "dealId": deal, "toStageId": second, "expectedStageId": first })).await;
    assert!(hers["overtook"].is_null());
    let his = drag(&bob, json!({ "dealId": deal, "toStageId": won, "expectedStageId": first })).await;
    assert_eq!((&his["deal"]["stage"]["name"], &his["overtook"]["name"]), (&json!("Won"), &json!("Second")));
    let text = "query($id: ID!) { deal(id: $id) { history { stage { name } actor } } }";
    let history = ada.gql(text, json!({ "id": deal })).await["deal"]["history"].clone();
    let actors: Vec<(&str, &str)> = history
        .as_array()
        .unwrap()
        .iter()
        .map(|stay| (stay["stage"]["name"].as_str().unwrap(), stay["actor"].as_str().unwrap()))
        .collect();
    let (ada_id, bob_id) = (ada.member_id().to_string(), bob.member_id().to_string());
    assert_eq!(actors[1..], [("Second", ada_id.as_str()), ("Won", bob_id.as_str())], "history keeps both");
    // Truly concurrent moves back and forth: every drag is kept, and nobody is asked to retry.
    let drags = (0..30).map(|at| {
        let (client, to) = if at % 2 == 0 { (&ada, &first) } else { (&bob, &second) };
        drag(client, json!({ "dealId": deal, "toStageId": to }))
    });
    for moved in futures_util::future::join_all(drags).await {
        assert_eq!(faults(&moved), Vec::<String>::new());
    }
    assert_eq!(
        app.query("SELECT count(*) AS n FROM deal_stage WHERE left_at IS NULL", vec![]).await[0]
            .try_get::<i64>("", "n")
            .unwrap(),
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_drags_and_who_edits_do_not_get_in_each_others_way() {
    let app = TestApp::new().await;
    let sales = Sales::new(&app).await;
    let deal = sales.deal(&app, "d", "First").await;
    // One user reads version 1, the other drags; the edit is still accepted and the drag is kept.
    let to = sales.stage("Second");
    let drag = Move { deal, to, after: None, before: None, loss_reason: None, expected_stage: None };
    let (moved, edited) = tokio::join!(
        move_deal(&app.app, app.workspace, Actor::Operator, None, drag),
        update_deal(
            &app.app,
            app.workspace,
            Actor::Operator,
            deal,
            1,
            DealChange { title: Some("edited".to_owned()), ..DealChange::default() }
        ),
    );
    assert!(moved.is_ok() && edited.is_ok());
    let row = entity::deal::Entity::find().one(app.app.db()).await.unwrap().unwrap();
    assert_eq!((row.stage_id, row.title.as_str(), row.version), (to, "edited", 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_moves_once() {
    let app = TestApp::new().await;
    let sales = Sales::new(&app).await;
    let client = app.api_key(Role::Sales).await;
    let deal = sales.deal(&app, "d", "First").await.to_string();
    let (first, second) = (sales.stage("First").to_string(), sales.stage("Second").to_string());
    let input = json!({ "dealId": deal, "toStageId": second, "idempotencyKey": "drag-1" });
    drag(&client, input.clone()).await;
    drag(&client, json!({ "dealId": deal, "toStageId": first })).await;
    assert_eq!(
        drag(&client, input).await["deal"]["stage"]["name"],
        "First",
        "a repeat of an old drag does not undo a newer one"
    );
}

/// Fifty concurrent moves into one column, each to the top or next to another deal.
#[tokio::test(flavor = "multi_thread")]
async fn fifty_movers_in_one_column_lose_no_move_and_leave_one_order() {
    let app = TestApp::new().await.leaving_jobs();
    let sales = Sales::new(&app).await;
    let mut ids = Vec::new();
    for at in 0..50 {
        ids.push(sales.deal(&app, &format!("{at}"), if at % 2 == 0 { "First" } else { "Second" }).await);
    }
    let (to, anchor) = (sales.stage("Second"), ids[1]);
    let before = app.journal().await.len();
    let moves: Vec<_> = ids
        .iter()
        .copied()
        .filter(|id| *id != anchor)
        .enumerate()
        .map(|(at, deal)| {
            let (app, workspace) = (app.app.clone(), app.workspace);
            let drag = Move {
                deal,
                to,
                after: (at % 3 == 0).then_some(anchor),
                before: (at % 3 == 1).then_some(anchor),
                loss_reason: None,
                expected_stage: None,
            };
            tokio::spawn(async move { move_deal(&app, workspace, Actor::Operator, None, drag).await })
        })
        .collect();
    for one in moves {
        assert_eq!(one.await.unwrap().expect("no move is lost").deal.stage_id, to);
    }
    let rows = entity::deal::Entity::find().all(app.app.db()).await.unwrap();
    let ranks: BTreeSet<&str> = rows.iter().map(|row| row.rank.as_str()).collect();
    assert!(rows.iter().all(|row| row.stage_id == to));
    assert_eq!(ranks.len(), 50, "ranks are unique");
    let entries: Vec<_> = app.journal().await.split_off(before);
    assert!(entries.len() >= 25 && entries.iter().all(|entry| entry.kind == "deal.moved"));
}

#[tokio::test(flavor = "multi_thread")]
async fn long_ranks_make_the_column_be_numbered_anew_in_the_same_order() {
    let app = TestApp::new().await;
    let sales = Sales::new(&app).await;
    let client = app.api_key(Role::Sales).await;
    let ids = column(&app, &sales, "First", &["a", "b", "c"]).await;
    let stage = sales.stage("First");
    // Always into the gap directly below the topmost deal: swap b and c again and again.
    let mut longest = 0;
    for at in 0..400 {
        let drag = Move {
            deal: ids[1 + at % 2],
            to: stage,
            after: Some(ids[0]),
            before: None,
            loss_reason: None,
            expected_stage: None,
        };
        longest = longest.max(
            move_deal(&app.app, app.workspace, Actor::Operator, None, drag).await.unwrap().deal.rank.len(),
        );
        if longest > 32 {
            break;
        }
    }
    assert!(longest > 32, "the gap never became narrow: {longest}");
    let before = sales.column(&client, "First").await;
    assert!(app.run_jobs().await >= 1);
    assert_eq!(sales.column(&client, "First").await, before);
    let rows = entity::deal::Entity::find().all(app.app.db()).await.unwrap();
    assert!(
        rows.iter().all(|row| row.rank.len() <= 6),
        "{:?}",
        rows.iter().map(|row| &row.rank).collect::<Vec<_>>()
    );
    assert!(app.journal_kinds().await.contains(&"stage.rebalanced".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deal_is_over_since_its_kind_of_stage_changed_not_since_its_last_move() {
    let app = TestApp::new().await;
    let sales = Sales::new(&app).await;
    let client = app.api_key(Role::Admin).await;
    let mut stages = Vec::new();
    for (name, kind) in [("Delivered", "WON"), ("Cancelled", "LOST")] {
        let text = "mutation($input: CreateStageInput!) { createStage(input: $input) { stage { id } userErrors { code field } } }";
        let input = json!({ "pipelineId": sales.pipeline.to_string(), "name": name, "kind": kind });
        stages.push(
            client.gql(text, json!({ "input": input })).await["createStage"]["stage"]["id"]
                .as_str()
                .unwrap()
                .to_owned(),
        );
    }
    let (delivered, cancelled) = (&stages[0], &stages[1]);
    let [first, won, lost] = ["First", "Won", "Lost"].map(|name| sales.stage(name).to_string());
    let reason = sales.reason(&app).await;
    let deal = sales.deal(&app, "a", "First").await.to_string();
    let text = "mutation($input: MoveDealInput!) { moveDeal(input: $input) { deal { closedAt lossReason { id } } userErrors { code field } } }";
    let mut moved = Vec::new();
    for (to, why) in [
        (&won, None),
        (delivered, None),
        (&lost, Some(&reason)),
        (cancelled, None),
        (cancelled, None),
        (&first, None),
        (delivered, None),
    ] {
        app.advance(chrono::TimeDelta::hours(1));
        let input = json!({ "dealId": deal, "toStageId": to, "lossReasonId": why });
        let done = client.gql(text, json!({ "input": input })).await["moveDeal"].clone();
        assert_eq!(faults(&done), Vec::<String>::new(), "to {to}");
        moved.push((done["deal"]["closedAt"].clone(), done["deal"]["lossReason"]["id"].clone()));
    }
    let at = |at: usize| moved[at].0.as_str().map(str::to_owned);
    assert_eq!((at(0), at(0).is_some()), (at(1), true), "won, and won still");
    assert_eq!((at(2), at(2) == at(1)), (at(3), false), "lost since it was lost, and lost still");
    assert_eq!((at(4), at(5)), (at(3), None), "open again");
    assert!(at(6).is_some() && at(6) != at(1), "won anew");
    assert_eq!(
        [&moved[2].1, &moved[3].1, &moved[4].1],
        [&json!(reason); 3],
        "the reason it was lost for stays"
    );
    assert_eq!([&moved[5].1, &moved[6].1], [&Value::Null; 2]);
    let kinds: Vec<String> =
        app.journal_kinds().await.into_iter().filter(|kind| kind.starts_with("deal.")).collect();
    let expected =
        ["deal.created", "deal.won", "deal.moved", "deal.lost", "deal.moved", "deal.reopened", "deal.won"];
    assert_eq!(kinds, expected, "it is won once each time it is won");
}
