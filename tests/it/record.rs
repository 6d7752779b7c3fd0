//! The record of processing (GDPR Art. 30) is generated from what is set up, and the data map is readable.

use accord::forms::definition::ConsentOffer;
use entity::{Channel, LegalBasis, Role};
use serde_json::{Value, json};

use crate::{
    recipients::recipient,
    support::{TestApp, definition},
};

const RECORD: &str = "query($language: String) { recordOfProcessing(language: $language) { language controller { legalName dpoEmail jurisdiction }
    processings { purposeId title legalBasis justification people data forms recipients { name role countries safeguard } retention } security csv html } }";

/// The processing of a purpose.
fn of<'a>(record: &'a Value, title: &str) -> &'a Value {
    let all = record["processings"].as_array().unwrap();
    all.iter().find(|one| one["title"] == title).unwrap_or_else(|| panic!("no {title} in {all:#?}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_record_says_what_is_set_up_and_follows_every_change() {
    let app = TestApp::new().await;
    let newsletter = app.purpose("newsletter", LegalBasis::Consent).await;
    let quote = app.purpose("quote", LegalBasis::Contract).await;
    let offer = ConsentOffer { purpose_id: newsletter, channel: Channel::Email };
    app.publish_in(app.workspace, definition(vec![offer], Some(quote)), newsletter).await;
    let dpo = app.api_key(Role::Dpo).await;
    recipient(
        &dpo,
        json!({ "name": "m", "legalName": "=Mailer Ltd", "country": "IN", "mechanism": "SCC", "mechanismReference": "Module 2",
            "assessment": "TIA 7", "purposeIds": [newsletter.to_string()] }),
    )
    .await;
    let read = async |language: Value| {
        dpo.gql(RECORD, json!({ "language": language })).await["recordOfProcessing"].clone()
    };
    let record = read(Value::Null).await;
    assert_eq!(record["language"], "en");
    assert_eq!(record["controller"]["legalName"], "Atelier Lumen SAS");
    let letter = of(&record, "Purpose newsletter");
    assert_eq!((&letter["legalBasis"], &letter["forms"]), (&json!("CONSENT"), &json!(["Test form"])));
    assert_eq!(letter["data"], json!(["email", "given_name", "note"]), "what the form asks, and no more");
    assert_eq!(
        letter["recipients"],
        json!([{ "name": "=Mailer Ltd", "role": "PROCESSOR", "countries": ["IN"], "safeguard": "Art. 46(2)(c): Module 2" }])
    );
    assert!(
        letter["retention"]
            .as_array()
            .unwrap()
            .iter()
            .any(|line| line == "Prospects: 36 months after the person’s last act"),
        "{letter:#}"
    );
    let quotes = of(&record, "Purpose quote");
    assert_eq!(quotes["justification"], "The person asked for it.");
    assert_eq!(quotes["recipients"], json!([]), "the recipient is not given data for this");
    assert!(quotes["data"].as_array().unwrap().iter().any(|kind| kind == "Postal address"));
    of(&record, "Rights of persons");
    of(&record, "Accounts of the staff");
    assert!(record["security"].as_array().unwrap().len() >= 5);

    let csv = record["csv"].as_str().unwrap();
    let mut reader = csv::ReaderBuilder::new().from_reader(csv.as_bytes());
    let columns = reader.headers().unwrap().len();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), record["processings"].as_array().unwrap().len());
    assert!(rows.iter().all(|row| row.len() == columns && row.iter().all(|cell| !cell.starts_with(['=', '+', '-', '@']))));
    let html = record["html"].as_str().unwrap();
    assert!(html.contains("<h2>Purpose newsletter</h2>") && html.contains("=Mailer Ltd"));
    assert!(
        !html.contains("<script") && !html.contains("src=") && !html.contains("href="),
        "it loads nothing"
    );

    let french = read(json!("fr")).await;
    let letter = of(&french, "Finalité newsletter");
    assert!(letter["data"].as_array().unwrap().iter().any(|kind| kind == "note (fr)"));
    assert!(french["html"].as_str().unwrap().contains("Registre des activités de traitement"));

    let archive = "mutation($id: ID!) { archivePurpose(input: { purposeId: $id }) { userErrors { code } } }";
    dpo.gql(archive, json!({ "id": newsletter.to_string() })).await;
    let titles: Vec<String> = read(Value::Null).await["processings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["title"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(titles, ["Purpose quote", "Rights of persons", "Accounts of the staff"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workspace_s_record_names_nothing_of_another() {
    let app = TestApp::new().await;
    let other = app.other_workspace("other").await;
    app.newsletter_form_in(other).await;
    let theirs = app.api_key_in(other, Role::Dpo).await;
    recipient(&theirs, json!({ "legalName": "Their mailer" })).await;
    let record = app.api_key(Role::Dpo).await.gql(RECORD, json!({})).await;
    assert!(!record.to_string().contains("Their mailer") && !record.to_string().contains("newsletter"));
    let record = theirs.gql(RECORD, json!({})).await;
    assert!(record.to_string().contains("Their mailer"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_data_map_names_every_table_with_its_reason() {
    let app = TestApp::new().await;
    let dpo = app.api_key(Role::Dpo).await;
    let map = dpo
        .gql("{ dataMap { name subject why columns { name class onErasure keptBecause } } }", json!({}))
        .await["dataMap"]
        .clone();
    let tables = map.as_array().unwrap();
    let contact = tables.iter().find(|table| table["name"] == "contact").unwrap();
    assert_eq!(contact["subject"], "CONTACT");
    let name =
        contact["columns"].as_array().unwrap().iter().find(|column| column["name"] == "given_name").unwrap();
    assert_eq!((&name["class"], &name["onErasure"]), (&json!("PERSONAL"), &json!("DELETE_ROW")));
    for table in tables {
        assert!(
            !table["why"].as_str().unwrap().is_empty() && !table["columns"].as_array().unwrap().is_empty()
        );
        for column in table["columns"].as_array().unwrap() {
            assert_eq!(column["onErasure"] == "KEEP", column["keptBecause"].is_string(), "{table}");
        }
    }
}
