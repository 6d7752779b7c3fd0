//! `/my-data`: what is held, shown to the proven mailbox only; corrections, requests, and changes of address.

use accord::{
    consent::{Usability, may_use, unsubscribe_link},
    contacts::{ContactChanges, update_contact},
    link_uses::Use,
    platform::{actor::Actor, tokens::Link},
    privacy::requests::{Logged, ask_for_identity, log_request},
};
use chrono::TimeDelta;
use entity::{
    Channel, ContactId, MailboxProofKind, PurposeId, RequestChannel, RequestKind, RequestState, Role,
    activity, contact, contact_address, mailbox_proof, provenance, request, suppression,
};
use futures_util::future::join_all;
use sea_orm::{ActiveValue::Set, EntityTrait, IntoActiveModel};
use serde_json::json;

use crate::{
    fields::{field, made, person, set},
    support::{Answer, TestApp, TestForm, rows, says},
};

const ADA: &str = "ada@example.org";
const NEW: &str = "ada@new.example";
const UNKNOWN: &str = "This link does not work";

fn shows(answer: &Answer, status: u16, text: &str) {
    assert_eq!(answer.status, status, "{}", answer.words());
    assert!(answer.words().contains(text), "no {text:?} in: {}", answer.words());
}

async fn contact_of(app: &TestApp, email: &str) -> ContactId {
    let rows = contact_address::Entity::find().all(app.app.db()).await.unwrap();
    rows.into_iter().find(|row| row.email == email).expect("a contact").contact_id
}

async fn row_of(app: &TestApp, email: &str) -> contact::Model {
    let id = contact_of(app, email).await;
    contact::Entity::find_by_id((app.workspace, id)).one(app.app.db()).await.unwrap().unwrap()
}

async fn requests(app: &TestApp) -> Vec<request::Model> {
    let mut rows = request::Entity::find().all(app.app.db()).await.unwrap();
    rows.sort_by_key(|row| row.id);
    rows
}

/// Types the address on the page, runs the jobs, and gives the path of the link in the mail.
async fn link_for(app: &TestApp, email: &str) -> String {
    let answer = app.visitor().post_form("/my-data?workspace=lumen&lang=en", &[("email", email)]).await;
    assert_eq!(answer.status, 200, "{}", answer.words());
    app.run_jobs().await;
    app.mails_to(email).last().expect("a mail").link("my-data")
}

/// A contact who confirmed the newsletter, and the link to their data.
async fn known(app: &TestApp) -> (TestForm, String) {
    let form = app.newsletter_form().await;
    app.confirmed(&form, ADA).await;
    let link = link_for(app, ADA).await;
    (form, link)
}

async fn press(app: &TestApp, link: &str, act: &str, fields: &[(&str, &str)]) -> Answer {
    let answer = app.visitor().post_form(&format!("{link}/{act}"), fields).await;
    app.run_jobs().await;
    answer
}

async fn usable(app: &TestApp, email: &str, purpose: PurposeId) -> bool {
    let contact = contact_of(app, email).await;
    let answers = may_use(&app.app, app.workspace, purpose, Channel::Email, &[contact]).await.unwrap();
    answers[&contact] == Usability::Usable
}

/// Staff set these values.
async fn staff_sets(app: &TestApp, changes: ContactChanges) {
    let row = row_of(app, ADA).await;
    update_contact(&app.app, app.workspace, Actor::Operator, row.id, row.version, changes).await.unwrap();
}

async fn restrict(app: &TestApp) {
    let mut row = row_of(app, ADA).await.into_active_model();
    row.restricted_at = Set(Some(app.app.now()));
    contact::Entity::update(row).exec(app.app.db()).await.unwrap();
}

// The address that is typed

