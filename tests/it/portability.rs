//! Portability (GDPR Art. 20): the export of what a person provided, and transfers to a company that they
//! authorised.

use std::net::SocketAddr;

use accord::{
    platform::actor::Actor,
    privacy::packages::transfers::{expire_transfers, withdraw_transfer},
};
use axum::{body::Body, extract::ConnectInfo, http::Request};
use chrono::TimeDelta;
use entity::{
    AuthorisationState, ContactId, Role, TransferState, disclosure, evidence, recipient, transfer,
    transfer_authorisation as authorisation,
};
use http_body_util::BodyExt;
use sea_orm::{ActiveValue::Set, EntityTrait, IntoActiveModel};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::{
    fields::{field, made, person, set},
    packages::{ADA, change, data_of, package_of, press, unzip},
    support::{Client, TestApp, rows},
};

const BUYER: &str = "privacy@insurer.example";
const ASK: &str = "mutation($input: AskTransferInput!) { askTransfer(input: $input) {
    authorisation { id state recipientName purpose scope } userErrors { code field } } }";
const SEND: &str = "mutation($input: SendTransferInput!) { sendTransfer(input: $input) {
    transfer { id state } userErrors { code field } } }";

async fn insurer(app: &TestApp, contact: ContactId) -> entity::RecipientId {
    let purpose = entity::purpose::Entity::find().one(app.app.db()).await.unwrap().unwrap();
    let (id, _) = rows::recipient_to_tell(app, app.workspace, contact, purpose.id).await;
    let row = recipient::Entity::find_by_id((app.workspace, id)).one(app.app.db()).await.unwrap().unwrap();
    let mut row = row.into_active_model();
    row.legal_name = Set("Insurer SA".to_owned());
    row.contact_email = Set(BUYER.to_owned());
    recipient::Entity::update(row).exec(app.app.db()).await.unwrap();
    id
}

async fn ask(app: &TestApp, client: &Client<'_>, contact: ContactId, scope: &[&str]) -> Value {
    let recipient = insurer(app, contact).await;
    let input = json!({ "input": {
        "contactId": contact, "recipientId": recipient, "scope": scope,
        "purpose": "To make you an offer for your house.", "validUntil": app.app.now() + TimeDelta::days(90),
    } });
    client.gql(ASK, input).await["askTransfer"].clone()
}

/// Presses one of the buttons on the page.
async fn answer(app: &TestApp, link: &str, button: &str) -> String {
    let page = app.visitor().post_form(link, &[("answer", button)]).await;
    assert_eq!(page.status, 200, "{}", page.words());
    page.words()
}

