//! People whose data came from somebody else are informed (GDPR Art. 14), and people are told of disclosures where
//! the rule says so.

use accord::{
    consent::{Usability, may_use},
    jobs::queue_due,
    privacy::notices::{inform_people, keep_form_notices},
};
use chrono::TimeDelta;
use entity::{Channel, ContactId, LegalBasis, MailState, PurposeId, Role, mail};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use crate::{
    recipients::{disclose, recipient},
    support::{Client, TestApp, faults, says},
};

const CREATE: &str = "mutation($input: CreateContactInput!) { createContact(input: $input) { contact { id art14DueAt } userErrors { code field message } } }";
const TO_INFORM: &str = "query($overdue: Boolean!) { contactsToInform(first: 10, overdue: $overdue) { totalCount nodes { id givenName art14DueAt } } }";
const RECORD: &str = "mutation($input: RecordArt14NoticeInput!) { recordArt14Notice(input: $input) { contact { art14DueAt } userErrors { code field } } }";
const SEND: &str = "mutation($id: ID!) { sendArt14Notice(input: { contactId: $id }) { contact { id } userErrors { code field } } }";

/// Creates a contact whose data came from a referral: `input` on top of a given name.
async fn referred(client: &Client<'_>, basis: PurposeId, input: Value) -> ContactId {
    let mut all = json!({ "basisPurposeId": basis.to_string(), "source": "REFERRAL", "givenName": "Ada", "language": "en" });
    all.as_object_mut().unwrap().extend(input.as_object().unwrap().clone());
    let made = client.gql(CREATE, json!({ "input": all })).await["createContact"].clone();
    assert_eq!(made["userErrors"], json!([]), "{made}");
    made["contact"]["id"].as_str().unwrap().parse().unwrap()
}

async fn usable(app: &TestApp, purpose: PurposeId, contact: ContactId) -> Usability {
    may_use(&app.app, app.workspace, purpose, Channel::Email, &[contact]).await.unwrap()[&contact]
}

/// Lets the schedules and their jobs run.
async fn run(app: &TestApp) {
    queue_due(&app.app).await.unwrap();
    app.run_jobs().await;
    // A scan that failed would be tried again later: here it must not fail.
    inform_people(&app.app).await.unwrap();
    keep_form_notices(&app.app).await.unwrap();
    app.run_jobs().await;
}