#[tokio::test(flavor = "multi_thread")]
async fn promise_4_the_answer_and_the_work_are_the_same_for_every_address() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, ADA).await;
    app.visitor().submit(&form, "waiting@example.org").await;
    app.run_jobs().await;
    let mut seen = Vec::new();
    for email in [ADA, "waiting@example.org", "nobody@example.org", "ADA@EXAMPLE.ORG"] {
        let (entries, proofs) = (app.journal().await.len(), app.count("mailbox_proof").await);
        let answer = app.visitor().post_form("/my-data", &[("email", email)]).await;
        let wrote = (
            app.journal()
                .await
                .split_off(entries)
                .into_iter()
                .map(|entry| (entry.kind, entry.subject))
                .collect::<Vec<_>>(),
            app.count("mailbox_proof").await - proofs,
            app.query("SELECT id FROM job WHERE kind = 'ask_mailbox'", vec![]).await.len(),
        );
        let headers: Vec<_> = answer
            .headers
            .iter()
            .filter(|(name, _)| !["date", "x-request-id"].contains(&name.as_str()))
            .map(|(name, value)| (name.to_string(), value.clone()))
            .collect();
        assert!(!answer.text.to_lowercase().contains(email), "the address is not repeated");
        app.run_jobs().await;
        seen.push((answer.status, answer.text, headers, wrote));
    }
    assert!(seen.windows(2).all(|two| two[0] == two[1]), "{seen:#?}");
    assert_eq!(seen[0].3.0, [("mailbox_proof.asked".to_owned(), None)], "and nothing says whose it is");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_address_is_said_and_a_page_of_no_workspace_asks_which() {
    let app = TestApp::new().await;
    let page = app.visitor().get("/my-data?lang=en").await;
    shows(&page, 200, "See the data we hold about you");
    assert_eq!(page.header("cache-control"), "no-store");
    assert_eq!(page.header("set-cookie"), "");
    for typed in ["", "ada", "ada@", "a b@example.org"] {
        shows(
            &app.visitor().post_form("/my-data?lang=en", &[("email", typed)]).await,
            422,
            "whole e-mail address",
        );
    }
    shows(&app.visitor().get("/my-data?workspace=nope&lang=en").await, 404, "Whose data page");
    app.other_workspace("other").await;
    shows(&app.visitor().get("/my-data?lang=en").await, 404, "Whose data page");
    shows(&app.visitor().post_form("/my-data?lang=en", &[("email", ADA)]).await, 404, "Whose data page");
    shows(&app.visitor().get("/my-data?workspace=other&lang=fr").await, 200, "Voir les données");
    assert_eq!(app.count("mailbox_proof").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn both_kinds_of_press_have_their_budget() {
    let app = TestApp::new().await;
    let most = app.app.budgets.submissions_per_network.most;
    for _ in 0..most {
        assert_eq!(app.visitor().post_form("/my-data", &[("email", "x")]).await.status, 422);
    }
    assert_eq!(app.visitor().post_form("/my-data", &[("email", ADA)]).await.status, 429);
    assert_eq!(app.visitor().from("198.51.100.9").post_form("/my-data", &[("email", "x")]).await.status, 422);
    let most = app.app.budgets.presses_per_network.most;
    for _ in 0..most {
        assert_eq!(app.visitor().post_form("/my-data/x/correct", &[("field", "phone")]).await.status, 404);
    }
    for (path, fields) in [
        ("/my-data/x", [("a", "b")]),
        ("/my-data/x/correct", [("field", "phone")]),
        ("/my-data/x/request", [("kind", "ERASURE")]),
    ] {
        let answer = if path.ends_with("/x") {
            app.visitor().get(path).await
        } else {
            app.visitor().post_form(path, &fields).await
        };
        assert_eq!(answer.status, 429, "{path}");
    }
}

// The page

#[tokio::test(flavor = "multi_thread")]
async fn promise_2_the_page_shows_every_value_with_its_source_and_date_and_changes_nothing() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, ADA).await;
    let job = ContactChanges { job_title: Some("Engineer".to_owned()), ..ContactChanges::default() };
    staff_sets(&app, job).await;
    let link = link_for(&app, ADA).await;
    let (entries, before) = (app.journal().await.len(), row_of(&app, ADA).await);
    let page = app.visitor().get(&link).await;
    for text in [
        "The data we hold about you",
        "Ada You gave it, 23 November 2026",
        "Engineer Entered by our staff, 23 November 2026",
        "ada@example.org in use; confirmed on 23 November 2026",
        "Purpose newsletter",
        "Yes, do this (newsletter)",
        "You agreed on 23 November 2026",
        "somebody who may become a customer",
        "Nobody outside our organisation",
        "Ask for my copy",
    ] {
        shows(&page, 200, text);
    }
    assert_eq!(page.header("cache-control"), "no-store");
    assert_eq!(page.header("referrer-policy"), "no-referrer");
    assert_eq!(app.journal().await.len(), entries, "looking is no act");
    assert_eq!(row_of(&app, ADA).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn values_of_closed_classes_are_masked_and_those_of_staff_can_be_contested() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let owner = app.api_key(Role::Owner).await;
    let contact = person(&app, &form, ADA).await;
    made(&owner, field("account_no", "IBAN", "SECRET")).await;
    made(&owner, field("hobby", "TEXT", "OPEN")).await;
    let values = [("account_no", Some("FR7630006000011234567890189")), ("hobby", Some("Chess & go"))];
    set(&app, Actor::Operator, contact, &values).await.unwrap();
    let link = link_for(&app, ADA).await;
    let page = app.visitor().get(&link).await;
    shows(&page, 200, "Held, and only shown in full in your copy");
    assert!(!page.text.contains("0189") && page.text.contains("Chess &amp; go"), "{}", page.words());
    let said = [("field", "custom.account_no"), ("said", "an old account")];
    shows(&press(&app, &link, "contest", &said).await, 200, "We have received your objection");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_speaks_the_language_of_the_person() {
    let app = TestApp::new().await;
    let (_, link) = known(&app).await;
    press(&app, &link, "correct", &[("field", "language"), ("value", "fr")]).await;
    let page = app.visitor().get(&link).await;
    shows(&page, 200, "Les données que nous détenons sur vous");
    shows(&page, 200, "Demander ma copie");
    assert!(page.text.contains("lang=\"fr\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_other_link_opens_the_page_or_acts_there() {
    let app = TestApp::new().await;
    let (_, link) = known(&app).await;
    let token = link.rsplit('/').next().unwrap().to_owned();
    let contact = contact_of(&app, ADA).await;
    let unsubscribe = unsubscribe_link(&app.app, app.workspace, contact, None);
    let proof = mailbox_proof::Entity::find().all(app.app.db()).await.unwrap().pop().unwrap();
    let other = app.other_workspace("other").await;
    let signed =
        |usage, workspace, row| app.app.vault.sign(usage, &Link { workspace, row, extra: Vec::new() });
    let changed = accord::privacy::mailbox_proof::link_of(&app.app.vault, &proof);
    assert_eq!(changed, token);
    let wrong = [
        unsubscribe.rsplit('/').next().unwrap().to_owned(),
        signed(Use::ProveMailbox, other, proof.id.0),
        signed(Use::ProveMailbox, app.workspace, proof.id.0),
        signed(Use::ProveMailbox, app.workspace, contact.0),
        signed(Use::Package, app.workspace, proof.id.0),
        signed(Use::ConfirmOptIn, app.workspace, proof.id.0),
        token[..token.len() - 2].to_owned(),
        format!("{}{}", &changed[..changed.len() - 1], if changed.ends_with('A') { "E" } else { "A" }),
        "nonsense".to_owned(),
    ];
    let (entries, before) = (app.journal().await.len(), row_of(&app, ADA).await);
    let mut pages = Vec::new();
    for token in &wrong {
        pages.push(app.visitor().get(&format!("/my-data/{token}")).await);
        pages.push(app.visitor().get(&format!("/my-data/address/{token}")).await);
        pages.push(app.visitor().post_form(&format!("/my-data/address/{token}"), &[]).await);
        for (act, fields) in [
            ("correct", vec![("field", "phone"), ("value", "+33199001234")]),
            ("contest", vec![("field", "job_title"), ("said", "no")]),
            ("request", vec![("kind", "ERASURE")]),
            ("request", vec![("kind", "ACCESS")]),
            ("address", vec![("email", NEW)]),
            ("decline", vec![]),
            ("allow", vec![]),
        ] {
            pages.push(app.visitor().post_form(&format!("/my-data/{token}/{act}"), &fields).await);
        }
    }
    for page in &pages {
        shows(page, 404, UNKNOWN);
        assert_eq!(page.text, pages[0].text, "one page for all");
    }
    app.run_jobs().await;
    assert_eq!((app.journal().await.len(), row_of(&app, ADA).await), (entries, before));
    assert!(requests(&app).await.is_empty());
    // A proof for one page opens no other one, and none after its time.
    app.advance(TimeDelta::hours(1));
    shows(&app.visitor().get(&link).await, 404, UNKNOWN);
    shows(&press(&app, &link, "request", &[("kind", "ERASURE")]).await, 404, UNKNOWN);
    assert!(requests(&app).await.is_empty());
}

// Corrections

#[tokio::test(flavor = "multi_thread")]
async fn a_value_that_the_person_supplied_is_corrected_at_once_with_its_source() {
    let app = TestApp::new().await;
    let (_, link) = known(&app).await;
    let before = row_of(&app, ADA).await;
    app.advance(TimeDelta::minutes(1));
    let answer = press(&app, &link, "correct", &[("field", "given_name"), ("value", "  Augusta ")]).await;
    shows(&answer, 200, "Your correction is saved");
    assert!(answer.text.contains(&format!("href=\"{link}\"")), "the page leads on");
    let row = row_of(&app, ADA).await;
    assert_eq!((row.given_name.as_str(), row.version), ("Augusta", before.version + 1));
    assert_eq!(row.last_contact_at, Some(app.app.now()), "an act of the person");
    let entry = app.journal().await.into_iter().rfind(|entry| entry.kind == "contact.updated").unwrap();
    assert_eq!(entry.actor, row.id.to_string());
    assert!(!entry.bytes.contains("Augusta"));
    let traces = provenance::Entity::find().all(app.app.db()).await.unwrap();
    let trace = traces.into_iter().filter(|row| row.field == "given_name").max_by_key(|row| row.id).unwrap();
    assert_eq!((trace.source.as_str(), trace.proven, trace.entry_id), ("person", true, entry.id));
    shows(
        &press(&app, &link, "correct", &[("field", "given_name"), ("value", "Augusta")]).await,
        200,
        "Nothing has changed",
    );
    assert_eq!(row_of(&app, ADA).await.version, row.version, "twice is as once");
    // What nothing is held in can be added, and what is added corrected again.
    for value in ["+33 1 99 00 12 34", ""] {
        shows(
            &press(&app, &link, "correct", &[("field", "phone"), ("value", value)]).await,
            200,
            "Your correction is saved",
        );
    }
    assert_eq!(row_of(&app, ADA).await.phone, "");
    shows(&app.visitor().get(&link).await, 200, "Augusta You gave it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_of_the_staff_is_never_replaced_but_contested() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, ADA).await;
    staff_sets(&app, ContactChanges { job_title: Some("Engineer".to_owned()), ..ContactChanges::default() })
        .await;
    let link = link_for(&app, ADA).await;
    let page = app.visitor().get(&link).await;
    assert!(page.text.contains("id=\"said-job_title\"") && !page.text.contains("id=\"value-job_title\""));
    shows(
        &press(&app, &link, "correct", &[("field", "job_title"), ("value", "Director")]).await,
        409,
        "not yours to change",
    );
    assert_eq!(row_of(&app, ADA).await.job_title, "Engineer");
    let said = [("field", "job_title"), ("said", "I am a director")];
    shows(&press(&app, &link, "contest", &said).await, 200, "We have received your objection to this value");
    let rows = requests(&app).await;
    assert_eq!(rows.len(), 1);
    assert_eq!(
        (rows[0].kind, rows[0].contact_id),
        (RequestKind::Rectification, Some(contact_of(&app, ADA).await))
    );
    assert!(rows[0].identity_proven_at.is_some(), "nobody is asked who they are");
    assert_eq!(row_of(&app, ADA).await.job_title, "Engineer");
    shows(
        &press(&app, &link, "contest", &[("field", "job_title"), ("said", " ")]).await,
        422,
        "cannot be saved",
    );
    shows(&app.visitor().get(&link).await, 200, "Have data corrected");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_kept_and_what_is_no_value_are_refused() {
    let app = TestApp::new().await;
    let (_, link) = known(&app).await;
    let long = "x".repeat(5000);
    for (field, value) in [("phone", "call me"), ("given_name", long.as_str()), ("language", "de")] {
        shows(
            &press(&app, &link, "correct", &[("field", field), ("value", value)]).await,
            422,
            "cannot be saved",
        );
    }
    for field in ["owner", "lifecycle", "external_id", "custom.x", ""] {
        shows(&press(&app, &link, "correct", &[("field", field), ("value", "x")]).await, 404, UNKNOWN);
    }
    assert_eq!(row_of(&app, ADA).await.given_name, "Ada");
}

#[tokio::test(flavor = "multi_thread")]
async fn while_a_contact_is_restricted_the_page_shows_all_and_changes_nothing() {
    let app = TestApp::new().await;
    let (_, link) = known(&app).await;
    restrict(&app).await;
    let page = app.visitor().get(&link).await;
    shows(&page, 200, "Your data are locked");
    shows(&page, 200, "Ada You gave it");
    assert!(!page.text.contains("name=\"value\""));
    shows(&press(&app, &link, "correct", &[("field", "given_name"), ("value", "X")]).await, 409, "locked");
    shows(&press(&app, &link, "address", &[("email", NEW)]).await, 409, "locked");
    assert_eq!(row_of(&app, ADA).await.given_name, "Ada");
    shows(&press(&app, &link, "request", &[("kind", "ACCESS")]).await, 200, "Your copy is on its way");
}

// Rights

#[tokio::test(flavor = "multi_thread")]
async fn each_button_opens_one_proven_request_until_it_is_answered() {
    let app = TestApp::new().await.leaving_jobs();
    let (_, link) = known(&app).await;
    for (kind, text) in [("RESTRICTION", "request for restriction"), ("OBJECTION", "received your objection")]
    {
        let answers = [
            app.visitor().post_form(&format!("{link}/request"), &[("kind", kind)]).await,
            app.visitor().post_form(&format!("{link}/request"), &[("kind", kind)]).await,
        ];
        shows(&answers[0], 200, text);
        assert_eq!(answers[1].status, 200);
        let rows = requests(&app).await;
        let of_kind: Vec<_> = rows.iter().filter(|row| row.kind.as_str() == kind).collect();
        let open = of_kind
            .iter()
            .filter(|row| {
                !matches!(row.state, RequestState::Fulfilled | RequestState::Refused | RequestState::Closed)
            })
            .count();
        assert!(open <= 1, "{kind}: {of_kind:?}");
        assert!(of_kind.iter().all(|row| row.identity_proven_at.is_some()));
    }
    shows(&press(&app, &link, "request", &[("kind", "NOTHING")]).await, 404, UNKNOWN);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_is_open_can_be_taken_back_by_who_made_it_only() {
    let app = TestApp::new().await;
    let (form, link) = known(&app).await;
    app.confirmed(&form, NEW).await;
    app.advance(TimeDelta::minutes(6));
    let other = link_for(&app, NEW).await;
    press(&app, &link, "contest", &[("field", "company"), ("said", "not mine")]).await;
    let id = requests(&app).await[0].id.to_string();
    let state = async || requests(&app).await[0].state;
    shows(&app.visitor().get(&link).await, 200, "Take back");
    shows(&press(&app, &other, "take-back", &[("request", &id)]).await, 200, "There is nothing to take back");
    assert!(!matches!(state().await, RequestState::Closed));
    shows(&press(&app, &link, "take-back", &[("request", &id)]).await, 200, "Your request is taken back");
    assert_eq!(state().await, RequestState::Closed);
    shows(&press(&app, &link, "take-back", &[("request", &id)]).await, 200, "There is nothing to take back");
    shows(&press(&app, &link, "take-back", &[("request", "x")]).await, 404, UNKNOWN);
    assert!(!app.visitor().get(&link).await.words().contains("Take back"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_authorised_is_shown_with_its_recipient_and_can_be_withdrawn() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let contact = person(&app, &form, ADA).await;
    let (recipient, _) = rows::recipient_to_tell(&app, app.workspace, contact, form.newsletter).await;
    let db = app.app.db();
    let row =
        entity::recipient::Entity::find_by_id((app.workspace, recipient)).one(db).await.unwrap().unwrap();
    let reachable = entity::recipient::ActiveModel {
        contact_email: Set("privacy@insurer.example".to_owned()),
        ..row.into_active_model()
    };
    entity::recipient::Entity::update(reachable).exec(db).await.unwrap();
    let dpo = app.member(Role::Dpo).await;
    let ask = "mutation($input: AskTransferInput!) { askTransfer(input: $input) {
        authorisation { id } userErrors { code field } } }";
    let input = json!({ "contactId": contact, "recipientId": recipient, "scope": ["IDENTITY"],
        "purpose": "To make you an offer.", "validUntil": app.app.now() + TimeDelta::days(90) });
    let asked = dpo.gql(ask, json!({ "input": input })).await["askTransfer"].clone();
    let id = asked["authorisation"]["id"].as_str().unwrap().to_owned();
    app.run_jobs().await;
    let question = app.mails_to(ADA).last().unwrap().link("my-data/transfer");
    assert_eq!(app.visitor().post_form(&question, &[("answer", "grant")]).await.status, 200);
    app.run_jobs().await;
    let link = link_for(&app, ADA).await;
    let page = app.visitor().get(&link).await;
    shows(&page, 200, "You authorised this until");
    shows(&page, 200, "To make you an offer.");
    for _ in 0..2 {
        let pressed = press(&app, &link, "withdraw", &[("authorisation", &id)]).await;
        shows(&pressed, 200, "Your authorisation is withdrawn");
    }
    let kinds = app.journal_kinds().await;
    assert_eq!(kinds.iter().filter(|kind| *kind == "transfer.withdrawn").count(), 1);
    shows(&app.visitor().get(&link).await, 200, "You withdrew it");
    app.confirmed(&form, NEW).await;
    let other = link_for(&app, NEW).await;
    shows(&press(&app, &other, "withdraw", &[("authorisation", &id)]).await, 404, UNKNOWN);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_presses_at_once_open_one_request() {
    let app = TestApp::new().await;
    let (_, link) = known(&app).await;
    let path = format!("{link}/request");
    let presses = (0..2).map(|_| async { app.visitor().post_form(&path, &[("kind", "ACCESS")]).await });
    for answer in join_all(presses).await {
        assert_eq!(answer.status, 200, "{}", answer.words());
    }
    assert_eq!(requests(&app).await.len(), 1);
    app.run_jobs().await;
    let page = app.visitor().get(&link).await;
    shows(&page, 200, "Copy of all data");
    assert!(page.text.contains("/my-data/package/"), "the copy can be downloaded from here");
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_8_after_an_erasure_the_link_opens_nothing() {
    let app = TestApp::new().await;
    let (_, link) = known(&app).await;
    shows(&press(&app, &link, "request", &[("kind", "ERASURE")]).await, 200, "request for deletion");
    assert_eq!(app.count("contact").await, 0, "carried out by the register's job");
    shows(&app.visitor().get(&link).await, 404, UNKNOWN);
    for (act, fields) in
        [("correct", [("field", "phone"), ("value", "1")]), ("address", [("email", NEW), ("a", "b")])]
    {
        shows(&press(&app, &link, act, &fields).await, 404, UNKNOWN);
    }
    assert_eq!(app.count("contact").await, 0);
    assert_eq!(app.count("mailbox_proof").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_also_wants_never_to_be_written_to_again_is_remembered_by_fingerprint_only() {
    let app = TestApp::new().await;
    let (_, link) = known(&app).await;
    let fingerprint =
        contact_address::Entity::find().all(app.app.db()).await.unwrap().pop().unwrap().fingerprint;
    press(&app, &link, "request", &[("kind", "ERASURE"), ("remember", "yes")]).await;
    assert_eq!(app.count("contact").await, 0);
    let rows = suppression::Entity::find().all(app.app.db()).await.unwrap();
    assert!(!rows.is_empty() && rows.iter().all(|row| row.fingerprint == fingerprint), "{rows:?}");
    let forgotten = TestApp::new().await;
    let (_, link) = known(&forgotten).await;
    press(&forgotten, &link, "request", &[("kind", "ERASURE")]).await;
    assert_eq!((forgotten.count("contact").await, forgotten.count("suppression").await), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_ask_who_made_a_request_and_the_mailbox_says_so_without_any_document() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, ADA).await;
    app.advance(TimeDelta::minutes(6));
    for email in [ADA, "nobody@example.org"] {
        let logged = Logged {
            kind: RequestKind::Access,
            objects_to: None,
            channel: RequestChannel::Post,
            contact: None,
            email: Some(email.to_owned()),
            name: String::new(),
            message: String::new(),
            language: Some("en".to_owned()),
            received_at: None,
        };
        let row = log_request(&app.app, app.workspace, Actor::Operator, logged, None).await.unwrap();
        app.run_jobs().await;
        let row = requests(&app).await.into_iter().find(|known| known.id == row.id).unwrap();
        let row =
            ask_for_identity(&app.app, app.workspace, Actor::Operator, row.id, row.version).await.unwrap();
        assert_eq!(row.state, RequestState::IdentityPending);
        app.run_jobs().await;
        let mail = app.mails_to(email).pop().unwrap();
        assert_eq!(mail.subject, "Please confirm that this request is yours");
        let link = mail.link("my-data");
        shows(&app.visitor().get(&link).await, 200, "Is this request yours?");
        let state = |rows: Vec<request::Model>| rows.into_iter().find(|known| known.id == row.id).unwrap();
        assert_eq!(
            state(requests(&app).await).state,
            RequestState::IdentityPending,
            "looking proves nothing"
        );
        for _ in 0..2 {
            shows(&press(&app, &link, "mine", &[]).await, 200, "we know that the request is yours");
        }
        assert!(state(requests(&app).await).identity_proven_at.is_some());
        assert!(!app.visitor().get(&link).await.words().contains("Is this request yours?"));
    }
    let other = link_for(&app, ADA).await;
    shows(&press(&app, &other, "mine", &[]).await, 404, UNKNOWN);
}

// Change of address

/// Asks for the change, and gives the path of the link in the mail to the new mailbox.
async fn new_link(app: &TestApp, link: &str, email: &str) -> String {
    shows(
        &press(app, link, "address", &[("email", email)]).await,
        200,
        "We have sent a link to the new address",
    );
    app.mails_to(email).last().expect("a mail").link("my-data")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_new_mailbox_confirms_the_old_one_is_told_and_consents_stay_usable() {
    let app = TestApp::new().await;
    let (form, link) = known(&app).await;
    let path = new_link(&app, &link, NEW).await;
    let notice = app.mails_to(ADA).pop().unwrap();
    assert_eq!(notice.subject, "A change of your e-mail address was requested");
    assert!(!notice.text.contains(NEW), "the old mailbox does not learn the new one");
    let question = app.mails_to(NEW).pop().unwrap();
    assert!(!says(&question.text, "Ada") && !question.text.contains(ADA), "the new one may be a stranger's");
    let page = app.visitor().get(&path).await;
    shows(&page, 200, "Is this your new address?");
    assert!(!page.words().contains(ADA) && !page.words().contains("Ada "));
    let before = row_of(&app, ADA).await;
    let addresses = contact_address::Entity::find().all(app.app.db()).await.unwrap();
    assert_eq!(addresses.len(), 1, "looking changes nothing: the old one stays in use");
    assert!(usable(&app, ADA, form.newsletter).await);
    for _ in 0..2 {
        shows(&app.visitor().post_form(&path, &[]).await, 200, "Thank you, the address is confirmed");
    }
    let row = row_of(&app, NEW).await;
    assert_eq!((row.id, row.version), (before.id, before.version + 1), "twice is as once");
    let addresses = contact_address::Entity::find().all(app.app.db()).await.unwrap();
    let new = addresses.iter().find(|address| address.email == NEW).unwrap();
    assert_eq!((row.primary_address_id, new.verified_at), (Some(new.id), Some(app.app.now())));
    assert!(usable(&app, NEW, form.newsletter).await, "the new mailbox has proved: what was agreed to stays");
    shows(&app.visitor().get(&path).await, 200, "Thank you, the address is confirmed");
    let kinds = app.journal_kinds().await;
    for kind in ["contact.address_added", "contact.primary_address_changed", "contact.consents_followed"] {
        assert_eq!(kinds.iter().filter(|known| *known == kind).count(), 1, "{kind}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_confirmations_at_once_change_the_address_once() {
    let app = TestApp::new().await;
    let (_, link) = known(&app).await;
    let path = new_link(&app, &link, NEW).await;
    let before = row_of(&app, ADA).await;
    let presses = (0..2).map(|_| async { app.visitor().post_form(&path, &[]).await });
    for answer in join_all(presses).await {
        shows(&answer, 200, "Thank you, the address is confirmed");
    }
    assert_eq!(row_of(&app, NEW).await.version, before.version + 1);
    assert_eq!(app.count("contact_address").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_old_mailbox_refused_stays_refused_at_the_new_one() {
    let app = TestApp::new().await;
    let (form, link) = known(&app).await;
    let unsubscribe = unsubscribe_link(&app.app, app.workspace, contact_of(&app, ADA).await, None);
    let unsubscribe = unsubscribe[unsubscribe.find("/unsubscribe/").unwrap()..].to_owned();
    app.visitor().post_form(&unsubscribe, &[("scope", "all")]).await;
    let path = new_link(&app, &link, NEW).await;
    shows(&app.visitor().post_form(&path, &[]).await, 200, "confirmed");
    assert!(!usable(&app, NEW, form.newsletter).await);
    let rows = suppression::Entity::find().all(app.app.db()).await.unwrap();
    let fingerprint = contact_address::Entity::find()
        .all(app.app.db())
        .await
        .unwrap()
        .into_iter()
        .find(|row| row.email == NEW)
        .unwrap()
        .fingerprint;
    assert!(rows.iter().any(|row| row.fingerprint == fingerprint && row.scope == "ALL"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_of_another_contact_is_never_merged_and_nobody_learns_of_it() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, ADA).await;
    app.confirmed(&form, NEW).await;
    let (mine, theirs) = (contact_of(&app, ADA).await, contact_of(&app, NEW).await);
    app.advance(TimeDelta::minutes(6));
    let link = link_for(&app, ADA).await;
    let tasks = app.count("activity").await;
    let path = new_link(&app, &link, NEW).await;
    let free = {
        let elsewhere = TestApp::new().await;
        let (_, link) = known(&elsewhere).await;
        let path = new_link(&elsewhere, &link, NEW).await;
        let answer = elsewhere.visitor().post_form(&path, &[]).await;
        answer.words()
    };
    let answer = app.visitor().post_form(&path, &[]).await;
    assert_eq!(answer.words(), free, "the page is the same as for a free mailbox");
    assert_eq!((contact_of(&app, ADA).await, contact_of(&app, NEW).await), (mine, theirs));
    assert_eq!(app.count("contact").await, 2);
    let rows = activity::Entity::find().all(app.app.db()).await.unwrap();
    assert_eq!(i64::try_from(rows.len()).unwrap(), tasks + 1);
    assert!(rows.iter().any(|row| row.contact_id == Some(mine) && row.subject.contains("same person")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_limited_and_needs_an_address_that_is_another() {
    let app = TestApp::new().await;
    let (_, link) = known(&app).await;
    shows(&press(&app, &link, "address", &[("email", "ada")]).await, 422, "no e-mail address");
    shows(&press(&app, &link, "address", &[("email", "ADA@example.org")]).await, 200, "Nothing has changed");
    for number in 0..3 {
        let to = format!("ada{number}@new.example");
        shows(&press(&app, &link, "address", &[("email", &to)]).await, 200, "We have sent a link");
    }
    shows(&press(&app, &link, "address", &[("email", NEW)]).await, 429, "Too many changes today");
    assert!(app.mails_to(NEW).is_empty());
    let kinds: Vec<_> = mailbox_proof::Entity::find().all(app.app.db()).await.unwrap();
    assert_eq!(kinds.iter().filter(|row| row.kind == MailboxProofKind::ChangeAddress).count(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_link_to_a_new_mailbox_shows_no_data_and_a_link_to_data_confirms_no_address() {
    let app = TestApp::new().await;
    let (_, link) = known(&app).await;
    let path = new_link(&app, &link, NEW).await;
    let (data, address) = (link.rsplit('/').next().unwrap(), path.rsplit('/').next().unwrap());
    shows(&app.visitor().get(&format!("/my-data/{address}")).await, 404, UNKNOWN);
    shows(
        &press(&app, &format!("/my-data/{address}"), "request", &[("kind", "ERASURE")]).await,
        404,
        UNKNOWN,
    );
    shows(&app.visitor().get(&format!("/my-data/address/{data}")).await, 404, UNKNOWN);
    shows(&app.visitor().post_form(&format!("/my-data/address/{data}"), &[]).await, 404, UNKNOWN);
    assert!(requests(&app).await.is_empty());
    app.advance(TimeDelta::hours(72));
    shows(&app.visitor().post_form(&path, &[]).await, 404, UNKNOWN);
    assert_eq!(app.count("contact_address").await, 1);
}