/// Asks, grants and sends; the path of the recipient's link.
async fn sent(app: &TestApp, dpo: &Client<'_>, contact: ContactId, scope: &[&str]) -> String {
    let asked = ask(app, dpo, contact, scope).await;
    app.run_jobs().await;
    answer(app, &app.mails_to(ADA).last().unwrap().link("my-data/transfer"), "grant").await;
    let input = json!({ "input": { "authorisationId": asked["authorisation"]["id"] } });
    assert_eq!(dpo.gql(SEND, input).await["sendTransfer"]["userErrors"], json!([]));
    app.run_jobs().await;
    app.mails_to(BUYER).last().unwrap().link("transfer")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_export_holds_what_the_person_provided_and_nothing_else() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let contact = person(&app, &form, ADA).await;
    change(&app, contact, |row| row.job_title = Set("A note of the staff".to_owned())).await;
    let owner = app.api_key(Role::Owner).await;
    made(&owner, field("score", "TEXT", "OPEN")).await;
    set(&app, Actor::Operator, contact, &[("score", Some("Ninety"))]).await.unwrap();
    let files = package_of(&app, contact, "PORTABILITY").await;
    let data = data_of(&files);
    assert_eq!(data["package"]["kind"], "PORTABILITY");
    let records = data["records"].as_object().unwrap();
    assert_eq!(records["values"][0]["values"]["field"], "given_name");
    assert_eq!(records["addresses"][0]["values"]["email"], ADA);
    assert_eq!(records["consents"][0]["values"]["state"], "GIVEN");
    assert_eq!(records["submissions"][0]["source"], "PERSON");
    for kind in ["journal", "history", "tags", "activities", "mails", "profile"] {
        assert!(!records.contains_key(kind), "{kind} is not provided by the person");
    }
    for (name, text) in &files {
        assert!(!text.contains("A note of the staff") && !text.contains("Ninety"), "{name}: {text}");
    }
    assert!(files["contact.vcf"].contains("FN:Ada"), "{}", files["contact.vcf"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_never_agreed_and_has_no_contract_has_nothing_to_take_elsewhere() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let contact = person(&app, &form, ADA).await;
    entity::consent::Entity::delete_many().exec(app.app.db()).await.unwrap();
    let files = package_of(&app, contact, "PORTABILITY").await;
    for (kind, list) in data_of(&files)["records"].as_object().unwrap() {
        assert_eq!(list, &json!([]), "{kind}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transfer_needs_a_yes_and_its_link_works_once() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let contact = person(&app, &form, ADA).await;
    change(&app, contact, |row| row.phone = Set("+33199001234".to_owned())).await;
    let dpo = app.member(Role::Dpo).await;
    let asked = ask(&app, &dpo, contact, &["IDENTITY", "CONSENTS"]).await;
    assert_eq!(asked["userErrors"], json!([]));
    assert_eq!(asked["authorisation"]["recipientName"], "Insurer SA");
    let input = json!({ "input": { "authorisationId": asked["authorisation"]["id"] } });
    let early = dpo.gql(SEND, input.clone()).await["sendTransfer"].clone();
    assert_eq!(early["userErrors"], json!([{ "code": "WRONG_STATE", "field": "authorisationId" }]));
    app.run_jobs().await;
    let mail = app.mails_to(ADA).last().unwrap().clone();
    for text in ["Insurer SA", "To make you an offer for your house.", "names, job and company"] {
        assert!(mail.text.contains(text), "no {text:?} in {}", mail.text);
    }
    let link = mail.link("my-data/transfer");
    // Looking answers nothing.
    for _ in 0..2 {
        let page = app.visitor().get(&link).await.words();
        for text in
            ["May we pass on your data?", "Insurer SA", "Yes, pass them on", "No, do not pass them on"]
        {
            assert!(page.contains(text), "no {text:?} in {page}");
        }
    }
    assert!(answer(&app, &link, "grant").await.contains("You agreed to this transfer"));
    assert!(answer(&app, &link, "grant").await.contains("You agreed to this transfer"), "twice is as once");
    assert!(
        answer(&app, &link, "refuse").await.contains("You agreed to this transfer"),
        "answered is answered"
    );
    let row = authorisation::Entity::find().one(app.app.db()).await.unwrap().unwrap();
    assert_eq!(row.state, AuthorisationState::Granted);
    let proof = app.journal().await.into_iter().find(|entry| Some(entry.id) == row.proof_entry_id).unwrap();
    assert_eq!((proof.kind.as_str(), proof.actor), ("transfer.granted", contact.to_string()));
    assert!(proof.commitment.is_some(), "the answer has sealed evidence");
    assert_eq!(dpo.gql(SEND, input).await["sendTransfer"]["transfer"]["state"], "BUILDING");
    app.run_jobs().await;
    let mail = app.mails_to(BUYER).last().unwrap().clone();
    assert!(!mail.raw.contains(ADA) && !mail.raw.contains("Ada"), "{}", mail.raw);
    let pull = mail.link("transfer");
    for _ in 0..2 {
        let page = app.visitor().get(&pull).await;
        assert!(page.status == 200 && page.words().contains("Data for Insurer SA"), "{}", page.words());
        assert!(!page.text.contains(ADA), "{}", page.text);
    }
    let (status, headers, bytes) = press(&app, &pull).await;
    assert_eq!((status, headers["cache-control"].to_str().unwrap()), (200, "no-store"));
    let files = unzip(&bytes);
    let records = data_of(&files)["records"].clone();
    assert_eq!(records["values"][0]["values"]["field"], "given_name");
    assert_eq!(records["addresses"], json!([]), "not among what was authorised");
    for text in files.values() {
        assert!(!text.contains("+33199001234"), "{text}");
    }
    assert_eq!(press(&app, &pull).await.0, 404);
    assert_eq!(app.visitor().get(&pull).await.status, 404);
    let row = transfer::Entity::find().one(app.app.db()).await.unwrap().unwrap();
    assert_eq!((row.state, row.bytes), (TransferState::Pulled, i64::try_from(bytes.len()).unwrap()));
    let noted = disclosure::Entity::find().all(app.app.db()).await.unwrap();
    let noted =
        noted.iter().find(|row| row.means == entity::DisclosureMeans::PullLink).expect("a disclosure");
    assert_eq!(noted.fields, "[\"consents\",\"identity\"]");
    app.run_jobs().await;
    let receipt = app.mails_to(ADA).last().unwrap().clone();
    assert_eq!(receipt.subject, "Your data was passed on");
    assert!(receipt.text.contains(&hex::encode(row.sha256.unwrap())), "{}", receipt.text);
    let page = app.visitor().get(&link).await.words();
    assert!(page.contains("What was passed on") && page.contains("SHA-256"), "{page}");
    let query = "query($id: ID!) { transferAuthorisations(contactId: $id, first: 10) { totalCount nodes {
        state scope purpose transfers { state bytes } } } }";
    let seen = dpo.gql(query, json!({ "id": contact })).await["transferAuthorisations"].clone();
    assert_eq!(seen["nodes"][0]["transfers"], json!([{ "state": "PULLED", "bytes": bytes.len() }]), "{seen}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_no_is_recorded_like_a_yes_and_nothing_is_passed_on() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let contact = person(&app, &form, ADA).await;
    let dpo = app.member(Role::Dpo).await;
    let asked = ask(&app, &dpo, contact, &["IDENTITY"]).await;
    app.run_jobs().await;
    let link = app.mails_to(ADA).last().unwrap().link("my-data/transfer");
    let before = app.journal_kinds().await.len();
    assert!(answer(&app, &link, "refuse").await.contains("You refused this transfer"));
    assert!(answer(&app, &link, "grant").await.contains("You refused this transfer"));
    let kinds = app.journal_kinds().await;
    assert_eq!(&kinds[before..], ["transfer.refused"]);
    let row = authorisation::Entity::find().one(app.app.db()).await.unwrap().unwrap();
    let proofs = evidence::Entity::find().all(app.app.db()).await.unwrap();
    assert!(proofs.iter().any(|proof| Some(proof.entry_id) == row.proof_entry_id));
    let input = json!({ "input": { "authorisationId": asked["authorisation"]["id"] } });
    let sent = dpo.gql(SEND, input).await["sendTransfer"].clone();
    assert_eq!(sent["userErrors"], json!([{ "code": "WRONG_STATE", "field": "authorisationId" }]));
    assert_eq!(app.count("transfer").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_taken_back_can_no_longer_be_pulled() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let contact = person(&app, &form, ADA).await;
    let dpo = app.member(Role::Dpo).await;
    let pull = sent(&app, &dpo, contact, &["IDENTITY"]).await;
    assert_eq!(app.visitor().get(&pull).await.status, 200);
    let row = authorisation::Entity::find().one(app.app.db()).await.unwrap().unwrap();
    // From "My data", as well as behind the link.
    withdraw_transfer(&app.app, app.workspace, contact, row.id, "Firefox 143").await.unwrap();
    assert_eq!(press(&app, &pull).await.0, 404);
    assert_eq!(app.visitor().get(&pull).await.status, 404);
    assert_eq!(app.count("package_part").await, 0, "its file is gone at once");
    let row = authorisation::Entity::find().one(app.app.db()).await.unwrap().unwrap();
    assert_eq!(row.state, AuthorisationState::Withdrawn);
    let other = entity::ContactId::new();
    let refused = withdraw_transfer(&app.app, app.workspace, other, row.id, "").await;
    assert!(matches!(refused, Err(accord::error::Error::NotFound)));
}

#[tokio::test(flavor = "multi_thread")]
async fn time_ends_a_question_a_link_and_an_authorisation() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let contact = person(&app, &form, ADA).await;
    let dpo = app.member(Role::Dpo).await;
    let pull = sent(&app, &dpo, contact, &["IDENTITY"]).await;
    app.advance(TimeDelta::hours(73));
    assert_eq!(press(&app, &pull).await.0, 404);
    expire_transfers(&app.app).await.unwrap();
    let row = transfer::Entity::find().one(app.app.db()).await.unwrap().unwrap();
    assert_eq!((row.state, app.count("package_part").await), (TransferState::Expired, 0));
    let dpo = app.member(Role::Dpo).await;
    ask(&app, &dpo, contact, &["IDENTITY"]).await;
    app.run_jobs().await;
    let link = app.mails_to(ADA).last().unwrap().link("my-data/transfer");
    app.advance(TimeDelta::days(31));
    assert!(answer(&app, &link, "grant").await.contains("This question is closed"));
    app.advance(TimeDelta::days(90));
    expire_transfers(&app.app).await.unwrap();
    let rows = authorisation::Entity::find().all(app.app.db()).await.unwrap();
    assert!(rows.iter().all(|row| row.state == AuthorisationState::Expired), "{rows:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_downloads_at_once_are_one() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let contact = person(&app, &form, ADA).await;
    let dpo = app.member(Role::Dpo).await;
    let pull = sent(&app, &dpo, contact, &["IDENTITY", "CONTACT_DETAILS"]).await;
    let once = async || {
        let peer: SocketAddr = "203.0.113.9:4711".parse().unwrap();
        let mut request = Request::builder().method("POST").uri(&pull).body(Body::empty()).unwrap();
        request.extensions_mut().insert(ConnectInfo(peer));
        let answer = app.router.clone().oneshot(request).await.unwrap();
        let status = answer.status().as_u16();
        answer.into_body().collect().await.unwrap();
        status
    };
    let mut statuses = [tokio::join!(once(), once())].map(|(a, b)| [a, b]).concat();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 404]);
    app.run_jobs().await;
    let pulled = app.journal_kinds().await.iter().filter(|kind| *kind == "transfer.pulled").count();
    assert_eq!(pulled, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_says_what_is_wrong_with_it() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let contact = person(&app, &form, ADA).await;
    let recipient = insurer(&app, contact).await;
    let dpo = app.member(Role::Dpo).await;
    let until = app.app.now() + TimeDelta::days(400);
    let wrong = json!({
        "contactId": contact, "recipientId": recipient, "scope": [], "purpose": " ", "validUntil": until,
    });
    let answer = dpo.gql(ASK, json!({ "input": wrong })).await["askTransfer"].clone();
    let faults: Vec<(&str, &str)> = answer["userErrors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| (fault["code"].as_str().unwrap(), fault["field"].as_str().unwrap()))
        .collect();
    assert_eq!(faults, [("REQUIRED", "scope"), ("REQUIRED", "purpose"), ("INVALID", "validUntil")]);
    let sales = app.member(Role::Sales).await;
    let until = app.app.now() + TimeDelta::days(4);
    let right = json!({
        "contactId": contact, "recipientId": recipient, "scope": ["IDENTITY"], "purpose": "x", "validUntil": until,
    });
    let refused = sales.gql_raw(ASK, json!({ "input": right })).await;
    assert_eq!(refused["errors"][0]["extensions"]["code"], "FORBIDDEN");
    assert_eq!(app.count("transfer_authorisation").await, 0);
}