async fn to_inform(client: &Client<'_>, overdue: bool) -> Vec<String> {
    let list = client.gql(TO_INFORM, json!({ "overdue": overdue })).await["contactsToInform"].clone();
    let nodes = list["nodes"].as_array().unwrap();
    assert_eq!(list["totalCount"], nodes.len());
    nodes.iter().map(|node| node["givenName"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_did_not_give_their_data_is_used_for_nothing_until_they_were_informed() {
    let app = TestApp::new().await;
    let sales = app.api_key(Role::Sales).await;
    let offers = app.purpose("offers", LegalBasis::LegitimateInterests).await;
    let ada = referred(&sales, offers, json!({ "email": "ada@example.org" })).await;
    assert_eq!(usable(&app, offers, ada).await, Usability::NoticeDue);
    run(&app).await;
    assert!(app.mails_to("ada@example.org").is_empty(), "staff have a day to put a mistake right");
    assert_eq!(to_inform(&sales, false).await, ["Ada"]);
    app.advance(TimeDelta::hours(25));
    run(&app).await;
    let letter = app.only_mail_to("ada@example.org");
    for part in [
        "Article 14 of the GDPR",
        "Atelier Lumen SAS",
        "your name",
        "your e-mail address",
        "Somebody who knows you gave them to us.",
        "Purpose offers",
        "Article 6(1)(f)",
        "The person asked for it.",
        "/unsubscribe/",
        "supervisory authority",
        "Nobody but our own staff.",
    ] {
        assert!(letter.text.contains(part), "{part}: {}", letter.text);
    }
    assert!(!says(&letter.text, "Ada"), "kinds of data, never values");
    assert_eq!(usable(&app, offers, ada).await, Usability::Usable);
    assert!(to_inform(&sales, false).await.is_empty());
    let notices = "query($id: ID!) { art14Notices(contactId: $id) { how mailId dueAt givenAt } }";
    let notices = sales.gql(notices, json!({ "id": ada.to_string() })).await["art14Notices"].clone();
    assert_eq!(notices[0]["how"], "MAIL");
    let row = mail::Entity::find().filter(mail::Column::Kind.eq("art14_notice")).one(app.app.db()).await;
    let row = row.unwrap().unwrap();
    assert_eq!((row.state, Some(ada)), (MailState::Sent, row.contact_id), "the mail is the proof");
    assert_eq!(notices[0]["mailId"], row.id.to_string());
    app.advance(TimeDelta::days(60));
    run(&app).await;
    assert_eq!(app.mails_to("ada@example.org").len(), 1, "once");
    let kinds = app.journal_kinds().await;
    assert_eq!(kinds.iter().filter(|kind| *kind == "art14.informed").count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_notice_goes_out_at_once_when_staff_need_it_and_in_the_persons_language() {
    let app = TestApp::new().await;
    let sales = app.api_key(Role::Sales).await;
    let offers = app.purpose("offers", LegalBasis::LegitimateInterests).await;
    let ada = referred(
        &sales,
        offers,
        json!({ "email": "ada@example.org", "language": "fr", "source": "PUBLIC_SOURCE" }),
    )
    .await;
    for _ in 0..2 {
        let sent = sales.gql(SEND, json!({ "id": ada.to_string() })).await["sendArt14Notice"].clone();
        assert_eq!(sent["userErrors"], json!([]));
    }
    app.run_jobs().await;
    let letter = app.only_mail_to("ada@example.org");
    assert!(
        letter.text.contains("article 14 du RGPD") && letter.text.contains("source accessible au public")
    );
    assert_eq!(usable(&app, offers, ada).await, Usability::Usable);
    let again = sales.gql(SEND, json!({ "id": ada.to_string() })).await["sendArt14Notice"].clone();
    assert_eq!(faults(&again), ["WRONG_STATE contactId"]);
    let unknown = json!({ "id": ContactId::new().to_string() });
    assert_eq!(faults(&sales.gql(SEND, unknown).await["sendArt14Notice"]), ["NOT_FOUND contactId"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_cannot_be_written_to_becomes_one_task_with_the_due_date() {
    let app = TestApp::new().await;
    let sales = app.api_key(Role::Sales).await;
    let dpo = app.api_key(Role::Dpo).await;
    let offers = app.purpose("offers", LegalBasis::LegitimateInterests).await;
    let ada = referred(&sales, offers, json!({})).await;
    let bob = referred(&sales, offers, json!({ "givenName": "Bob", "email": "bob@example.org" })).await;
    app.app
        .ledger
        .db
        .touch("UPDATE contact SET restricted_at = $1 WHERE id = $2", vec![app.app.now().into(), bob.into()])
        .await
        .unwrap();
    assert_eq!(
        faults(&sales.gql(SEND, json!({ "id": ada.to_string() })).await["sendArt14Notice"]),
        ["WRONG_STATE contactId"]
    );
    app.advance(TimeDelta::hours(25));
    for _ in 0..2 {
        run(&app).await;
        app.advance(TimeDelta::hours(1));
    }
    assert!(app.mails_to("bob@example.org").is_empty(), "a restricted contact is not written to");
    let sales = app.api_key(Role::Sales).await;
    let tasks = "query($id: ID!) { contact(id: $id) { art14DueAt activities(first: 5) { nodes { kind subject dueAt doneAt } } } }";
    let contact = sales.gql(tasks, json!({ "id": ada.to_string() })).await["contact"].clone();
    let list = contact["activities"]["nodes"].as_array().unwrap();
    assert_eq!(list.len(), 1, "one task, however often the scan runs");
    assert_eq!((&list[0]["kind"], &list[0]["dueAt"]), (&json!("TASK"), &contact["art14DueAt"]));
    assert_eq!(app.count("activity").await, 1, "nobody works on a locked card");
    assert!(to_inform(&dpo, true).await.is_empty());
    app.advance(TimeDelta::days(31));
    assert_eq!(to_inform(&dpo, true).await, ["Ada", "Bob"], "overdue, the most urgent first");
    let record = async |client: &Client<'_>, id: ContactId, how: &str| {
        let input = json!({ "contactId": id.to_string(), "how": how });
        client.gql_raw(RECORD, json!({ "input": input })).await
    };
    let letter = record(&sales, ada, "LETTER").await;
    assert_eq!(letter["data"]["recordArt14Notice"]["contact"]["art14DueAt"], Value::Null, "{letter}");
    assert_eq!(usable(&app, offers, ada).await, Usability::NoAddress);
    let refused = record(&sales, bob, "IMPOSSIBLE").await;
    assert_eq!(refused["errors"][0]["extensions"]["code"], "FORBIDDEN", "an exception is the DPO's to claim");
    assert_eq!(faults(&record(&dpo, bob, "MAIL").await["data"]["recordArt14Notice"]), ["NOT_OFFERED how"]);
    record(&dpo, bob, "KNOWN").await;
    assert_eq!(
        faults(&record(&dpo, bob, "KNOWN").await["data"]["recordArt14Notice"]),
        ["WRONG_STATE contactId"]
    );
    assert!(to_inform(&dpo, false).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_that_bounced_is_not_written_to_until_a_week_is_over() {
    let app = TestApp::new().await;
    let sales = app.api_key(Role::Sales).await;
    let offers = app.purpose("offers", LegalBasis::LegitimateInterests).await;
    let ada = referred(&sales, offers, json!({ "email": "ada@example.org" })).await;
    let fingerprint = app.app.vault.fingerprint(app.workspace, "ada@example.org");
    let text = "UPDATE mailbox SET bounced_until = $3 WHERE workspace_id = $1 AND fingerprint = $2";
    let until = app.app.now() + TimeDelta::days(7);
    app.app
        .ledger
        .db
        .touch(text, vec![app.workspace.into(), fingerprint.into(), until.into()])
        .await
        .unwrap();
    app.advance(TimeDelta::hours(25));
    run(&app).await;
    assert!(app.mails_to("ada@example.org").is_empty());
    assert_eq!(usable(&app, offers, ada).await, Usability::Bounced);
    assert_eq!(app.count("activity").await, 1, "staff tell them another way");
    app.advance(TimeDelta::days(7));
    run(&app).await;
    assert_eq!(app.mails_to("ada@example.org").len(), 1, "the mailbox may exist by now");
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_told_of_a_disclosure_when_the_rule_says_so() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, "ada@example.org").await;
    let rows = entity::contact::Entity::find().all(app.app.db()).await.unwrap();
    let ada = rows[0].id;
    let quote = app.purpose("quote", LegalBasis::Contract).await;
    let dpo = app.api_key(Role::Dpo).await;
    let mailer =
        recipient(&dpo, json!({ "purposeIds": [quote.to_string()] })).await["recipient"]["id"].clone();
    let before = app.mails_to("ada@example.org").len();
    disclose(&dpo, ada, &mailer, json!({})).await;
    app.run_jobs().await;
    assert_eq!(app.mails_to("ada@example.org").len(), before, "without a rule nobody is told");
    let set = "mutation($on: Boolean!) { setNoticeRule(input: { event: SHARED, notifies: $on }) { rules { event notifies } userErrors { code } } }";
    for _ in 0..2 {
        let done = dpo.gql(set, json!({ "on": true })).await["setNoticeRule"].clone();
        assert_eq!(done["rules"], json!([{ "event": "SHARED", "notifies": true }]));
    }
    disclose(&dpo, ada, &mailer, json!({ "purposeId": quote.to_string() })).await;
    app.run_jobs().await;
    let mails = app.mails_to("ada@example.org");
    assert_eq!(mails.len(), before + 1);
    let told = mails.last().unwrap();
    assert!(told.text.contains("Mailer SAS") && told.text.contains("quote"), "{}", told.text);
    dpo.gql(set, json!({ "on": false })).await;
    disclose(&dpo, ada, &mailer, json!({})).await;
    app.run_jobs().await;
    assert_eq!(app.mails_to("ada@example.org").len(), before + 1);
    let kinds = app.journal_kinds().await;
    assert_eq!(kinds.iter().filter(|kind| *kind == "notice_rule.set").count(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forms_notice_says_what_article_13_asks_and_every_version_is_kept() {
    let app = TestApp::new().await;
    let form = app.quote_form().await;
    let dpo = app.api_key(Role::Dpo).await;
    let url = format!("/notices/{}", form.version);
    run(&app).await;
    let page = app.visitor().get(&format!("{url}?lang=en")).await;
    assert_eq!(page.status, 200);
    for part in [
        "Our letter",
        "Atelier Lumen SAS",
        "privacy@lumen.example",
        "Purpose newsletter",
        "Purpose quote",
        "Article 6(1)(a)",
        "Article 6(1)(b)",
        "because",
        "given_name",
        "Nobody but our own staff.",
        "Prospects: 36 months",
        "CNIL",
        "withdraw your consent",
    ] {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }
    assert_eq!(page.text.matches("<h1").count(), 1);
    let french = app.visitor().get(&format!("{url}?lang=fr")).await;
    assert!(
        french.text.contains("Comment nous utilisons vos données") && french.text.contains("Finalité quote")
    );
    assert_eq!(app.count("form_notice").await, 2, "one in each language of the form");
    app.advance(TimeDelta::minutes(6));
    run(&app).await;
    assert_eq!(app.count("form_notice").await, 2, "nothing new was said");

    recipient(&dpo, json!({ "legalName": "Mailer <SAS>" })).await;
    app.advance(TimeDelta::minutes(6));
    run(&app).await;
    assert_eq!(app.count("form_notice").await, 4, "a new recipient is a new version");
    let now = app.visitor().get(&format!("{url}?lang=en")).await;
    assert!(now.text.contains("Mailer &lt;SAS&gt;") && !now.text.contains("Nobody but our own staff."));
    let rows = entity::form_notice::Entity::find()
        .filter(entity::form_notice::Column::Language.eq("en"))
        .all(app.app.db())
        .await
        .unwrap();
    let first = rows.iter().min_by_key(|row| row.since).unwrap();
    let earlier = app.visitor().get(&format!("{url}/{}", hex::encode(&first.sha256))).await;
    assert!(earlier.text.contains("Nobody but our own staff.") && !earlier.text.contains("Mailer"));
    assert!(now.text.contains(&hex::encode(&first.sha256)), "the page leads to its earlier versions");

    for unknown in [
        format!("/notices/{}", entity::FormVersionId::new()),
        "/notices/nonsense".to_owned(),
        format!("{url}/00"),
        format!("{url}/zz"),
    ] {
        let answer = app.visitor().get(&unknown).await;
        assert_eq!(answer.status, 404, "{unknown}");
        assert!(answer.text.contains("There is no such notice"), "{}", answer.text);
    }
}
