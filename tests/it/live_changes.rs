//! Typed live changes: the board and the contact page that update themselves, over a WebSocket and as an
//! event stream.

use accord::{accounts::revoke_api_key, platform::actor::Actor};
use entity::{ApiKeyId, Role};
use serde_json::{Value, json};

use crate::support::{Client, Events, Sales, Socket, TestApp};

const BOARD: &str = "subscription($id: ID!, $after: Int) { pipelineChanged(pipelineId: $id, after: $after) { position entry { kind seq }
    deal { id title stage { name } above { title } contacts { contact { id } } } stage { name } pipeline { id name } } }";
const CONTACT: &str = "subscription($id: ID, $after: Int) { contactChanged(contactId: $id, after: $after) { position entry { kind }
    contact { id familyName } } }";
const MOVE: &str = "mutation($input: MoveDealInput!) { moveDeal(input: $input) { userErrors { code } } }";

async fn head(client: &Client<'_>) -> Value {
    client.gql("{ journalHead }", json!({})).await["journalHead"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_board_hears_what_happens_on_it_and_where_a_deal_stands_now() {
    let app = TestApp::new().await;
    let (sales, other) = (Sales::new(&app).await, Sales::new(&app).await);
    let client = app.api_key(Role::Sales).await;
    let admin = app.api_key(Role::Admin).await;
    let address = app.serve().await;
    sales.deal(&app, "below", "Second").await;
    sales.deal(&app, "top", "Second").await;
    let after = head(&client).await;
    let variables = json!({ "id": sales.pipeline.to_string(), "after": after });
    let mut socket = Socket::subscribe(address, &client.key, BOARD, variables.clone()).await;
    let mut elsewhere = Socket::subscribe(
        address,
        &client.key,
        BOARD,
        json!({ "id": other.pipeline.to_string(), "after": after }),
    )
    .await;

    let deal = sales.deal(&app, "dragged", "First").await;
    let created = socket.event("pipelineChanged").await;
    assert_eq!(
        (&created["entry"]["kind"], &created["deal"]["above"]),
        (&json!("deal.created"), &Value::Null)
    );
    let top = sales.column(&client, "Second").await;
    assert_eq!(top, ["top", "below"]);
    let drag = |to: String, after: Option<String>| json!({ "input": { "dealId": deal.to_string(), "toStageId": to, "afterDealId": after } });
    let first: Value = client
        .gql(
            "query($id: ID!) { node(id: $id) { ... on Stage { deals(first: 1) { nodes { id } } } } }",
            json!({ "id": sales.stage("Second").to_string() }),
        )
        .await;
    let above = first["node"]["deals"]["nodes"][0]["id"].as_str().unwrap().to_owned();
    client.gql(MOVE, drag(sales.stage("Second").to_string(), Some(above))).await;
    let moved = socket.event("pipelineChanged").await;
    assert_eq!((&moved["entry"]["kind"], &moved["position"]), (&json!("deal.moved"), &moved["entry"]["seq"]));
    assert_eq!(
        (&moved["deal"]["stage"]["name"], &moved["deal"]["above"]["title"]),
        (&json!("Second"), &json!("top"))
    );

    // The deal moves to another pipeline: both boards are notified, once.
    client.gql(MOVE, drag(other.stage("First").to_string(), None)).await;
    let left = socket.event("pipelineChanged").await;
    assert_eq!(
        (&left["entry"]["kind"], &left["pipeline"]["id"]),
        (&json!("deal.moved"), &json!(sales.pipeline.to_string()))
    );
    assert_eq!(elsewhere.event("pipelineChanged").await["position"], left["position"]);

    let rename =
        "mutation($input: UpdateStageInput!) { updateStage(input: $input) { userErrors { code field } } }";
    let stage = json!({ "input": { "stageId": sales.stage("First").to_string(), "expectedVersion": 1, "name": "Fresh" } });
    let renamed = admin.gql(rename, stage).await;
    assert_eq!(renamed["updateStage"]["userErrors"], json!([]));
    let renamed = socket.event("pipelineChanged").await;
    assert_eq!((&renamed["stage"]["name"], &renamed["deal"]), (&json!("Fresh"), &Value::Null));

    // Offline the whole time: gets all changes, each once, in order, with the current values.
    let mut late = Events::subscribe(address, &client.key, BOARD, &variables).await;
    for known in [&created, &moved, &left, &renamed] {
        assert_eq!(late.event("pipelineChanged").await["position"], known["position"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_is_followed_through_changes_consents_and_a_merge() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, "ada@example.org").await;
    app.confirmed(&form, "grace@example.org").await;
    let client = app.api_key(Role::Owner).await;
    let address = app.serve().await;
    let people = client
        .gql("{ contacts(first: 2) { nodes { id version email consents { id } } } }", json!({}))
        .await["contacts"]["nodes"]
        .clone();
    let of = |email: &str| {
        people.as_array().unwrap().iter().find(|contact| contact["email"] == email).unwrap().clone()
    };
    let (ada, grace) = (of("ada@example.org"), of("grace@example.org"));
    let mut events = Events::subscribe(
        address,
        &client.key,
        CONTACT,
        &json!({ "id": ada["id"], "after": head(&client).await }),
    )
    .await;
    let rename = "mutation($input: UpdateContactInput!) { updateContact(input: $input) { userErrors { code field } } }";
    for (who, name) in [(&grace, "Hopper"), (&ada, "Lovelace")] {
        let input = json!({ "input": { "contactId": who["id"], "expectedVersion": who["version"], "familyName": name } });
        assert_eq!(client.gql(rename, input).await["updateContact"]["userErrors"], json!([]));
    }
    let changed = events.event("contactChanged").await;
    assert_eq!(
        (&changed["entry"]["kind"], &changed["contact"]["familyName"]),
        (&json!("contact.updated"), &json!("Lovelace")),
        "hers and not his"
    );
    let end = "mutation($id: ID!) { withdrawConsent(input: { consentId: $id, reason: TOLD_IN_PERSON }) { userErrors { code } } }";
    client.gql(end, json!({ "id": ada["consents"][0]["id"] })).await;
    assert_eq!(events.event("contactChanged").await["entry"]["kind"], "consent.withdrawn");

    let version = |id: &Value| {
        let (client, id) = (&client, id.clone());
        async move {
            client.gql("query($id: ID!) { contact(id: $id) { version } }", json!({ "id": id })).await["contact"]["version"].clone()
        }
    };
    let merge = "mutation($input: MergeContactsInput!) { mergeContacts(input: $input) { userErrors { code field } } }";
    let input = json!({ "survivorId": grace["id"], "mergedId": ada["id"], "expectedSurvivorVersion": version(&grace["id"]).await, "expectedMergedVersion": version(&ada["id"]).await });
    assert_eq!(client.gql(merge, json!({ "input": input })).await["mergeContacts"]["userErrors"], json!([]));
    loop {
        let event = events.event("contactChanged").await;
        if event["entry"]["kind"] == "contact.merged" {
            assert_eq!(event["contact"]["id"], grace["id"], "the one that lives on");
            break;
        }
    }
    let input = json!({ "input": { "contactId": grace["id"], "expectedVersion": version(&grace["id"]).await, "familyName": "Both" } });
    assert_eq!(client.gql(rename, input).await["updateContact"]["userErrors"], json!([]));
    loop {
        let event = events.event("contactChanged").await;
        if event["entry"]["kind"] == "contact.updated" && event["contact"]["familyName"] == "Both" {
            break;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_key_ends_its_event_streams_and_hears_nothing_more() {
    let app = TestApp::new().await;
    let reader = app.api_key(Role::Reader).await;
    let address = app.serve().await;
    let mut events = Events::subscribe(address, &reader.key, CONTACT, &json!({ "after": 0 })).await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, "ada@example.org").await;
    events.event("contactChanged").await;
    let id = reader.gql("{ viewer { apiKeyId } }", json!({})).await["viewer"]["apiKeyId"]
        .as_str()
        .unwrap()
        .parse::<ApiKeyId>()
        .unwrap();
    revoke_api_key(&app.app, app.workspace, Actor::Operator, id).await.unwrap();
    app.confirmed(&form, "grace@example.org").await;
    let mut last = Vec::new();
    while let Some(event) = events.hear().await {
        last.push(event);
        if last.last().is_some_and(|(event, _)| event == "complete") {
            break;
        }
    }
    let [.., (_, refusal), _] = last.as_slice() else { panic!("{last:?}") };
    assert!(refusal.contains("FORBIDDEN"), "{last:?}");
    assert!(!last.iter().any(|(_, data)| data.contains("grace")), "{last:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pipeline_that_is_not_there_cannot_be_followed() {
    let app = TestApp::new().await;
    let client = app.api_key(Role::Reader).await;
    let address = app.serve().await;
    for id in [entity::PipelineId::new().to_string(), "pipeline_nonsense".to_owned()] {
        let mut socket = Socket::subscribe(address, &client.key, BOARD, json!({ "id": id })).await;
        let refused = socket.hear().await.unwrap();
        assert_eq!(
            (&refused["type"], &refused["payload"][0]["extensions"]["problems"][0]["field"]),
            (&json!("error"), &json!("pipelineId")),
            "{refused}"
        );
    }
}
