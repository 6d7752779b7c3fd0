//! Deals: their values, their contacts, their stage history, and what is refused.

use accord::pipeline::{Party, set_deal_contacts};
use chrono::TimeDelta;
use entity::{CompanyId, DealId, MemberId, Role};
use sea_orm::{EntityTrait, IntoActiveModel};
use serde_json::{Value, json};

use crate::support::{Client, Sales, TestApp, faults, rows};

const CREATE: &str =
    "mutation($input: CreateDealInput!) { createDeal(input: $input) { deal { id version title amount { amountMinor currency decimal }
    stage { name } source closedAt owner { id } company { name } lossReason { label } externalId } userErrors { code field message } } }";
const UPDATE: &str = "mutation($input: UpdateDealInput!) { updateDeal(input: $input) { deal { id version title amount { amountMinor currency }
    company { name } owner { id } expectedCloseOn } userErrors { code field } } }";
const UPSERT: &str =
    "mutation($input: UpsertDealInput!) { upsertDeal(input: $input) { created deal { id title version stage { name } amount { amountMinor } }
    userErrors { code field } } }";
const MOVE: &str = "mutation($input: MoveDealInput!) { moveDeal(input: $input) { deal { id stage { name } closedAt lossReason { id } version }
    overtook { name } userErrors { code field } } }";

async fn company(app: &TestApp, name: &str, archived: bool) -> CompanyId {
    let row = entity::company::Model {
        name: name.to_owned(),
        sort_name: name.to_lowercase(),
        archived_at: archived.then(|| app.app.now()),
        ..rows::new_company(app)
    };
    entity::company::Entity::insert(row.clone().into_active_model())
        .exec_without_returning(app.app.db())
        .await
        .unwrap();
    row.id
}

