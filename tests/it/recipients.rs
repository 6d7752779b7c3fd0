//! Recipients: transfers are denied unless something allows them; what was disclosed, and what recipients are
//! to be told (GDPR Art. 19, 44 to 49).

use accord::{
    persons::{Merge, merge_contacts},
    platform::actor::Actor,
    privacy::recipients::{disclosures_of, note_recipients},
};
use chrono::TimeDelta;
use entity::{ContactId, LegalBasis, RecipientNoticeKind, Role, contact};
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::support::{Client, TestApp, faults};

const CREATE: &str = "mutation($input: CreateRecipientInput!) { createRecipient(input: $input) { recipient { id name country mechanism
    safeguard transferAllowed version accessCountries purposes { key } } userErrors { code field message } } }";
const LOG: &str = "mutation($input: LogDisclosureInput!) { logDisclosure(input: $input) { disclosure { id means fields recipient { name }
    contact { id } purpose { key } } userErrors { code field message } } }";
const SETTLE: &str = "mutation($input: SettleRecipientNoticesInput!) { settleRecipientNotices(input: $input) { notices { id state reason
    kind contactId } userErrors { code field message } } }";

/// Creates a recipient: `input` on top of a processor in France.
pub async fn recipient(client: &Client<'_>, input: Value) -> Value {
    let mut all = json!({ "name": "Mailer", "legalName": "Mailer SAS", "country": "FR", "role": "PROCESSOR", "mechanism": "EEA" });
    all.as_object_mut().unwrap().extend(input.as_object().unwrap().clone());
    client.gql(CREATE, json!({ "input": all })).await["createRecipient"].clone()
}

/// Logs that a contact's given name and telephone number were disclosed.
pub async fn disclose(client: &Client<'_>, contact: ContactId, recipient: &Value, more: Value) -> Value {
    let mut all = json!({ "contactId": contact.to_string(), "recipientId": recipient, "means": "EMAIL", "fields": ["phone", "givenName"] });
    all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    client.gql(LOG, json!({ "input": all })).await["logDisclosure"].clone()
}

/// The only contact with this address.
async fn contact_of(app: &TestApp, email: &str) -> ContactId {
    let rows = entity::contact_address::Entity::find().all(app.app.db()).await.unwrap();
    rows.into_iter().find(|row| row.email == email).unwrap().contact_id
}

