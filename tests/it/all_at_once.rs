//! An input with several mistakes gets all of them reported in one round, whichever step of the use case
//! finds them.

use accord::{
    forms::create_form,
    pipeline::{archive_deal, archive_pipeline},
    platform::actor::Actor,
};
use entity::{ContactId, LegalBasis, MemberId, Role, StageId};
use serde_json::{Value, json};

use crate::{
    fields::{field, made},
    support::{Client, Sales, TestApp, definition, faults},
};

/// User errors of one mutation, sorted.
async fn wrong(client: &Client<'_>, mutation: &str, input: Value) -> Vec<String> {
    let name = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
    let text = format!(
        "mutation($input: {name}!) {{ {mutation}(input: $input) {{ userErrors {{ code field }} }} }}"
    );
    let answer = client.gql(&text, json!({ "input": input })).await;
    let mut found = faults(&answer[mutation]);
    found.sort();
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn every_mistake_in_an_input_about_people_and_companies_is_told_in_one_round() {
    let app = TestApp::new().await;
    let contract = app.purpose("contract", LegalBasis::Contract).await.to_string();
    let client = app.api_key(Role::Owner).await;
    for entity in ["CONTACT", "COMPANY"] {
        let mut size = field("size", "NUMBER", "OPEN");
        size["entity"] = json!(entity);
        made(&client, size).await;
    }
    let custom = json!([{ "key": "nothing", "value": "1" }, { "key": "size", "value": "large" }]);
    let custom_faults = ["INVALID custom.1.value", "NOT_OFFERED custom.0.key"];
    let expect = |own: &[&str]| {
        let mut all: Vec<String> =
            own.iter().chain(&custom_faults).map(|fault| (*fault).to_owned()).collect();
        all.sort();
        all
    };
    let (long, nobody) = ("x".repeat(301), MemberId::new().to_string());

    let input = json!({ "basisPurposeId": contract, "source": "PHONE", "givenName": long, "phone": "x", "email": "x", "ownerId": nobody, "custom": custom });
    let expected = expect(&["TOO_LONG givenName", "INVALID phone", "INVALID email", "NOT_FOUND ownerId"]);
    assert_eq!(wrong(&client, "createContact", input).await, expected);

    let text = "mutation($input: UpsertContactInput!) { upsertContact(input: $input) { contact { id } userErrors { code } } }";
    let input = json!({ "externalId": "erp-1", "basisPurposeId": contract, "givenName": "Ada" });
    let id = client.gql(text, json!({ "input": input })).await["upsertContact"]["contact"]["id"].clone();
    let input = json!({ "externalId": "erp-1", "basisPurposeId": contract, "phone": "x", "ownerId": nobody, "custom": custom });
    assert_eq!(wrong(&client, "upsertContact", input).await, expect(&["INVALID phone", "NOT_FOUND ownerId"]));
    let archive = "mutation($id: ID!) { archiveContact(input: { contactId: $id }) { userErrors { code } } }";
    client.gql(archive, json!({ "id": id })).await;
    let input = json!({ "contactId": id, "expectedVersion": 7, "language": "de", "custom": custom });
    let expected = expect(&["STALE expectedVersion", "WRONG_STATE contactId", "NOT_OFFERED language"]);
    assert_eq!(wrong(&client, "updateContact", input).await, expected);

    let input = json!({ "name": "", "website": "x", "domain": "gmail.com", "custom": custom });
    assert_eq!(
        wrong(&client, "createCompany", input).await,
        expect(&["REQUIRED name", "INVALID website", "INVALID domain"])
    );
    let text =
        "mutation { createCompany(input: { name: \"Lumen\", externalId: \"erp-1\" }) { company { id } } }";
    let id = client.gql(text, json!({})).await["createCompany"]["company"]["id"].clone();
    let input =
        json!({ "companyId": id, "expectedVersion": 7, "phone": "x", "ownerId": nobody, "custom": custom });
    assert_eq!(
        wrong(&client, "updateCompany", input).await,
        expect(&["STALE expectedVersion", "INVALID phone", "NOT_FOUND ownerId"])
    );
    let input = json!({ "externalId": "erp-1", "website": "x", "custom": custom });
    assert_eq!(wrong(&client, "upsertCompany", input).await, expect(&["INVALID website"]));
    assert_eq!(
        (app.count("contact").await, app.count("company").await, app.count("field_value").await),
        (1, 1, 0)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_mistake_in_an_input_about_deals_fields_and_forms_is_told_in_one_round() {
    let app = TestApp::new().await;
    let sales = Sales::new(&app).await;
    let client = app.api_key(Role::Owner).await;
    let mut size = field("size", "NUMBER", "OPEN");
    size["entity"] = json!("DEAL");
    let size = made(&client, size).await;
    let custom = json!([{ "key": "size", "value": "large" }]);
    let nothing = StageId::new().to_string();

    let input = json!({ "title": "", "stageId": nothing, "expectedCloseOn": "soon", "custom": custom });
    let expected =
        ["INVALID custom.0.value", "INVALID expectedCloseOn", "NOT_FOUND stageId", "REQUIRED title"];
    assert_eq!(wrong(&client, "createDeal", input).await, expected);
    let input = json!({ "title": "", "stageId": sales.stage("Lost").to_string(), "custom": custom });
    assert_eq!(
        wrong(&client, "createDeal", input).await,
        ["INVALID custom.0.value", "REQUIRED lossReasonId", "REQUIRED title"]
    );

    let deal = sales.deal(&app, "a", "First").await;
    archive_deal(&app.app, app.workspace, Actor::Operator, deal).await.unwrap();
    let deal = deal.to_string();
    let input = json!({ "dealId": deal, "expectedVersion": 7, "title": "", "custom": custom });
    let expected =
        ["INVALID custom.0.value", "REQUIRED title", "STALE expectedVersion", "WRONG_STATE dealId"];
    assert_eq!(wrong(&client, "updateDeal", input).await, expected);
    let input = json!({ "dealId": deal, "expectedVersion": 7, "contacts": [{ "contactId": ContactId::new().to_string() }] });
    let expected = ["NOT_FOUND contacts.0.contactId", "STALE expectedVersion", "WRONG_STATE dealId"];
    assert_eq!(wrong(&client, "setDealContacts", input).await, expected);
    let input = json!({ "dealId": deal, "toStageId": sales.stage("Lost").to_string() });
    assert_eq!(wrong(&client, "moveDeal", input).await, ["REQUIRED lossReasonId", "WRONG_STATE dealId"]);

    archive_pipeline(&app.app, app.workspace, Actor::Operator, sales.pipeline).await.unwrap();
    let input = json!({ "pipelineId": sales.pipeline.to_string(), "expectedVersion": 7, "name": "", "currency": "eur" });
    let expected =
        ["NOT_OFFERED currency", "REQUIRED name", "STALE expectedVersion", "WRONG_STATE pipelineId"];
    assert_eq!(wrong(&client, "updatePipeline", input).await, expected);
    let input = json!({ "stageId": sales.stage("Won").to_string(), "expectedVersion": 7, "name": "", "kind": "OPEN" });
    assert_eq!(
        wrong(&client, "updateStage", input).await,
        ["REQUIRED name", "STALE expectedVersion", "WRONG_STATE stageId"]
    );
    let input =
        json!({ "pipelineId": sales.pipeline.to_string(), "expectedVersion": 7, "stageIds": [nothing] });
    let expected =
        ["NOT_FOUND stageIds.0", "REQUIRED stageIds", "STALE expectedVersion", "WRONG_STATE pipelineId"];
    assert_eq!(wrong(&client, "reorderStages", input).await, expected);

    let input = json!({ "fieldId": size, "expectedVersion": 7, "position": -1, "label": [], "reason": "" });
    let expected = ["INVALID position", "REQUIRED label", "REQUIRED reason", "STALE expectedVersion"];
    assert_eq!(wrong(&client, "updateField", input).await, expected);

    let form = create_form(&app.app, app.workspace, Actor::Operator, "Draft", &definition(Vec::new(), None))
        .await
        .unwrap();
    let input = json!({ "formId": form.id.to_string(), "expectedVersion": 7, "name": " " });
    assert_eq!(wrong(&client, "updateForm", input).await, ["REQUIRED name", "STALE expectedVersion"]);
}
