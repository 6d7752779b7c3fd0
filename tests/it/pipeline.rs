//! Pipelines, stages and loss reasons: what can be changed, and what their deals prevent.

use accord::{
    accounts::authenticate,
    app::App,
    graphql::schema,
    platform::{clock::Clock, db::Db},
};
use entity::Role;
use serde_json::{Value, json};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use crate::support::{Client, Sales, TestApp, faults};

const CREATE: &str = "mutation($input: CreatePipelineInput!) { createPipeline(input: $input) {
    pipeline { id version currency stages { id name kind probability position } } userErrors { code field message } } }";

fn stages() -> Value {
    json!([{ "name": "New", "kind": "OPEN", "probability": 10 }, { "name": "Won", "kind": "WON" }, { "name": "Lost", "kind": "LOST" }])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pipeline_is_made_with_its_stages_and_brings_reasons_for_loss() {
    let app = TestApp::new().await;
    let client = app.api_key(Role::Admin).await;
    let input = json!({ "input": { "name": "Sales", "currency": "EUR", "stages": stages(), "idempotencyKey": "once" } });
    let made = client.gql(CREATE, input.clone()).await["createPipeline"].clone();
    assert_eq!(faults(&made), Vec::<String>::new());
    let probabilities: Vec<i64> = made["pipeline"]["stages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|stage| stage["probability"].as_i64().unwrap())
        .collect();
    assert_eq!(probabilities, [10, 100, 0]);
    let again = client.gql(CREATE, input).await["createPipeline"].clone();
    assert_eq!(again["pipeline"]["id"], made["pipeline"]["id"], "the same key makes nothing new");
    let lists = client.gql("{ pipelines { name } lossReasons { label } }", json!({})).await;
    assert_eq!(lists["pipelines"].as_array().unwrap().len(), 1);
    assert!(lists["lossReasons"].as_array().unwrap().len() >= 5);
    client.gql(CREATE, json!({ "input": { "name": "Second", "currency": "JPY", "stages": stages() } })).await;
    let after = client.gql("{ lossReasons { label } }", json!({})).await;
    assert_eq!(after["lossReasons"], lists["lossReasons"], "only the first pipeline brings them");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_of_a_new_pipeline_is_named() {
    let app = TestApp::new().await;
    let client = app.api_key(Role::Owner).await;
    let long = "x".repeat(101);
    let input = json!({ "name": " ", "currency": "eur", "stages": [
        { "name": long, "kind": "OPEN", "probability": 101 }, { "name": "a\nb", "kind": "WON", "probability": 99 }] });
    let refused = client.gql(CREATE, json!({ "input": input })).await["createPipeline"].clone();
    let mut found = faults(&refused);
    found.sort();
    let expected = [
        "INVALID stages.0.probability",
        "INVALID stages.1.name",
        "INVALID stages.1.probability",
        "NOT_OFFERED currency",
        "REQUIRED name",
        "REQUIRED stages",
        "TOO_LONG stages.0.name",
    ];
    assert_eq!(found, expected);
    assert_eq!(app.count("pipeline").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pipeline_changes_under_its_version_and_its_stages_count() {
    let app = TestApp::new().await;
    let sales = Sales::new(&app).await;
    let client = app.api_key(Role::Admin).await;
    let update = "mutation($input: UpdatePipelineInput!) { updatePipeline(input: $input) { pipeline { name currency version } userErrors { code field } } }";
    let pipeline = sales.pipeline.to_string();
    let done =
        client.gql(update, json!({ "input": { "pipelineId": pipeline, "expectedVersion": 1, "name": "New business", "currency": "CHF" } })).await;
    assert_eq!(
        done["updatePipeline"]["pipeline"],
        json!({ "name": "New business", "currency": "CHF", "version": 2 })
    );
    let stale = client
        .gql(update, json!({ "input": { "pipelineId": pipeline, "expectedVersion": 1, "name": "Other" } }))
        .await;
    assert_eq!(faults(&stale["updatePipeline"]), ["STALE expectedVersion"]);
    let stage = "mutation($input: UpdateStageInput!) { updateStage(input: $input) { stage { name probability } userErrors { code field } } }";
    let first = sales.stage("First").to_string();
    let done = client.gql(stage, json!({ "input": { "stageId": first, "expectedVersion": 2, "name": "Called", "probability": 25 } })).await;
    assert_eq!(done["updateStage"]["stage"], json!({ "name": "Called", "probability": 25 }));
    let stale = client
        .gql(stage, json!({ "input": { "stageId": first, "expectedVersion": 2, "name": "Other" } }))
        .await;
    assert_eq!(faults(&stale["updateStage"]), ["STALE expectedVersion"]);
    let won = sales.stage("Won").to_string();
    let fixed = client
        .gql(stage, json!({ "input": { "stageId": won, "expectedVersion": 3, "probability": 90 } }))
        .await;
    assert_eq!(faults(&fixed["updateStage"]), ["INVALID probability"]);
    let only =
        client.gql(stage, json!({ "input": { "stageId": won, "expectedVersion": 3, "kind": "OPEN" } })).await;
    assert_eq!(
        faults(&only["updateStage"]),
        ["WRONG_STATE stageId"],
        "a pipeline keeps a stage of each kind"
    );
    sales.deal(&app, "A deal", "First").await;
    let used = client
        .gql(stage, json!({ "input": { "stageId": first, "expectedVersion": 3, "kind": "WON" } }))
        .await;
    assert_eq!(faults(&used["updateStage"]), ["WRONG_STATE kind"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn stages_are_added_put_in_order_archived_and_brought_back() {
    let app = TestApp::new().await;
    let sales = Sales::new(&app).await;
    let client = app.api_key(Role::Owner).await;
    let pipeline = sales.pipeline.to_string();
    let create = "mutation($input: CreateStageInput!) { createStage(input: $input) { stage { id position } userErrors { code field } } }";
    let made =
        client.gql(create, json!({ "input": { "pipelineId": pipeline, "name": "Offer", "kind": "OPEN", "probability": 70, "position": 1 } })).await;
    assert_eq!(made["createStage"]["stage"]["position"], 1);
    let read = "query($id: ID!) { pipeline(id: $id) { version stages { id name } } }";
    let now = client.gql(read, json!({ "id": pipeline })).await;
    let names = |answer: &Value| {
        answer["stages"]
            .as_array()
            .unwrap()
            .iter()
            .map(|stage| stage["name"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&now["pipeline"]), ["First", "Offer", "Second", "Won", "Lost"]);

    let reorder = "mutation($input: ReorderStagesInput!) { reorderStages(input: $input) { pipeline { stages { name } } userErrors { code field } } }";
    let mut ids: Vec<Value> =
        now["pipeline"]["stages"].as_array().unwrap().iter().map(|stage| stage["id"].clone()).collect();
    ids.reverse();
    let version = &now["pipeline"]["version"];
    let some = client
        .gql(
            reorder,
            json!({ "input": { "pipelineId": pipeline, "expectedVersion": version, "stageIds": ids[1..] } }),
        )
        .await;
    assert_eq!(faults(&some["reorderStages"]), ["REQUIRED stageIds"]);
    let twice = client.gql(reorder, json!({ "input": { "pipelineId": pipeline, "expectedVersion": version, "stageIds": [ids[0], ids[0]] } })).await;
    assert_eq!(faults(&twice["reorderStages"]), ["TAKEN stageIds.1", "REQUIRED stageIds"], "both are wrong");
    let done = client
        .gql(
            reorder,
            json!({ "input": { "pipelineId": pipeline, "expectedVersion": version, "stageIds": ids } }),
        )
        .await;
    assert_eq!(names(&done["reorderStages"]["pipeline"]), ["Lost", "Won", "Second", "Offer", "First"]);

    let archive = "mutation($id: ID!) { archiveStage(input: { stageId: $id }) { stage { archivedAt } userErrors { code field } } }";
    let first = sales.stage("First").to_string();
    sales.deal(&app, "Stays", "First").await;
    assert!(
        client.gql(archive, json!({ "id": first })).await["archiveStage"]["stage"]["archivedAt"].is_string()
    );
    let deal = "mutation($id: ID!) { createDeal(input: { title: \"New\", stageId: $id }) { deal { id } userErrors { code field } } }";
    assert_eq!(
        faults(&client.gql(deal, json!({ "id": first })).await["createDeal"]),
        ["WRONG_STATE stageId"]
    );
    let board = "query($id: ID!) { board(pipelineId: $id, perStage: 5) { columns { stage { name } totals { count } } } }";
    let columns = client.gql(board, json!({ "id": pipeline })).await["board"]["columns"].clone();
    assert!(
        columns.as_array().unwrap().iter().any(|column| column["stage"]["name"] == "First"),
        "shown for as long as deals stand in it"
    );
    assert_eq!(
        faults(&client.gql(archive, json!({ "id": sales.stage("Lost").to_string() })).await["archiveStage"]),
        ["WRONG_STATE stageId"]
    );
    let restore = "mutation($id: ID!) { restoreStage(input: { stageId: $id }) { stage { archivedAt } userErrors { code field } } }";
    assert!(
        client.gql(restore, json!({ "id": first })).await["restoreStage"]["stage"]["archivedAt"].is_null()
    );
    assert_eq!(faults(&client.gql(deal, json!({ "id": first })).await["createDeal"]), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stage_with_deals_is_not_deleted_unless_it_is_said_where_they_go_and_then_none_is_lost() {
    let app = TestApp::new().await;
    let sales = Sales::new(&app).await;
    let client = app.api_key(Role::Admin).await;
    // More than one batch of deals, one of them archived, above one that is already in the target column.
    sales.deal(&app, "there", "Second").await;
    for at in (0..120).rev() {
        sales.deal(&app, &format!("{at:03}"), "First").await;
    }
    let archived = sales.deal(&app, "archived", "First").await;
    client
        .gql(
            "mutation($id: ID!) { archiveDeal(input: { dealId: $id }) { deal { id } } }",
            json!({ "id": archived.to_string() }),
        )
        .await;
    let delete = "mutation($input: DeleteStageInput!) { deleteStage(input: $input) { deletedStageId movedDeals pipeline { stages { name } }
        userErrors { code field } } }";
    let (first, second, won) =
        (sales.stage("First").to_string(), sales.stage("Second").to_string(), sales.stage("Won").to_string());
    let refused = client.gql(delete, json!({ "input": { "stageId": first } })).await;
    assert_eq!(faults(&refused["deleteStage"]), ["WRONG_STATE moveDealsToStageId"]);
    let other_kind =
        client.gql(delete, json!({ "input": { "stageId": first, "moveDealsToStageId": won } })).await;
    assert_eq!(faults(&other_kind["deleteStage"]), ["INVALID moveDealsToStageId"]);
    let itself =
        client.gql(delete, json!({ "input": { "stageId": first, "moveDealsToStageId": first } })).await;
    assert_eq!(faults(&itself["deleteStage"]), ["INVALID moveDealsToStageId"]);
    let done = client
        .gql(delete, json!({ "input": { "stageId": first, "moveDealsToStageId": second } }))
        .await["deleteStage"]
        .clone();
    assert_eq!(
        (faults(&done), &done["movedDeals"], &done["deletedStageId"]),
        (vec![], &json!(121), &json!(first))
    );
    assert_eq!(done["pipeline"]["stages"].as_array().unwrap().len(), 3);
    let mut expected = vec!["there".to_owned()];
    expected.extend((0..99).map(|at| format!("{at:03}")));
    assert_eq!(sales.column(&client, "Second").await, expected, "in their order, below those that are there");
    assert_eq!(
        app.query(
            "SELECT count(*) AS n FROM deal WHERE stage_id = (SELECT id FROM stage WHERE name = 'Second')",
            vec![]
        )
        .await[0]
            .try_get::<i64>("", "n")
            .unwrap(),
        122
    );
    // The deal's history still shows the archived stages.
    let history = "query($id: ID!) { deal(id: $id) { history { stage { name archivedAt } leftAt } } }";
    let stays = client.gql(history, json!({ "id": archived.to_string() })).await["deal"]["history"].clone();
    assert_eq!(
        (stays[0]["stage"]["name"].as_str(), stays[1]["stage"]["name"].as_str()),
        (Some("First"), Some("Second"))
    );
    assert!(stays[0]["leftAt"].is_string() && stays[1]["leftAt"].is_null());
    // The last open stage cannot be deleted.
    let last = client.gql(delete, json!({ "input": { "stageId": second } })).await;
    assert_eq!(faults(&last["deleteStage"]), ["WRONG_STATE stageId"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pipeline_with_open_deals_is_not_archived_and_one_that_was_comes_back() {
    let app = TestApp::new().await;
    let sales = Sales::new(&app).await;
    let client = app.api_key(Role::Admin).await;
    let deal = sales.deal(&app, "Open", "First").await.to_string();
    let archive = "mutation($id: ID!) { archivePipeline(input: { pipelineId: $id }) { pipeline { archivedAt } userErrors { code field } } }";
    let pipeline = sales.pipeline.to_string();
    assert_eq!(
        faults(&client.gql(archive, json!({ "id": pipeline })).await["archivePipeline"]),
        ["WRONG_STATE pipelineId"]
    );
    let win = "mutation($id: ID!, $to: ID!) { moveDeal(input: { dealId: $id, toStageId: $to }) { deal { closedAt } userErrors { code field } } }";
    let won = client.gql(win, json!({ "id": deal, "to": sales.stage("Won").to_string() })).await;
    assert!(won["moveDeal"]["deal"]["closedAt"].is_string());
    assert!(
        client.gql(archive, json!({ "id": pipeline })).await["archivePipeline"]["pipeline"]["archivedAt"]
            .is_string()
    );
    assert_eq!(client.gql("{ pipelines { id } }", json!({})).await["pipelines"], json!([]));
    let create = "mutation($id: ID!) { createDeal(input: { title: \"New\", pipelineId: $id }) { deal { id } userErrors { code field } } }";
    assert_eq!(
        faults(&client.gql(create, json!({ "id": pipeline })).await["createDeal"]),
        ["WRONG_STATE pipelineId"]
    );
    // Restored, it is as before.
    let restore = "mutation($id: ID!) { restorePipeline(input: { pipelineId: $id }) { pipeline { archivedAt } userErrors { code field } } }";
    for _ in 0..2 {
        let back = client.gql(restore, json!({ "id": pipeline })).await["restorePipeline"].clone();
        assert_eq!((&back["userErrors"], &back["pipeline"]["archivedAt"]), (&json!([]), &Value::Null));
    }
    assert_eq!(client.gql("{ pipelines { id } }", json!({})).await["pipelines"], json!([{ "id": pipeline }]));
    assert_eq!(
        faults(&client.gql(create, json!({ "id": pipeline })).await["createDeal"]),
        Vec::<String>::new()
    );
    assert_eq!(app.journal_kinds().await.iter().filter(|kind| *kind == "pipeline.restored").count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn reasons_for_loss_are_added_renamed_and_archived_and_come_back() {
    let app = TestApp::new().await;
    let client = app.api_key(Role::Admin).await;
    let create = "mutation($label: String!) { createLossReason(input: { label: $label }) { lossReason { id label archivedAt } userErrors { code field } } }";
    let made = client.gql(create, json!({ "label": "Délai" })).await["createLossReason"].clone();
    assert_eq!(
        faults(&client.gql(create, json!({ "label": "DELAI" })).await["createLossReason"]),
        ["TAKEN label"]
    );
    let rename = "mutation($id: ID!, $label: String!) { renameLossReason(input: { lossReasonId: $id, label: $label }) { lossReason { label } userErrors { code field } } }";
    let renamed = client.gql(rename, json!({ "id": made["lossReason"]["id"], "label": "Too late" })).await;
    assert_eq!(renamed["renameLossReason"]["lossReason"]["label"], "Too late");
    let archive = "mutation($id: ID!) { archiveLossReason(input: { lossReasonId: $id }) { lossReason { archivedAt } userErrors { code field } } }";
    client.gql(archive, json!({ "id": made["lossReason"]["id"] })).await;
    assert_eq!(client.gql("{ lossReasons { label } }", json!({})).await["lossReasons"], json!([]));
    let back = client.gql(create, json!({ "label": "too late" })).await["createLossReason"].clone();
    assert_eq!(
        (&back["lossReason"]["id"], &back["lossReason"]["archivedAt"]),
        (&made["lossReason"]["id"], &Value::Null)
    );
    client.gql(archive, json!({ "id": made["lossReason"]["id"] })).await;
    let restore = "mutation($id: ID!) { restoreLossReason(input: { lossReasonId: $id }) { lossReason { archivedAt } userErrors { code field } } }";
    for _ in 0..2 {
        let back =
            client.gql(restore, json!({ "id": made["lossReason"]["id"] })).await["restoreLossReason"].clone();
        assert_eq!((&back["userErrors"], &back["lossReason"]["archivedAt"]), (&json!([]), &Value::Null));
    }
    assert_eq!(app.journal_kinds().await.iter().filter(|kind| *kind == "loss_reason.restored").count(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_board_shows_totals_per_currency_and_the_topmost_deals_and_a_column_is_paged_on() {
    let app = TestApp::new().await;
    let sales = Sales::new(&app).await;
    let client = app.api_key(Role::Sales).await;
    let create = "mutation($input: CreateDealInput!) { createDeal(input: $input) { deal { id } userErrors { code field } } }";
    let first = sales.stage("First").to_string();
    for (title, minor, currency) in [("c", "1000", "EUR"), ("b", "2505", "EUR"), ("a", "700", "JPY")] {
        let input = json!({ "title": title, "stageId": first, "amount": { "amountMinor": minor, "currency": currency } });
        client.gql(create, json!({ "input": input })).await;
    }
    let board = "query($id: ID!) { board(pipelineId: $id, perStage: 2) { position columns { stage { name kind } totals { count
        sums { amountMinor currency decimal } weighted { amountMinor currency } } deals { nodes { title } pageInfo { hasNextPage endCursor } } } } }";
    let answer = client.gql(board, json!({ "id": sales.pipeline.to_string() })).await["board"].clone();
    assert!(answer["position"].as_i64().unwrap() > 0);
    let column = &answer["columns"][0];
    assert_eq!(column["totals"]["count"], 3);
    assert_eq!(
        column["totals"]["sums"],
        json!([{ "amountMinor": "3505", "currency": "EUR", "decimal": "35.05" }, { "amountMinor": "700", "currency": "JPY", "decimal": "700" }])
    );
    assert_eq!(
        column["totals"]["weighted"],
        json!([{ "amountMinor": "701", "currency": "EUR" }, { "amountMinor": "140", "currency": "JPY" }])
    );
    assert_eq!(column["deals"]["nodes"], json!([{ "title": "a" }, { "title": "b" }]), "the newest on top");
    assert_eq!(column["deals"]["pageInfo"]["hasNextPage"], true);
    assert_eq!(answer["columns"][1]["totals"], json!({ "count": 0, "sums": [], "weighted": [] }));
    let rest = "query($id: ID!, $after: String) { node(id: $id) { ... on Stage { deals(first: 2, after: $after) { totalCount nodes { title } pageInfo { hasNextPage } } } } }";
    let page = client
        .gql(rest, json!({ "id": first, "after": column["deals"]["pageInfo"]["endCursor"] }))
        .await["node"]["deals"]
        .clone();
    assert_eq!(
        page,
        json!({ "totalCount": 3, "nodes": [{ "title": "c" }], "pageInfo": { "hasNextPage": false } })
    );
}

/// The number is independent of how many stages and deals there are.
#[tokio::test(flavor = "multi_thread")]
async fn a_board_runs_a_constant_number_of_statements() {
    let app = TestApp::new().await.leaving_jobs();
    let form = app.newsletter_form().await;
    app.confirmed(&form, "ada@example.org").await;
    let contact: entity::ContactId =
        app.query("SELECT id FROM contact", vec![]).await[0].try_get("", "id").unwrap();
    let client = app.api_key(Role::Sales).await;
    let mut counts = Vec::new();
    for (open, deals) in [(1, 1), (12, 6)] {
        let stage = |name: String, kind| accord::pipeline::NewStage { name, kind, probability: None };
        let mut stages: Vec<_> =
            (0..open).map(|at| stage(format!("open {at}"), entity::StageKind::Open)).collect();
        stages.extend([
            stage("won".to_owned(), entity::StageKind::Won),
            stage("lost".to_owned(), entity::StageKind::Lost),
        ]);
        let new = accord::pipeline::NewPipeline { name: "p".to_owned(), currency: "EUR".to_owned(), stages };
        let operator = accord::platform::actor::Actor::Operator;
        let pipeline =
            accord::pipeline::create_pipeline(&app.app, app.workspace, operator, None, new).await.unwrap();
        let rows = app
            .query("SELECT id FROM stage WHERE pipeline_id = $1 AND kind = 'OPEN'", vec![pipeline.id.into()])
            .await;
        for row in rows {
            for _ in 0..deals {
                let new = accord::pipeline::NewDeal {
                    title: "d".to_owned(),
                    stage: Some(row.try_get("", "id").unwrap()),
                    contacts: vec![accord::pipeline::Party { contact, role: entity::DealRole::User }],
                    ..Default::default()
                };
                accord::pipeline::create_deal(&app.app, app.workspace, operator, None, new).await.unwrap();
            }
        }
        let text = format!(
            "{{ board(pipelineId: \"{}\", perStage: 100) {{ columns {{ stage {{ name }} totals {{ count }} deals {{ nodes {{ title company {{ name }}
            owner {{ name }} contacts {{ role contact {{ givenName email }} }} }} }} }} }} }}",
            pipeline.id
        );
        counts.push(statements(&app, &client, &text, open + 2).await);
    }
    assert_eq!(counts[0], counts[1], "{counts:?}");
    assert!(counts[0] <= 9, "{counts:?}");
}

async fn statements(app: &TestApp, client: &Client<'_>, text: &str, columns: usize) -> usize {
    let count = Arc::new(AtomicUsize::new(0));
    let heard = count.clone();
    let db = Db::connect(&app.url, 4).await.unwrap().hearing(move |_| {
        heard.fetch_add(1, Ordering::SeqCst);
    });
    let node = App::build(
        app.app.config.clone(),
        db,
        Clock::fixed(app.app.now()),
        Some(app.app.mailer.clone()),
        app.app.pages.clone(),
    )
    .await
    .unwrap();
    let caller = authenticate(&node, &client.key).await.unwrap();
    let request = schema::prepare(async_graphql::Request::new(text), &node, caller);
    count.store(0, Ordering::SeqCst);
    let schema = schema::build(&node);
    let answer = tokio::spawn(async move { schema.execute(request).await }).await.unwrap();
    assert!(answer.errors.is_empty(), "{:?}", answer.errors);
    let data = answer.data.into_json().unwrap();
    assert_eq!(data["board"]["columns"].as_array().unwrap().len(), columns);
    count.load(Ordering::SeqCst)
}