async fn note(app: &TestApp, contact: ContactId, kind: RecipientNoticeKind) -> u64 {
    let mut work = app.app.begin(app.workspace, Actor::System).await.unwrap();
    let noted = note_recipients(&mut work, contact, kind).await.unwrap();
    work.commit().await.unwrap();
    noted
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recipient_outside_the_eea_is_refused_unless_something_allows_the_transfer() {
    let app = TestApp::new().await;
    let dpo = app.api_key(Role::Dpo).await;
    let inside = recipient(&dpo, json!({})).await;
    assert_eq!(inside["userErrors"], json!([]));
    assert_eq!(
        (&inside["recipient"]["safeguard"], &inside["recipient"]["transferAllowed"]),
        (&Value::Null, &json!(true))
    );
    for (input, expected) in [
        (json!({ "country": "IN" }), vec!["REQUIRED mechanism"]),
        (json!({ "accessCountries": ["IN"] }), vec!["REQUIRED mechanism"]),
        (json!({ "country": "CN", "mechanism": "ADEQUACY" }), vec!["NOT_OFFERED mechanism"]),
        (json!({ "country": "US", "mechanism": "ADEQUACY" }), vec!["REQUIRED checkedAt"]),
        (
            json!({ "country": "US", "mechanism": "ADEQUACY", "checkedAt": "2025-01-01T00:00:00Z" }),
            vec!["REQUIRED checkedAt"],
        ),
        (
            json!({ "country": "IN", "mechanism": "SCC" }),
            vec!["REQUIRED mechanismReference", "REQUIRED assessment"],
        ),
        (json!({ "country": "IN", "mechanism": "DEROGATION" }), vec!["REQUIRED mechanismReference"]),
        (json!({ "mechanism": "SCC" }), vec!["INVALID mechanism"]),
        (json!({ "country": "Utopia" }), vec!["NOT_OFFERED country"]),
        (json!({ "name": " ", "contactEmail": "nobody" }), vec!["REQUIRED name", "INVALID contactEmail"]),
    ] {
        let answer = recipient(&dpo, input.clone()).await;
        assert_eq!(answer["recipient"], Value::Null, "{input}");
        let mut found = faults(&answer);
        found.sort();
        let mut expected: Vec<String> = expected.into_iter().map(str::to_owned).collect();
        expected.sort();
        assert_eq!(found, expected, "{input}");
    }
    let scc = recipient(
        &dpo,
        json!({ "country": "IN", "mechanism": "SCC", "mechanismReference": "Module 2, signed 2026-05-04", "assessment": "TIA 7" }),
    )
    .await;
    assert_eq!(scc["recipient"]["safeguard"], "Art. 46(2)(c): Module 2, signed 2026-05-04");
    let swiss = recipient(&dpo, json!({ "country": "CH", "mechanism": "ADEQUACY" })).await;
    assert_eq!(swiss["recipient"]["safeguard"], "Art. 45: Decision 2000/518/EC");
    assert_eq!(app.count("recipient").await, 3, "what was refused was not written");
    let list = dpo
        .gql("{ transferCountries { asOf source eea adequate { country decision only } } }", json!({}))
        .await;
    assert!(list["transferCountries"]["asOf"].as_str().unwrap() >= "2026-01-01");
    assert!(
        list["transferCountries"]["adequate"]
            .as_array()
            .unwrap()
            .iter()
            .any(|one| one["country"] == "US" && one["only"] != Value::Null)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_that_grew_old_stops_disclosures_until_it_is_repeated() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, "ada@example.org").await;
    let ada = contact_of(&app, "ada@example.org").await;
    let dpo = app.api_key(Role::Dpo).await;
    let made = recipient(
        &dpo,
        json!({ "country": "US", "mechanism": "ADEQUACY", "checkedAt": app.app.now().to_rfc3339() }),
    )
    .await;
    let id = &made["recipient"]["id"];
    assert_eq!(disclose(&dpo, ada, id, json!({})).await["userErrors"], json!([]));
    app.advance(TimeDelta::days(400));
    let dpo = app.api_key(Role::Dpo).await;
    assert_eq!(faults(&disclose(&dpo, ada, id, json!({})).await), ["WRONG_STATE recipientId"]);
    let update = "mutation($input: UpdateRecipientInput!) { updateRecipient(input: $input) { recipient { version transferAllowed } userErrors { code field } } }";
    let mut values = json!({ "recipientId": id, "expectedVersion": 1, "name": "Mailer", "legalName": "Mailer Inc.", "country": "US",
        "role": "PROCESSOR", "mechanism": "ADEQUACY", "checkedAt": app.app.now().to_rfc3339() });
    let done = dpo.gql(update, json!({ "input": values })).await["updateRecipient"].clone();
    assert_eq!(done["recipient"], json!({ "version": 2, "transferAllowed": true }), "{done}");
    let stale = dpo.gql(update, json!({ "input": values })).await["updateRecipient"].clone();
    assert_eq!(faults(&stale), ["STALE expectedVersion"]);
    values["recipientId"] = json!(entity::RecipientId::new().to_string());
    let nobody = dpo.gql(update, json!({ "input": values })).await["updateRecipient"].clone();
    assert_eq!(faults(&nobody), ["NOT_FOUND recipientId"]);
    assert_eq!(disclose(&dpo, ada, id, json!({})).await["userErrors"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn disclosures_are_listed_by_contact_and_by_recipient_and_hold_no_values() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    for email in ["ada@example.org", "bob@example.org"] {
        app.confirmed(&form, email).await;
    }
    let (ada, bob) = (contact_of(&app, "ada@example.org").await, contact_of(&app, "bob@example.org").await);
    let quote = app.purpose("quote", LegalBasis::Contract).await;
    let dpo = app.api_key(Role::Dpo).await;
    let mailer =
        recipient(&dpo, json!({ "purposeIds": [quote.to_string()] })).await["recipient"]["id"].clone();
    let printer = recipient(&dpo, json!({ "name": "Printer" })).await["recipient"]["id"].clone();
    let more = json!({ "purposeId": quote.to_string(), "idempotencyKey": "k1" });
    let first = disclose(&dpo, ada, &mailer, more.clone()).await;
    assert_eq!(first["disclosure"]["fields"], json!(["givenName", "phone"]), "{first}");
    assert_eq!(first["disclosure"]["purpose"]["key"], "quote");
    assert_eq!(disclose(&dpo, ada, &mailer, more).await["disclosure"]["id"], first["disclosure"]["id"]);
    disclose(&dpo, ada, &printer, json!({})).await;
    disclose(&dpo, bob, &mailer, json!({})).await;
    for (more, expected) in [
        (json!({ "fields": [] }), "REQUIRED fields"),
        (json!({ "fields": ["Ada Lovelace"] }), "INVALID fields"),
        (json!({ "purposeId": form.newsletter.to_string() }), "NOT_OFFERED purposeId"),
    ] {
        assert_eq!(faults(&disclose(&dpo, ada, &mailer, more).await), [expected]);
    }
    let nobody = json!(entity::RecipientId::new().to_string());
    assert_eq!(faults(&disclose(&dpo, ada, &nobody, json!({})).await), ["NOT_FOUND recipientId"]);
    assert_eq!(faults(&disclose(&dpo, ContactId::new(), &mailer, json!({})).await), ["NOT_FOUND contactId"]);
    let list = "query($contact: ID, $recipient: ID) { disclosures(first: 10, contactId: $contact, recipientId: $recipient) { totalCount
        nodes { contact { id } recipient { name } } } }";
    let of_ada = dpo.gql(list, json!({ "contact": ada.to_string() })).await["disclosures"].clone();
    assert_eq!(of_ada["totalCount"], 2);
    let names: Vec<&str> = of_ada["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["recipient"]["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["Printer", "Mailer"], "newest first");
    let of_mailer = dpo.gql(list, json!({ "recipient": mailer })).await["disclosures"].clone();
    assert_eq!(of_mailer["totalCount"], 2);
    let read = disclosures_of(app.app.db(), app.workspace, ada).await.unwrap();
    assert_eq!(read.iter().map(|(row, _)| row.name.as_str()).collect::<Vec<_>>(), ["Mailer", "Printer"]);
    assert!(disclosures_of(app.app.db(), app.other_workspace("other").await, ada).await.unwrap().is_empty());
    let archive = "mutation($id: ID!) { archiveRecipient(input: { recipientId: $id }) { recipient { archivedAt } userErrors { code } } }";
    dpo.gql(archive, json!({ "id": printer })).await;
    assert_eq!(faults(&disclose(&dpo, ada, &printer, json!({})).await), ["WRONG_STATE recipientId"]);
    let kinds = app.journal_kinds().await;
    assert_eq!(kinds.iter().filter(|kind| *kind == "disclosure.logged").count(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn data_of_a_restricted_contact_go_to_nobody() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, "ada@example.org").await;
    let ada = contact_of(&app, "ada@example.org").await;
    let dpo = app.api_key(Role::Dpo).await;
    let mailer = recipient(&dpo, json!({})).await["recipient"]["id"].clone();
    app.app
        .ledger
        .db
        .touch("UPDATE contact SET restricted_at = $1", vec![app.app.now().into()])
        .await
        .unwrap();
    assert_eq!(faults(&disclose(&dpo, ada, &mailer, json!({})).await), ["WRONG_STATE contactId"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_recipient_of_a_persons_data_is_to_be_told_once_until_it_is_settled() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, "ada@example.org").await;
    let ada = contact_of(&app, "ada@example.org").await;
    assert_eq!(note(&app, ada, RecipientNoticeKind::Rectification).await, 0, "nobody was given anything");
    let dpo = app.api_key(Role::Dpo).await;
    let mailer = recipient(&dpo, json!({})).await["recipient"]["id"].clone();
    let printer = recipient(&dpo, json!({ "name": "Printer" })).await["recipient"]["id"].clone();
    for _ in 0..2 {
        disclose(&dpo, ada, &mailer, json!({})).await;
    }
    disclose(&dpo, ada, &printer, json!({})).await;
    assert_eq!(note(&app, ada, RecipientNoticeKind::Rectification).await, 2);
    assert_eq!(note(&app, ada, RecipientNoticeKind::Rectification).await, 2);
    assert_eq!(app.count("recipient_notice").await, 2, "whoever is still to be told is not noted twice");
    assert_eq!(note(&app, ada, RecipientNoticeKind::Erasure).await, 2);
    let list = "query($state: RecipientNoticeState) { recipientNotices(first: 10, state: $state) { totalCount nodes { id kind state recipient { name } } } }";
    let pending = dpo.gql(list, json!({ "state": "PENDING" })).await["recipientNotices"].clone();
    assert_eq!(pending["totalCount"], 4);
    let ids: Vec<Value> = pending["nodes"].as_array().unwrap().iter().map(|row| row["id"].clone()).collect();
    let settle = async |ids: &[Value], state: &str, reason: Value| {
        let input = json!({ "noticeIds": ids, "state": state, "reason": reason });
        dpo.gql(SETTLE, json!({ "input": input })).await["settleRecipientNotices"].clone()
    };
    assert_eq!(faults(&settle(&ids, "PENDING", Value::Null).await), ["NOT_OFFERED state"]);
    assert_eq!(faults(&settle(&ids, "IMPOSSIBLE", Value::Null).await), ["REQUIRED reason"]);
    assert_eq!(faults(&settle(&ids, "TOLD", json!("UNREACHABLE")).await), ["INVALID reason"]);
    let told = settle(&ids[..2], "TOLD", Value::Null).await;
    assert_eq!(told["notices"][1]["state"], "TOLD", "{told}");
    settle(&ids[..1], "ACKNOWLEDGED", Value::Null).await;
    settle(&ids[..1], "ACKNOWLEDGED", Value::Null).await;
    assert_eq!(faults(&settle(&ids[..1], "TOLD", Value::Null).await), ["WRONG_STATE noticeIds"]);
    let gone = settle(&ids[2..3], "IMPOSSIBLE", json!("UNREACHABLE")).await;
    assert_eq!(gone["notices"][0]["reason"], "UNREACHABLE");
    let unknown = [ids[3].clone(), json!(entity::RecipientNoticeId::new().to_string())];
    assert_eq!(faults(&settle(&unknown, "TOLD", Value::Null).await), ["NOT_FOUND noticeIds"]);
    let pending = dpo.gql(list, json!({ "state": "PENDING" })).await["recipientNotices"].clone();
    assert_eq!(pending["totalCount"], 1, "all or nothing");
    let kinds = app.journal_kinds().await;
    assert_eq!(kinds.iter().filter(|kind| *kind == "recipient_notice.settled").count(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_disclosed_of_two_contacts_belongs_to_the_one_they_were_merged_into() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    for email in ["ada@example.org", "ada@example.net"] {
        app.confirmed(&form, email).await;
    }
    let (ada, other) = (contact_of(&app, "ada@example.org").await, contact_of(&app, "ada@example.net").await);
    let dpo = app.api_key(Role::Dpo).await;
    let mailer = recipient(&dpo, json!({})).await["recipient"]["id"].clone();
    let printer = recipient(&dpo, json!({ "name": "Printer" })).await["recipient"]["id"].clone();
    disclose(&dpo, ada, &mailer, json!({})).await;
    disclose(&dpo, other, &printer, json!({})).await;
    note(&app, other, RecipientNoticeKind::Rectification).await;
    let version = async |id| {
        contact::Entity::find_by_id((app.workspace, id)).one(app.app.db()).await.unwrap().unwrap().version
    };
    let merge = Merge {
        survivor: ada,
        merged: other,
        expected_survivor_version: version(ada).await,
        expected_merged_version: version(other).await,
    };
    merge_contacts(&app.app, app.workspace, Actor::Operator, &merge, None).await.unwrap();
    assert_eq!(disclosures_of(app.app.db(), app.workspace, ada).await.unwrap().len(), 2);
    assert_eq!(note(&app, ada, RecipientNoticeKind::Rectification).await, 2);
    assert_eq!(app.count("recipient_notice").await, 2, "the printer was to be told already");
    assert_eq!(
        disclose(&dpo, other, &mailer, json!({})).await["disclosure"]["contact"]["id"],
        ada.to_string()
    );
}