async fn create(client: &Client<'_>, input: Value) -> Value {
    client.gql(CREATE, json!({ "input": input })).await["createDeal"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deal_begins_in_the_first_open_stage_with_money_company_owner_and_contacts() {
    let app = TestApp::new().await.leaving_jobs();
    let sales = Sales::new(&app).await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, "ada@example.org").await;
    let contact: entity::ContactId =
        app.query("SELECT id FROM contact", vec![]).await[0].try_get("", "id").unwrap();
    let client = app.member(Role::Sales).await;
    let lumen = company(&app, "Lumen", false).await.to_string();
    let input = json!({ "title": "  Windows for the town hall ", "pipelineId": sales.pipeline.to_string(), "companyId": lumen,
        "amount": { "amountMinor": 1_250_000_050_i64 }, "contacts": [{ "contactId": contact.to_string(), "role": "DECISION_MAKER" }],
        "expectedCloseOn": "2027-01-31", "source": "trade_fair", "idempotencyKey": "k1" });
    let made = create(&client, input.clone()).await;
    assert_eq!(faults(&made), Vec::<String>::new(), "{made:#}");
    let deal = &made["deal"];
    assert_eq!(deal["title"], "Windows for the town hall");
    assert_eq!(
        deal["amount"],
        json!({ "amountMinor": "1250000050", "currency": "EUR", "decimal": "12500000.50" })
    );
    assert_eq!(
        (&deal["stage"]["name"], &deal["source"], &deal["company"]["name"]),
        (&json!("First"), &json!("trade_fair"), &json!("Lumen"))
    );
    assert_eq!(deal["owner"]["id"], client.member_id().to_string(), "whoever makes it owns it");
    assert_eq!(create(&client, input).await["deal"]["id"], deal["id"], "the same key makes nothing new");
    let read = "query($id: ID!) { deal(id: $id) { contacts { role contact { email } } history { stage { name } leftAt actor } provenance { field source } } }";
    let read = client.gql(read, json!({ "id": deal["id"] })).await["deal"].clone();
    assert_eq!(
        read["contacts"],
        json!([{ "role": "DECISION_MAKER", "contact": { "email": "ada@example.org" } }])
    );
    assert_eq!(read["history"][0]["actor"], client.member_id().to_string());
    let mut traced: Vec<&str> =
        read["provenance"].as_array().unwrap().iter().map(|row| row["field"].as_str().unwrap()).collect();
    traced.sort_unstable();
    assert_eq!(traced, ["amount", "company", "expected_close_on", "owner", "title"]);
    let entry = app.journal().await.into_iter().find(|entry| entry.kind == "deal.created").unwrap();
    assert_eq!(entry.subject.as_deref(), Some(contact.to_string().as_str()));
    assert!(!entry.bytes.contains("town hall"), "no free text in the journal");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_of_a_new_deal_is_named() {
    let app = TestApp::new().await;
    let sales = Sales::new(&app).await;
    let client = app.api_key(Role::Sales).await;
    let gone = company(&app, "Gone", true).await.to_string();
    let first = sales.stage("First").to_string();
    let money = |minor: Value, currency: &str| json!({ "title": "d", "stageId": first, "amount": { "amountMinor": minor, "currency": currency } });
    for (input, expected) in [
        (money(json!("123456789012345"), "EUR"), "TOO_LONG amount.amountMinor"),
        (money(json!("12.50"), "EUR"), "INVALID amount.amountMinor"),
        (money(json!(-1), "EUR"), "INVALID amount.amountMinor"),
        (money(json!("1"), "XYZ"), "NOT_OFFERED amount.currency"),
        (json!({ "title": "", "stageId": first }), "REQUIRED title"),
        (json!({ "title": "x".repeat(301), "stageId": first }), "TOO_LONG title"),
        (json!({ "title": "d" }), "REQUIRED stageId"),
        (json!({ "title": "d", "stageId": first, "companyId": gone }), "WRONG_STATE companyId"),
        (
            json!({ "title": "d", "stageId": first, "companyId": CompanyId::new().to_string() }),
            "NOT_FOUND companyId",
        ),
        (
            json!({ "title": "d", "stageId": first, "ownerId": MemberId::new().to_string() }),
            "NOT_FOUND ownerId",
        ),
        (
            json!({ "title": "d", "stageId": first, "expectedCloseOn": "2027-02-30" }),
            "INVALID expectedCloseOn",
        ),
        (json!({ "title": "d", "stageId": first, "source": "Frau Müller" }), "INVALID source"),
        (
            json!({ "title": "d", "stageId": first, "contacts": [{ "contactId": entity::ContactId::new().to_string() }] }),
            "NOT_FOUND contacts.0.contactId",
        ),
        (json!({ "title": "d", "stageId": sales.stage("Lost").to_string() }), "REQUIRED lossReasonId"),
        (
            json!({ "title": "d", "stageId": first, "lossReasonId": sales.reason(&app).await }),
            "INVALID lossReasonId",
        ),
    ] {
        assert_eq!(faults(&create(&client, input.clone()).await), [expected], "{input}");
    }
    let many = json!({ "title": "", "stageId": entity::StageId::new().to_string(), "amount": { "amountMinor": "12.50", "currency": "XYZ" } });
    let together =
        ["REQUIRED title", "NOT_FOUND stageId", "NOT_OFFERED amount.currency", "INVALID amount.amountMinor"];
    assert_eq!(faults(&create(&client, many).await), together, "everything at once");
    assert_eq!(app.count("deal").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_leaves_what_is_absent_clears_what_is_null_and_knows_its_version() {
    let app = TestApp::new().await;
    let sales = Sales::new(&app).await;
    let client = app.member(Role::Sales).await;
    let lumen = company(&app, "Lumen", false).await.to_string();
    let input = json!({ "title": "d", "stageId": sales.stage("First").to_string(), "companyId": lumen, "amount": { "amountMinor": "5" }, "expectedCloseOn": "2027-01-31" });
    let id = create(&client, input).await["deal"]["id"].clone();
    let done = client
        .gql(UPDATE, json!({ "input": { "dealId": id, "expectedVersion": 1, "amount": { "amountMinor": "7", "currency": "USD" }, "ownerId": null } }))
        .await;
    let deal = &done["updateDeal"]["deal"];
    assert_eq!(deal["amount"], json!({ "amountMinor": "7", "currency": "USD" }));
    assert_eq!(
        (&deal["company"]["name"], &deal["owner"], &deal["expectedCloseOn"], &deal["version"]),
        (&json!("Lumen"), &Value::Null, &json!("2027-01-31"), &json!(2))
    );
    let stale = client
        .gql(UPDATE, json!({ "input": { "dealId": id, "expectedVersion": 1, "title": "other" } }))
        .await;
    assert_eq!(faults(&stale["updateDeal"]), ["STALE expectedVersion"]);
    let cleared = client
        .gql(UPDATE, json!({ "input": { "dealId": id, "expectedVersion": 2, "companyId": null, "expectedCloseOn": null, "amount": null } }))
        .await;
    let deal = &cleared["updateDeal"]["deal"];
    assert_eq!(
        (&deal["company"], &deal["expectedCloseOn"], &deal["amount"]["amountMinor"]),
        (&Value::Null, &Value::Null, &json!("0"))
    );
    let entries: Vec<String> = app
        .journal()
        .await
        .into_iter()
        .filter(|entry| entry.kind == "deal.updated")
        .map(|entry| entry.bytes)
        .collect();
    assert!(entries[0].contains(r#""fields":["amount","owner"]"#), "{}", entries[0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deal_whose_company_vanished_shows_it_and_stays_editable() {
    let app = TestApp::new().await;
    let sales = Sales::new(&app).await;
    let client = app.api_key(Role::Sales).await;
    let lumen = company(&app, "Lumen", false).await;
    let id = create(
        &client,
        json!({ "title": "d", "stageId": sales.stage("First").to_string(), "companyId": lumen.to_string() }),
    )
    .await["deal"]["id"]
        .clone();
    app.app.ledger.db.touch("UPDATE company SET archived_at = created_at", vec![]).await.unwrap();
    let done = client
        .gql(UPDATE, json!({ "input": { "dealId": id, "expectedVersion": 1, "title": "renamed" } }))
        .await;
    assert_eq!(done["updateDeal"]["deal"]["company"]["name"], "Lumen");
    let same = client
        .gql(
            UPDATE,
            json!({ "input": { "dealId": id, "expectedVersion": 2, "companyId": lumen.to_string() } }),
        )
        .await;
    assert_eq!(faults(&same["updateDeal"]), Vec::<String>::new(), "naming the one it has is no change");
    let moved = client
        .gql(MOVE, json!({ "input": { "dealId": id, "toStageId": sales.stage("Won").to_string() } }))
        .await;
    assert!(moved["moveDeal"]["deal"]["closedAt"].is_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn winning_closes_reopening_opens_losing_needs_a_reason_and_history_keeps_every_stay() {
    let app = TestApp::new().await;
    let sales = Sales::new(&app).await;
    let client = app.api_key(Role::Sales).await;
    let id = sales.deal(&app, "d", "First").await.to_string();
    let go = async |to: &str, reason: Option<String>| {
        let input = json!({ "dealId": id, "toStageId": sales.stage(to).to_string(), "lossReasonId": reason });
        client.gql(MOVE, json!({ "input": input })).await["moveDeal"].clone()
    };
    app.advance(TimeDelta::hours(2));
    assert!(go("Won", None).await["deal"]["closedAt"].is_string());
    app.advance(TimeDelta::minutes(10));
    assert!(go("Second", None).await["deal"]["closedAt"].is_null());
    app.advance(TimeDelta::minutes(5));
    assert_eq!(faults(&go("Lost", None).await), ["REQUIRED lossReasonId"]);
    let reason = sales.reason(&app).await;
    let lost = go("Lost", Some(reason.clone())).await;
    assert_eq!(lost["deal"]["lossReason"]["id"], reason);
    assert!(go("First", None).await["deal"]["lossReason"].is_null());
    app.advance(TimeDelta::seconds(30));
    let text = "query($id: ID!) { deal(id: $id) { secondsInStage history { stage { name } seconds leftAt entry { kind } } } }";
    let deal = client.gql(text, json!({ "id": id })).await["deal"].clone();
    let stays: Vec<(String, i64, String)> = deal["history"]
        .as_array()
        .unwrap()
        .iter()
        .map(|stay| {
            (
                stay["stage"]["name"].as_str().unwrap().to_owned(),
                stay["seconds"].as_i64().unwrap(),
                stay["entry"]["kind"].as_str().unwrap().to_owned(),
            )
        })
        .collect();
    let expected = [
        ("First", 7200, "deal.created"),
        ("Won", 600, "deal.won"),
        ("Second", 300, "deal.reopened"),
        ("Lost", 0, "deal.lost"),
        ("First", 30, "deal.reopened"),
    ];
    assert_eq!(stays, expected.map(|(name, seconds, kind)| (name.to_owned(), seconds, kind.to_owned())));
    assert_eq!(deal["secondsInStage"], 30);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archived_deal_leaves_the_board_and_comes_back_to_its_place() {
    let app = TestApp::new().await;
    let sales = Sales::new(&app).await;
    let client = app.api_key(Role::Sales).await;
    let mut ids = Vec::new();
    for title in ["c", "b", "a"] {
        ids.push(sales.deal(&app, title, "First").await.to_string());
    }
    let archive = "mutation($id: ID!) { archiveDeal(input: { dealId: $id }) { deal { archivedAt } userErrors { code field } } }";
    let restore = "mutation($id: ID!) { restoreDeal(input: { dealId: $id }) { deal { archivedAt } userErrors { code field } } }";
    assert!(
        client.gql(archive, json!({ "id": ids[1] })).await["archiveDeal"]["deal"]["archivedAt"].is_string()
    );
    assert_eq!(sales.column(&client, "First").await, ["a", "c"]);
    let moved = client
        .gql(MOVE, json!({ "input": { "dealId": ids[1], "toStageId": sales.stage("Second").to_string() } }))
        .await;
    assert_eq!(faults(&moved["moveDeal"]), ["WRONG_STATE dealId"]);
    client.gql(restore, json!({ "id": ids[1] })).await;
    client.gql(restore, json!({ "id": ids[1] })).await;
    assert_eq!(sales.column(&client, "First").await, ["a", "b", "c"]);
    assert_eq!(app.journal_kinds().await.iter().filter(|kind| *kind == "deal.restored").count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upsert_makes_once_and_changes_afterwards_even_twenty_at_once() {
    let app = TestApp::new().await;
    let sales = Sales::new(&app).await;
    let client = app.api_key(Role::Sales).await;
    let input = json!({ "externalId": "erp-7", "title": "From the ERP", "stageId": sales.stage("Second").to_string(), "amount": { "amountMinor": "100" } });
    let (text, variables) = (UPSERT, json!({ "input": input }));
    let answers = futures_util::future::join_all((0..20).map(|_| client.gql(text, variables.clone()))).await;
    let made = answers.iter().filter(|answer| answer["upsertDeal"]["created"] == true).count();
    assert_eq!((made, app.count("deal").await), (1, 1), "{answers:?}");
    let changed = client
        .gql(UPSERT, json!({ "input": { "externalId": "erp-7", "amount": { "amountMinor": "250" } } }))
        .await["upsertDeal"]
        .clone();
    assert_eq!(
        (&changed["created"], &changed["deal"]["title"], &changed["deal"]["amount"]["amountMinor"]),
        (&json!(false), &json!("From the ERP"), &json!("250"))
    );
    let taken = create(
        &client,
        json!({ "title": "d", "stageId": sales.stage("First").to_string(), "externalId": "erp-7" }),
    )
    .await;
    assert_eq!(faults(&taken), ["TAKEN externalId"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn contacts_are_set_as_a_whole_and_an_archived_one_stays_but_does_not_come() {
    let app = TestApp::new().await.leaving_jobs();
    let sales = Sales::new(&app).await;
    let form = app.newsletter_form().await;
    for email in ["ada@example.org", "bob@example.org"] {
        app.confirmed(&form, email).await;
    }
    let rows = app.query("SELECT contact_id FROM contact_address ORDER BY email", vec![]).await;
    let ids: Vec<entity::ContactId> = rows.iter().map(|row| row.try_get("", "contact_id").unwrap()).collect();
    let client = app.api_key(Role::Sales).await;
    let deal: DealId = sales.deal(&app, "d", "First").await;
    let set = "mutation($input: SetDealContactsInput!) { setDealContacts(input: $input) { deal { version contacts { role contact { id } } } userErrors { code field } } }";
    let party = |id: entity::ContactId, role: &str| json!({ "contactId": id.to_string(), "role": role });
    let input = |version: i32, contacts: Vec<Value>| json!({ "input": { "dealId": deal.to_string(), "expectedVersion": version, "contacts": contacts } });
    let twice = client.gql(set, input(1, vec![party(ids[0], "USER"), party(ids[0], "BILLING")])).await;
    assert_eq!(faults(&twice["setDealContacts"]), ["TAKEN contacts.1.contactId"]);
    let done = client.gql(set, input(1, vec![party(ids[0], "CHAMPION")])).await;
    assert_eq!(
        done["setDealContacts"]["deal"]["contacts"],
        json!([{ "role": "CHAMPION", "contact": { "id": ids[0].to_string() } }])
    );
    app.app.ledger.db.touch("UPDATE contact SET archived_at = created_at", vec![]).await.unwrap();
    let refused = client.gql(set, input(2, vec![party(ids[0], "CHAMPION"), party(ids[1], "USER")])).await;
    assert_eq!(faults(&refused["setDealContacts"]), ["WRONG_STATE contacts.1.contactId"]);
    let stays = client.gql(set, input(2, vec![party(ids[0], "BILLING")])).await;
    assert_eq!(stays["setDealContacts"]["deal"]["version"], 3);
    let none = set_deal_contacts(
        &app.app,
        app.workspace,
        accord::platform::actor::Actor::Operator,
        deal,
        3,
        &Vec::<Party>::new(),
    )
    .await
    .unwrap();
    assert_eq!((none.version, app.count("deal_contact").await), (4, 0));
}
