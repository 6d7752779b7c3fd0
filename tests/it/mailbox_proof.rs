//! A fresh answer of a mailbox: who gets a mail, how often, what is kept of it, and what its link opens.

use accord::{
    consent::state::AskedConsent,
    jobs,
    link_uses::Use,
    platform::{actor::Actor, tokens::Link},
    privacy::mailbox_proof::{Question, answer_proof, ask_mailbox, decline_proof, end_proofs, find_proof},
};
use chrono::TimeDelta;
use entity::{
    Channel, ContactId, EmailAddress, MailboxProofKind, MailboxProofState, contact_address, mailbox,
    mailbox_proof,
};
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::support::{Script, SmtpServer, TestApp, TestForm, Verb, says};

const ADA: &str = "ada@example.org";

async fn proofs(app: &TestApp) -> Vec<mailbox_proof::Model> {
    let mut rows = mailbox_proof::Entity::find().all(app.app.db()).await.unwrap();
    rows.sort_by_key(|row| row.id);
    rows
}

async fn newest(app: &TestApp) -> mailbox_proof::Model {
    proofs(app).await.pop().expect("a proof")
}

async fn contact_of(app: &TestApp, email: &str) -> ContactId {
    let rows = contact_address::Entity::find().all(app.app.db()).await.unwrap();
    rows.into_iter().find(|row| row.email == email).expect("a contact").contact_id
}

async fn mailbox_rows(app: &TestApp) -> Vec<mailbox::Model> {
    mailbox::Entity::find().all(app.app.db()).await.unwrap()
}

/// Asks a mailbox, as a page would, and runs the jobs.
async fn ask(app: &TestApp, kind: MailboxProofKind, email: &str, contact: Option<ContactId>, extra: Value) {
    let mut work = app.app.begin(app.workspace, Actor::Visitor).await.unwrap();
    let question = Question {
        kind,
        email: EmailAddress::parse(email).unwrap(),
        language: "en".to_owned(),
        contact,
        extra,
    };
    ask_mailbox(&mut work, &app.app.vault, question).await.unwrap();
    work.commit().await.unwrap();
    app.run_jobs().await;
}

async fn ask_my_data(app: &TestApp, email: &str) {
    ask(app, MailboxProofKind::MyData, email, None, Value::Null).await;
}

async fn known(app: &TestApp) -> TestForm {
    let form = app.newsletter_form().await;
    app.confirmed(&form, ADA).await;
    form
}

