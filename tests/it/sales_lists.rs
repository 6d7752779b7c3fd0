//! Lists of deals and activities: filters by stage and amount, missing dates, the caller's own tasks.

use chrono::TimeDelta;
use entity::{
    ActivityKind, ContactId, DealId, MemberId, PipelineId, Role, StageId, StageKind, activity, deal,
    deal_contact, pipeline, stage,
};
use sea_orm::{EntityTrait, IntoActiveModel};
use serde_json::{Value, json};

use crate::support::{Client, TestApp, rows};

/// Title, minor units, index of the stage, expected close, owner.
type Row = (&'static str, i64, usize, Option<&'static str>, Option<MemberId>);

async fn titles(client: &Client<'_>, arguments: &str) -> Vec<String> {
    let list = client
        .gql(&format!("{{ deals(first: 50, {arguments}) {{ totalCount nodes {{ title }} }} }}"), json!({}))
        .await["deals"]
        .clone();
    let nodes = list["nodes"].as_array().unwrap().clone();
    assert_eq!(list["totalCount"], nodes.len(), "{arguments}");
    nodes.iter().map(|node| node["title"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::too_many_lines, reason = "one story, read from top to bottom")]
async fn deals_are_filtered_by_stage_amount_owner_contact_and_day_and_ordered_with_missing_days_last() {
    let app = TestApp::new().await;
    let (workspace, at, db) = (app.workspace, app.app.now(), app.app.db());
    let sales = app.member(Role::Sales).await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, "ada@example.org").await;
    let ada = entity::contact::Entity::find().one(db).await.unwrap().unwrap().id;
    let pipeline_id = PipelineId::new();
    let row = pipeline::Model {
        workspace_id: workspace,
        id: pipeline_id,
        name: "Sales".to_owned(),
        currency: "EUR".to_owned(),
        position: 0,
        version: 1,
        created_at: at,
        archived_at: None,
    };
    pipeline::Entity::insert(row.into_active_model()).exec_without_returning(db).await.unwrap();
    let stages = [StageId::new(), StageId::new()];
    for (position, id) in stages.into_iter().enumerate() {
        let row = stage::Model {
            workspace_id: workspace,
            id,
            pipeline_id,
            name: format!("Stage {position}"),
            position: i32::try_from(position).unwrap(),
            kind: if position == 0 { StageKind::Open } else { StageKind::Won },
            probability: 10,
            created_at: at,
            archived_at: None,
        };
        stage::Entity::insert(row.into_active_model()).exec_without_returning(db).await.unwrap();
    }
    let deals: [Row; 4] = [
        ("Éclair", 500, 0, Some("2026-12-24"), Some(sales.member_id())),
        ("Bulb", 90_000_000_000, 0, None, None),
        ("Lamp", 500, 1, Some("2026-11-30"), Some(sales.member_id())),
        ("Candle", 0, 0, None, None),
    ];
    for (at_place, (title, amount_minor, stage, close, owner_id)) in deals.into_iter().enumerate() {
        let id = DealId::new();
        let row = deal::Model {
            workspace_id: workspace,
            id,
            title: title.to_owned(),
            sort_name: accord::platform::fold::fold(title),
            amount_minor,
            rank: format!("a{at_place}"),
            owner_id,
            expected_close_on: close.map(str::to_owned),
            ..rows::new_deal(&app, pipeline_id, stages[stage])
        };
        deal::Entity::insert(row.into_active_model()).exec_without_returning(db).await.unwrap();
        if title == "Lamp" {
            let row = deal_contact::Model {
                workspace_id: workspace,
                deal_id: id,
                contact_id: ada,
                role: entity::DealRole::User,
                added_at: at,
            };
            deal_contact::Entity::insert(row.into_active_model()).exec_without_returning(db).await.unwrap();
        }
    }
    let won = stages[1];
    for (arguments, expected) in [
        ("orderBy: { field: TITLE }".to_owned(), vec!["Bulb", "Candle", "Éclair", "Lamp"]),
        (
            "orderBy: { field: AMOUNT, direction: DESCENDING }".to_owned(),
            vec!["Bulb", "Lamp", "Éclair", "Candle"],
        ),
        ("orderBy: { field: EXPECTED_CLOSE_ON }".to_owned(), vec!["Lamp", "Éclair", "Bulb", "Candle"]),
        (
            "orderBy: { field: EXPECTED_CLOSE_ON, direction: DESCENDING }".to_owned(),
            vec!["Éclair", "Lamp", "Candle", "Bulb"],
        ),
        ("filter: { amount: { gt: 500 } }".to_owned(), vec!["Bulb"]),
        ("filter: { amount: { lt: \"3000000000\" } }".to_owned(), vec!["Candle", "Lamp", "Éclair"]),
        ("filter: { title: { eq: \"eclair\" } }".to_owned(), vec!["Éclair"]),
        ("filter: { kinds: [WON] }".to_owned(), vec!["Lamp"]),
        (format!("filter: {{ stage: {{ in: [\"{won}\"] }} }}"), vec!["Lamp"]),
        (format!("filter: {{ contactIds: [\"{ada}\"] }}"), vec!["Lamp"]),
        (format!("filter: {{ contactIds: [\"{}\"] }}", ContactId::new()), vec![]),
        ("filter: { owner: { me: true } }".to_owned(), vec!["Lamp", "Éclair"]),
        ("filter: { owner: { isEmpty: true } }".to_owned(), vec!["Candle", "Bulb"]),
        ("filter: { expectedCloseOn: { gte: \"2026-12-01\" } }".to_owned(), vec!["Éclair"]),
        (
            "filter: { not: { expectedCloseOn: { gte: \"2026-12-01\" } } }".to_owned(),
            vec!["Candle", "Lamp", "Bulb"],
        ),
    ] {
        assert_eq!(titles(&sales, &arguments).await, expected, "{arguments}");
    }
    let contacts = sales
        .gql("{ contacts(first: 5, filter: { deal: { kinds: [WON] } }) { nodes { email } } }", json!({}))
        .await;
    assert_eq!(contacts["contacts"]["nodes"], json!([{ "email": "ada@example.org" }]));
    let answer = sales
        .gql_raw(
            "{ deals(first: 1, filter: { expectedCloseOn: { eq: \"24/12/2026\" } }) { nodes { id } } }",
            json!({}),
        )
        .await;
    assert_eq!(
        answer["errors"][0]["extensions"]["problems"][0]["field"], "filter.expectedCloseOn.eq",
        "{answer}"
    );
    let answer = sales
        .gql_raw("{ deals(first: 1, filter: { amount: { gt: \"12.50\" } }) { nodes { id } } }", json!({}))
        .await;
    assert_eq!(answer["errors"][0]["extensions"]["problems"][0]["field"], "filter.amount.gt", "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn open_tasks_of_whoever_asks_come_by_when_they_are_due() {
    let app = TestApp::new().await;
    let (at, db) = (app.app.now(), app.app.db());
    let (sales, other) = (app.member(Role::Sales).await, app.member(Role::Sales).await);
    let insert = async |subject: &str, kind, due: Option<i64>, done: bool, assignee| {
        let row = activity::Model {
            kind,
            subject: subject.to_owned(),
            due_at: due.map(|hours| at + TimeDelta::hours(hours)),
            done_at: done.then_some(at),
            assignee_id: Some(assignee),
            ..rows::new_activity(&app)
        };
        activity::Entity::insert(row.into_active_model()).exec_without_returning(db).await.unwrap();
    };
    insert("whenever", ActivityKind::Task, None, false, sales.member_id()).await;
    insert("later", ActivityKind::Task, Some(9), false, sales.member_id()).await;
    insert("soon", ActivityKind::Task, Some(1), false, sales.member_id()).await;
    insert("done", ActivityKind::Task, Some(1), true, sales.member_id()).await;
    insert("a call", ActivityKind::Call, None, false, sales.member_id()).await;
    insert("of another", ActivityKind::Task, Some(2), false, other.member_id()).await;
    let mine = "{ activities(first: 10, orderBy: { field: DUE_AT }, filter: { kinds: [TASK], open: true, assignee: { me: true } }) { totalCount nodes { subject } } }";
    let subjects = |answer: &Value| -> Vec<String> {
        answer["activities"]["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|node| node["subject"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(subjects(&sales.gql(mine, json!({})).await), ["soon", "later", "whenever"]);
    assert_eq!(subjects(&other.gql(mine, json!({})).await), ["of another"]);
    assert_eq!(
        subjects(&app.api_key(Role::Owner).await.gql(mine, json!({})).await),
        Vec::<String>::new(),
        "a key has no tasks"
    );
    let due = (at + TimeDelta::hours(2)).to_rfc3339();
    let text = format!(
        "{{ activities(first: 10, filter: {{ dueAt: {{ lt: \"{due}\" }}, open: true }}) {{ nodes {{ subject }} }} }}"
    );
    assert_eq!(subjects(&sales.gql(&text, json!({})).await), ["soon"]);
}