/// The token in the newest mail to this address.
fn token(app: &TestApp, email: &str, page: &str) -> String {
    let link = app.mails_to(email).last().expect("a mail").link(page);
    link.rsplit('/').next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_known_mailbox_gets_a_link_that_works_for_an_hour_from_its_mail() {
    let app = TestApp::new().await;
    known(&app).await;
    ask_my_data(&app, ADA).await;
    let mail = app.mails_to(ADA).pop().unwrap();
    assert_eq!(mail.subject, "Your link to the data we hold about you");
    assert!(!says(&mail.text, "Ada") && !says(&mail.html, "Ada"), "nothing of the person is in it");
    assert!(!mail.raw.contains("List-Unsubscribe"));
    let (row, token) = (newest(&app).await, token(&app, ADA, "my-data"));
    assert_eq!(row.expires_at, app.app.now() + TimeDelta::hours(1));
    assert_eq!(row.contact_id, Some(contact_of(&app, ADA).await));
    let found = find_proof(&app.app, &token).await.unwrap().expect("a proof");
    assert_eq!((found.id, found.state), (row.id, MailboxProofState::Waiting));
    app.advance(TimeDelta::hours(1));
    assert_eq!(find_proof(&app.app, &token).await.unwrap(), None, "its time is over");
    jobs::queue_due(&app.app).await.unwrap();
    app.run_jobs().await;
    let row = newest(&app).await;
    assert_eq!((row.state, row.sealed), (MailboxProofState::Ended, None));
    let keys = app.query("SELECT id FROM data_key WHERE owner_kind = 'MAILBOX_PROOF'", vec![]).await;
    assert!(keys.is_empty(), "and what was sealed is gone");
    app.advance(TimeDelta::days(31));
    jobs::queue_due(&app.app).await.unwrap();
    app.run_jobs().await;
    assert_eq!(app.count("mailbox_proof").await, 0, "after a month the row, too");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_has_its_mail_page_and_life() {
    let app = TestApp::new().await;
    let form = known(&app).await;
    let contact = contact_of(&app, ADA).await;
    let chosen = AskedConsent {
        purpose: form.newsletter,
        purpose_version: entity::PurposeVersionId::new(),
        channel: Channel::Email,
        title: "Blog <posts>".to_owned(),
        wording: "Yes, send me blog posts.".to_owned(),
        wording_sha256: String::new(),
        validity_days: None,
    };
    for (kind, subject, path, hours, extra) in [
        (
            MailboxProofKind::Preferences,
            "Your link to choose what you receive",
            "/preferences/",
            1,
            Value::Null,
        ),
        (
            MailboxProofKind::Subscribe,
            "Please confirm your choice",
            "/preferences/confirm/",
            72,
            json!({ "consents": [chosen] }),
        ),
        (
            MailboxProofKind::ChangeAddress,
            "Please confirm your new e-mail address",
            "/my-data/address/",
            72,
            json!({}),
        ),
    ] {
        app.advance(TimeDelta::days(8));
        ask(&app, kind, ADA, Some(contact), extra).await;
        let mail = app.mails_to(ADA).pop().unwrap();
        assert_eq!(mail.subject, subject);
        assert!(mail.text.lines().any(|line| line.contains(path)), "{path} in {}", mail.text);
        assert_eq!(newest(&app).await.expires_at, app.app.now() + TimeDelta::hours(hours));
        if kind == MailboxProofKind::Subscribe {
            assert!(
                mail.text.contains("Blog <posts> (by e-mail)")
                    && mail.text.contains("“Yes, send me blog posts.”")
            );
            assert!(mail.html.contains("Blog &lt;posts&gt;"));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_about_which_nothing_is_held_is_told_so_and_forgotten_at_once() {
    let app = TestApp::new().await;
    known(&app).await;
    ask_my_data(&app, "nobody@example.org").await;
    let mail = app.only_mail_to("nobody@example.org");
    assert_eq!(mail.subject, "We hold no data under this address");
    assert!(!mail.text.contains("/my-data/"), "there is no link");
    let row = newest(&app).await;
    assert_eq!((row.state, row.sealed, row.contact_id), (MailboxProofState::Ended, None, None));
    let keys = app.query("SELECT id FROM data_key WHERE owner_kind = 'MAILBOX_PROOF'", vec![]).await;
    assert!(keys.is_empty());
    assert_eq!(app.count("contact").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_waits_for_the_mailbox_is_something_held() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.visitor().submit(&form, ADA).await;
    app.run_jobs().await;
    app.advance(TimeDelta::minutes(6));
    ask(&app, MailboxProofKind::Preferences, ADA, None, Value::Null).await;
    let mail = app.mails_to(ADA).pop().unwrap();
    assert_eq!(mail.subject, "Your link to the data we hold about you");
    let page = app.visitor().get(&mail.link("my-data")).await;
    assert_eq!(page.status, 200, "{}", page.words());
    assert!(
        page.words().contains("Waiting for an answer") && page.words().contains("Ada"),
        "{}",
        page.words()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_is_asked_no_more_often_than_by_forms_and_nobody_is_told() {
    let app = TestApp::new().await;
    known(&app).await;
    let before = app.mails_to(ADA).len();
    for _ in 0..3 {
        ask_my_data(&app, ADA).await;
    }
    assert_eq!(app.mails_to(ADA).len(), before + 1, "the second comes at least 5 minutes later");
    app.advance(TimeDelta::minutes(6));
    ask_my_data(&app, ADA).await;
    app.advance(TimeDelta::minutes(6));
    ask_my_data(&app, ADA).await;
    assert_eq!(app.mails_to(ADA).len(), before + 2, "2 unanswered in 24 hours");
    let kinds = app.journal_kinds().await;
    assert_eq!(kinds.iter().filter(|kind| *kind == "mailbox_proof.asked").count(), 5);
    let states: Vec<_> =
        proofs(&app).await.into_iter().map(|row| (row.state, row.sealed.is_some())).collect();
    let (waiting, ended) = ((MailboxProofState::Waiting, true), (MailboxProofState::Ended, false));
    assert_eq!(states, [waiting, ended, ended, waiting, ended], "what was not sent is gone");
    // An answer resets the count.
    let token = token(&app, ADA, "my-data");
    let mut work = app.app.begin(app.workspace, Actor::Mailbox).await.unwrap();
    let answered = answer_proof(&mut work, &app.app.vault, &token).await.unwrap().expect("answered");
    assert!(answered.first && answered.email.as_entered() == ADA && answered.contact.is_some());
    work.commit().await.unwrap();
    assert!(mailbox_rows(&app).await.iter().all(|row| row.unanswered == "[]"));
    let mut work = app.app.begin(app.workspace, Actor::Mailbox).await.unwrap();
    let again = answer_proof(&mut work, &app.app.vault, &token).await.unwrap().expect("still good");
    assert!(!again.first && !work.has_entries(), "twice is as once");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_answers_that_it_was_not_them_is_left_alone_until_they_allow_it_again() {
    let app = TestApp::new().await;
    known(&app).await;
    ask_my_data(&app, ADA).await;
    let path = app.mails_to(ADA).last().unwrap().link("my-data");
    let before = app.mails_to(ADA).len();
    for _ in 0..2 {
        let page = app.visitor().post_form(&format!("{path}/decline"), &[]).await;
        assert_eq!(page.status, 200, "{}", page.words());
        assert!(page.words().contains("Thank you for telling us"));
    }
    assert_eq!(app.visitor().get(&path).await.status, 404, "the link has ended");
    app.advance(TimeDelta::days(30));
    ask_my_data(&app, ADA).await;
    assert_eq!(app.mails_to(ADA).len(), before);
    let page = app.visitor().post_form(&format!("{path}/allow"), &[]).await;
    assert!(page.words().contains("allowed again"), "{}", page.words());
    ask_my_data(&app, ADA).await;
    assert_eq!(app.mails_to(ADA).len(), before + 1);
    assert_eq!(app.journal_kinds().await.iter().filter(|kind| *kind == "mailbox.protected").count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn links_that_are_not_of_this_use_open_nothing_and_change_nothing() {
    let app = TestApp::new().await;
    known(&app).await;
    ask_my_data(&app, ADA).await;
    let (row, contact) = (newest(&app).await, contact_of(&app, ADA).await);
    let other = app.other_workspace("other").await;
    let vault = &app.app.vault;
    let signed = |usage, workspace, row| vault.sign(usage, &Link { workspace, row, extra: Vec::new() });
    let entries = app.journal().await.len();
    for wrong in [
        signed(Use::Unsubscribe, app.workspace, contact.0),
        signed(Use::ConfirmOptIn, app.workspace, row.id.0),
        signed(Use::Package, app.workspace, row.id.0),
        signed(Use::ProveMailbox, other, row.id.0),
        signed(Use::ProveMailbox, app.workspace, contact.0),
        format!("{}x", signed(Use::ProveMailbox, app.workspace, row.id.0)),
        "nonsense".to_owned(),
    ] {
        assert_eq!(find_proof(&app.app, &wrong).await.unwrap(), None, "{wrong}");
        let mut work = app.app.begin(app.workspace, Actor::Mailbox).await.unwrap();
        assert!(answer_proof(&mut work, vault, &wrong).await.unwrap().is_none());
        drop(work);
        assert_eq!(
            decline_proof(&app.app, &wrong).await.unwrap(),
            accord::privacy::mailbox_proof::Declined::Unknown
        );
    }
    assert_eq!(app.journal().await.len(), entries);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_ends_every_link_of_the_person_and_destroys_what_was_sealed() {
    let app = TestApp::new().await;
    known(&app).await;
    let contact = contact_of(&app, ADA).await;
    ask_my_data(&app, ADA).await;
    let token = token(&app, ADA, "my-data");
    ask(&app, MailboxProofKind::ChangeAddress, "new@example.org", Some(contact), json!({})).await;
    let work = app.app.begin(app.workspace, Actor::System).await.unwrap();
    end_proofs(&work, app.workspace, contact).await.unwrap();
    let mut work = work;
    work.record(accord::platform::work::Entry::new("test.ended").on(contact));
    work.commit().await.unwrap();
    assert_eq!(app.count("mailbox_proof").await, 0);
    assert_eq!(find_proof(&app.app, &token).await.unwrap(), None);
    let keys = app.query("SELECT id FROM data_key WHERE owner_kind = 'MAILBOX_PROOF'", vec![]).await;
    assert!(keys.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_ends_when_staff_take_the_address_from_the_contact() {
    let app = TestApp::new().await;
    known(&app).await;
    ask_my_data(&app, ADA).await;
    let token = token(&app, ADA, "my-data");
    let text = "UPDATE contact_address SET fingerprint = $1, email_key = $2";
    let values = vec![vec![7_u8; 32].into(), "else@example.org".into()];
    app.query(text, values).await;
    assert_eq!(find_proof(&app.app, &token).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_that_does_not_exist_is_noted_and_its_question_ends() {
    let server = SmtpServer::start().await;
    server.next(Script::Refuse(Verb::Rcpt, "550 5.1.1 no such user"));
    let app = TestApp::with(None, |config| server.settings(config)).await;
    ask_my_data(&app, ADA).await;
    let row = newest(&app).await;
    assert_eq!((row.state, row.sealed), (MailboxProofState::Ended, None));
    let until = mailbox_rows(&app).await.pop().unwrap().bounced_until;
    assert_eq!(until, Some(app.app.now() + TimeDelta::days(7)));
    app.advance(TimeDelta::days(6));
    ask_my_data(&app, ADA).await;
    assert_eq!(server.taken().len(), 0);
    app.advance(TimeDelta::days(2));
    ask_my_data(&app, ADA).await;
    assert_eq!(server.taken().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_is_late_shortens_no_link() {
    let server = SmtpServer::start().await;
    server.next(Script::Once);
    let app = TestApp::with(None, |config| server.settings(config)).await;
    let form = app.newsletter_form().await;
    app.visitor().submit(&form, ADA).await;
    app.run_jobs().await;
    app.advance(TimeDelta::minutes(6));
    server.next(Script::Close(Verb::Content));
    ask_my_data(&app, ADA).await;
    assert_eq!(server.taken().len(), 1, "only the one before");
    app.advance(TimeDelta::hours(5));
    jobs::queue_due(&app.app).await.unwrap();
    app.run_jobs().await;
    let row = newest(&app).await;
    assert!(row.sealed.is_some(), "what had not been sent did not expire");
    assert_eq!(row.expires_at, app.app.now() + TimeDelta::hours(1), "an hour from the mail");
    assert_eq!(server.taken().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workspaces_own_host_says_whose_page_it_is_whatever_its_address_asks_for() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, ADA).await;
    let other = app.other_workspace("other").await;
    let own = app.app.config.public_host();
    let at = |host: &str| app.visitor().header("host", host);
    for path in ["/my-data", "/preferences"] {
        let with = |asked: &str| format!("{path}?{asked}lang=en");
        let page = at(&format!("other.{own}:8443")).get(&with("workspace=lumen&")).await;
        assert_eq!(page.status, 200, "{}", page.text);
        assert!(page.text.contains(&format!("{path}?workspace=other&")), "{}", page.text);
        // The host of nobody, and hosts that are none of ours, say nothing.
        for host in [own.clone(), format!("nobody.{own}"), "other.example.net".to_owned()] {
            assert_eq!(at(&host).get(&with("")).await.status, 404, "{host}");
            let named = at(&host).get(&with("workspace=lumen&")).await;
            assert!(named.status == 200 && named.text.contains("workspace=lumen&"), "{host}");
        }
        // Known here, known elsewhere, unknown: the same answer.
        let host = format!("other.{own}");
        let mut answers = Vec::new();
        for email in [ADA, "nobody@example.org"] {
            let fields = [("email", email), ("workspace", "lumen")];
            answers.push(at(&host).post_form(&with(""), &fields).await);
        }
        assert!(answers.iter().all(|answer| answer.status == 200 && answer.text == answers[0].text));
        assert!(proofs(&app).await.iter().all(|row| row.workspace_id == other), "{path}");
    }
    assert_eq!(app.count("mailbox_proof").await, 4);
    app.run_jobs().await;
}
