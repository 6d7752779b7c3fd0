//! Mail over a real SMTP server: what arrives, what is retried, what is a bounce, what is parked for an
//! operator; and that a failure at any point neither loses a mail nor sends it twice.

use std::{collections::BTreeMap, future::Future, task::Poll, time::Duration};

use accord::{
    accounts::{list_parked, retry_job},
    app::App,
    consent::{NewPurpose, PurposeText, create_purpose, evidence, prove_consent},
    forms::definition::ConsentOffer,
    intake::{self, RequestOptIn, SendConfirmOptIn, asked},
    jobs,
    platform::{
        actor::Actor,
        outbox::{Job, Outcome, Run},
        vault::Place,
    },
};
use chrono::TimeDelta;
use entity::{
    Channel, ConfirmationMode, ConsentState, JobId, LegalBasis, MailState, OptInState, Role, mail, opt_in,
};
use mail_parser::{MessageParser, MimeHeaders};
use sea_orm::EntityTrait;
use serde_json::json;

use crate::support::{
    Browser, Outage, Refusal, Script, SmtpServer, Taken, TestApp, TestForm, TestMail, Verb, Worker,
    definition, on_postgres,
};

const ADA: &str = "ada@example.org";

async fn with_server() -> (SmtpServer, TestApp, TestForm) {
    let server = SmtpServer::start().await;
    let app = TestApp::with(None, |config| server.settings(config)).await;
    let form = app.newsletter_form().await;
    (server, app, form)
}

async fn opt_ins(app: &TestApp) -> Vec<opt_in::Model> {
    let mut rows = opt_in::Entity::find().all(app.app.db()).await.unwrap();
    rows.sort_by_key(|row| row.id);
    rows
}

async fn mails(app: &TestApp) -> Vec<mail::Model> {
    let mut rows = mail::Entity::find().all(app.app.db()).await.unwrap();
    rows.sort_by_key(|row| row.id);
    rows
}

async fn jobs_left(app: &TestApp) -> Vec<entity::job::Model> {
    entity::job::Entity::find().all(app.app.db()).await.unwrap()
}

fn read(taken: &Taken) -> TestMail {
    TestMail::read("", &taken.text())
}

fn message_id(taken: &Taken) -> String {
    read(taken).headers["Message-ID"].clone()
}

/// Waits out the retry delay of a job, and runs it.
async fn try_again(app: &TestApp) {
    app.advance(TimeDelta::minutes(3));
    app.run_jobs().await;
}

/// The content sealed with a mail, opened with its key.
async fn sealed(app: &TestApp, row: &mail::Model) -> Option<String> {
    let key = evidence::load_key(app.app.db(), &app.app.vault, row.workspace_id, row.data_key_id?)
        .await
        .unwrap()?;
    let place = Place { workspace: row.workspace_id, table: "mail", column: "sealed", row: row.id.0 };
    Some(String::from_utf8(key.open(&place, row.sealed.as_ref()?).unwrap()).unwrap())
}

// What arrives

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_arrives_as_it_was_written() {
    let server = SmtpServer::start().await;
    let app = TestApp::with(None, |config| server.settings(config)).await;
    let name = "Société Éléphant & Fils «œuvres», d’un nom si long qu’il ne tient sur aucune ligne d’en-tête\r\nBcc: spy@example.org";
    app.app.ledger.db.touch("UPDATE workspace SET legal_name = $1", vec![name.into()]).await.unwrap();
    let text = |wording: &str| PurposeText {
        title: "Lettre d’été".to_owned(),
        description: String::new(),
        wording: wording.to_owned(),
        wording_sha256: String::new(),
    };
    let wording = format!(
        "First line, ünïcödé 🦉\n.begins with a dot\n..with two\nFrom here on: {}",
        "long ".repeat(170).trim_end()
    );
    let purpose = NewPurpose {
        key: "letter".to_owned(),
        legal_basis: LegalBasis::Consent,
        channels: vec![Channel::Email],
        confirmation: ConfirmationMode::DoubleOptIn,
        validity_days: None,
        justification: String::new(),
        offered: None,
        texts: BTreeMap::from([("en".to_owned(), text(&wording)), ("fr".to_owned(), text(&wording))]),
    };
    let purpose = create_purpose(&app.app, app.workspace, Actor::Operator, purpose).await.unwrap().0.id;
    let form = app
        .publish_in(
            app.workspace,
            definition(vec![ConsentOffer { purpose_id: purpose, channel: Channel::Email }], None),
            purpose,
        )
        .await;
    app.visitor().submit_fields(&form, &[("email", ADA), ("consent", "letter:email")]).await;
    app.run_jobs().await;

    let taken = server.taken();
    assert_eq!(taken.len(), 1);
    let bytes = &taken[0].bytes;
    assert!(taken[0].mail.starts_with("MAIL FROM:<crm@lumen.example>"), "{}", taken[0].mail);
    assert!(taken[0].rcpt.starts_with("RCPT TO:<ada@example.org>"), "{}", taken[0].rcpt);
    for (position, byte) in bytes.iter().enumerate() {
        assert!(*byte != b'\n' || bytes[position - 1] == b'\r', "a bare LF at {position}");
        assert!(*byte != b'\r' || bytes[position + 1] == b'\n', "a bare CR at {position}");
    }
    assert!(bytes.split(|byte| *byte == b'\n').all(|line| line.len() <= 999), "RFC 5322: no line over 998");
    assert!(bytes.is_ascii() || taken[0].mail.contains("BODY=8BITMIME"));

    let message = MessageParser::default().parse(bytes).unwrap();
    let from = message.from().unwrap().first().unwrap();
    assert_eq!(from.address(), Some("crm@lumen.example"));
    assert_eq!(from.name(), Some(name.replace("\r\n", "").as_str()));
    assert_eq!(message.reply_to().unwrap().first().unwrap().address(), Some("privacy@lumen.example"));
    assert_eq!(message.to().unwrap().first().unwrap().address(), Some(ADA));
    assert!(message.bcc().is_none() && message.cc().is_none(), "no header was smuggled in");
    assert_eq!(message.date().unwrap().to_timestamp(), app.app.now().timestamp());
    let mail = read(&taken[0]);
    assert_eq!(mail.headers["MIME-Version"], "1.0");
    assert_eq!(mail.headers["Auto-Submitted"], "auto-generated");
    let row = mails(&app).await.remove(0);
    assert_eq!(mail.headers["Message-ID"], format!("<{}@localhost>", JobId(row.id.0)));
    assert_eq!(row.message_id, mail.headers["Message-ID"]);
    let kind = message.content_type().unwrap();
    assert_eq!((kind.ctype(), kind.subtype()), ("multipart", Some("alternative")));
    assert_eq!((message.text_body_count(), message.html_body_count()), (1, 1));
    let body = mail.text.replace("\r\n", "\n");
    assert!(body.contains("ünïcödé 🦉\n.begins with a dot\n..with two\n"), "{body}");
    assert!(body.contains(&"long ".repeat(170).trim_end().to_owned()));
    assert!(mail.html.contains("ünïcödé 🦉"));
    let link = mail.link("confirm");
    assert!(mail.html.contains(&link), "the same link in both");
    assert_eq!(app.visitor().get(&link).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_go_out_with_their_local_part_as_typed_and_their_domain_as_a_labels() {
    let (server, app, form) = with_server().await;
    for (typed, wire, utf8) in [
        ("Ada+News@Example.ORG", "Ada+News@example.org", false),
        ("jean@société.example", "jean@xn--socit-esab.example", false),
        ("o'brien@example.org", "o'brien@example.org", false),
        ("δοκιμή@example.org", "δοκιμή@example.org", true),
        ("परीक्ष@example.org", "परीक्ष@example.org", true),
        ("ญี่ปุ่น@example.org", "ญี่ปุ่น@example.org", true),
    ] {
        app.visitor().submit(&form, typed).await;
        app.run_jobs().await;
        let taken = server.taken().pop().unwrap();
        assert_eq!(taken.rcpt, format!("RCPT TO:<{wire}>"));
        assert_eq!(taken.mail.contains("SMTPUTF8"), utf8, "{}", taken.mail);
        let to = MessageParser::default()
            .parse(&taken.bytes)
            .unwrap()
            .to()
            .unwrap()
            .first()
            .unwrap()
            .address()
            .unwrap()
            .to_owned();
        assert_eq!(to, wire);
    }
    assert_eq!(server.taken().len(), 6);
    assert!(
        list_parked(&app.app, app.workspace, Actor::Operator, 10).await.unwrap().is_empty(),
        "what was taken could be written"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_the_server_cannot_write_is_a_bounce_with_its_own_reason_and_parks_nothing() {
    let (server, app, form) = with_server().await;
    server.next(Script::NoUtf8);
    server.next(Script::NoUtf8);
    app.visitor().submit(&form, "δοκιμή@example.org").await;
    app.run_jobs().await;
    app.visitor().submit(&form, ADA).await;
    app.run_jobs().await;
    assert_eq!(server.taken().len(), 1);
    assert!(
        list_parked(&app.app, app.workspace, Actor::Operator, 10).await.unwrap().is_empty()
            && jobs_left(&app).await.is_empty()
    );
    let mut states: Vec<OptInState> = opt_ins(&app).await.iter().map(|row| row.state).collect();
    states.sort_unstable();
    assert_eq!(states, [OptInState::Waiting, OptInState::Bounced]);
    let row = mails(&app).await.into_iter().find(|mail| mail.state == MailState::Bounced).unwrap();
    assert_eq!((row.smtp_code, sealed(&app, &row).await), (553, None), "the key went with the data");
    for kind in ["mail.bounced", "opt_in.bounced"] {
        let entry = app.journal().await.into_iter().find(|entry| entry.kind == kind).unwrap();
        assert!(entry.bytes.contains("\"reason\":\"smtp_no_smtputf8\""), "{}", entry.bytes);
    }
    // Once more: the mailbox is not written to again, as after a 550.
    app.advance(TimeDelta::hours(1));
    app.visitor().submit(&form, "δοκιμή@example.org").await;
    app.run_jobs().await;
    assert_eq!((server.taken().len(), jobs_left(&app).await.len()), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_is_used_again_and_a_closed_one_costs_nothing() {
    let (server, app, form) = with_server().await;
    for email in ["a@example.org", "b@example.org", "c@example.org"] {
        app.visitor().submit(&form, email).await;
        app.run_jobs().await;
    }
    assert_eq!((server.taken().len(), server.connections()), (3, 1));

    let (server, app, form) = with_server().await;
    server.next(Script::Once);
    for email in ["a@example.org", "b@example.org"] {
        app.visitor().submit(&form, email).await;
        app.run_jobs().await;
    }
    assert_eq!(
        (server.taken().len(), server.connections()),
        (2, 2),
        "at the first attempt: the clock stood still"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_server_said_is_kept_sealed_and_without_the_link() {
    let (server, app, form) = with_server().await;
    app.visitor().submit(&form, ADA).await;
    app.run_jobs().await;
    let row = mails(&app).await.remove(0);
    assert_eq!((row.state, row.smtp_code, row.kind.as_str()), (MailState::Sent, 250, "confirm_opt_in"));
    let bytes = row.sealed.clone().unwrap();
    assert!(!bytes.windows(6).any(|window| window == b"queued"), "sealed");
    let plain = sealed(&app, &row).await.expect("it opens");
    assert!(plain.contains("queued as 4711") && plain.contains(ADA), "{plain}");
    assert!(!plain.contains("/confirm/") && !plain.contains("v1."), "{plain}");
    let journal = app.journal().await;
    assert!(
        journal.iter().any(|entry| entry.kind == "mail.sent" && entry.bytes.contains("\"smtpCode\":250"))
    );
    assert!(journal.iter().all(|entry| !entry.bytes.contains("queued as") && !entry.bytes.contains("ada@")));
    // Once confirmed, the proof belongs to the contact.
    app.visitor().post_form(&read(&server.taken()[0]).link("confirm"), &[]).await;
    app.run_jobs().await;
    assert!(sealed(&app, &mails(&app).await[0]).await.unwrap().contains("queued as 4711"));
}

// What is retried

#[tokio::test(flavor = "multi_thread")]
async fn what_may_pass_is_tried_again_and_arrives_once() {
    let faults = [
        Script::Refuse(Verb::Connect, "421 4.3.2 too busy"),
        Script::Refuse(Verb::Mail, "451 4.3.0 later"),
        Script::Refuse(Verb::Rcpt, "450 4.2.0 greylisted"),
        Script::Refuse(Verb::Rcpt, "452 4.2.2 full just now"),
        Script::Refuse(Verb::Data, "451 4.3.0 later"),
        Script::Refuse(Verb::End, "452 4.3.1 no room"),
        Script::Close(Verb::Connect),
        Script::Close(Verb::Hello),
        Script::Close(Verb::Mail),
        Script::Close(Verb::Rcpt),
        Script::Close(Verb::Data),
        Script::Close(Verb::Content),
    ];
    for fault in faults {
        // No connection is reused from before.
        let (server, app, form) = with_server().await;
        server.next(fault.clone());
        app.visitor().submit(&form, ADA).await;
        app.run_jobs().await;
        assert_eq!(server.taken().len(), 0, "{fault:?}");
        let waiting = jobs_left(&app).await;
        assert_eq!(waiting.len(), 1, "{fault:?}");
        assert!(
            waiting[0].parked_at.is_none() && waiting[0].run_at > app.app.now() && waiting[0].lease.is_none()
        );
        assert_eq!(
            (opt_ins(&app).await[0].state, opt_ins(&app).await[0].mail_due),
            (OptInState::Waiting, true)
        );
        try_again(&app).await;
        assert_eq!(server.taken().len(), 1, "{fault:?}");
        assert_eq!(mails(&app).await.len(), 1);
        assert!(jobs_left(&app).await.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_lost_after_the_final_dot_sends_the_same_mail_again() {
    let (server, app, form) = with_server().await;
    server.next(Script::Close(Verb::End));
    app.visitor().submit(&form, ADA).await;
    app.run_jobs().await;
    assert_eq!(
        (server.taken().len(), mails(&app).await[0].state),
        (1, MailState::Sending),
        "it may have arrived"
    );
    try_again(&app).await;
    let taken = server.taken();
    assert_eq!((taken.len(), mails(&app).await[0].state), (2, MailState::Sent));
    assert_eq!(message_id(&taken[0]), message_id(&taken[1]), "so that the receiving side can tell");
    assert_eq!(read(&taken[0]).link("confirm"), read(&taken[1]).link("confirm"));
    assert_eq!((mails(&app).await.len(), jobs_left(&app).await.len()), (1, 0));
}

/// A server, and an app with these timeouts: up to the final dot, and for the answer to it.
async fn waiting(before_dot: Duration, after_dot: Duration) -> (SmtpServer, TestApp, TestForm) {
    let server = SmtpServer::start().await;
    let app = TestApp::with(None, |config| server.settings_waiting(before_dot, after_dot, config)).await;
    let form = app.newsletter_form().await;
    (server, app, form)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_says_nothing_does_not_hold_a_mail_for_ever() {
    for verb in [Verb::Connect, Verb::Hello, Verb::Mail, Verb::Rcpt, Verb::Data] {
        let (server, app, form) = waiting(Duration::from_millis(300), Duration::from_secs(20)).await;
        server.next(Script::Hold(verb));
        app.visitor().submit(&form, ADA).await;
        app.run_jobs().await;
        assert_eq!(
            (server.taken().len(), jobs_left(&app).await.len(), mails(&app).await.len()),
            (0, 1, 0),
            "{verb:?}"
        );
        assert_eq!(opt_ins(&app).await[0].mailed_at, None, "{verb:?}");
        try_again(&app).await;
        assert_eq!((server.taken().len(), jobs_left(&app).await.len()), (1, 0), "{verb:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_thinks_about_the_final_dot_for_longer_than_the_rest_may_take_gets_one_copy() {
    let (server, app, form) = waiting(Duration::from_millis(400), Duration::from_secs(20)).await;
    server.next(Script::Hold(Verb::End));
    app.visitor().submit(&form, ADA).await;
    let worker = Worker::start(&app);
    server.reached().await;
    tokio::time::sleep(Duration::from_millis(900)).await;
    assert_eq!(mails(&app).await[0].state, MailState::Sending);
    server.release();
    worker.ask_to_stop();
    worker.ended().await;
    assert_eq!(
        (server.taken().len(), mails(&app).await[0].state, jobs_left(&app).await.len()),
        (1, MailState::Sent, 0)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_never_answers_the_final_dot_gets_the_same_mail_again() {
    let (server, app, form) = waiting(Duration::from_secs(20), Duration::from_millis(200)).await;
    server.next(Script::Hold(Verb::End));
    app.visitor().submit(&form, ADA).await;
    app.run_jobs().await;
    assert_eq!((server.taken().len(), mails(&app).await[0].state), (1, MailState::Sending));
    // The result of the second attempt says nothing about the first.
    server.next(Script::Refuse(Verb::Data, "451 4.3.0 later"));
    try_again(&app).await;
    assert_eq!((server.taken().len(), mails(&app).await[0].state), (1, MailState::Sending));
    try_again(&app).await;
    let taken = server.taken();
    assert_eq!(
        (taken.len(), mails(&app).await[0].state, jobs_left(&app).await.len()),
        (2, MailState::Sent, 0)
    );
    assert_eq!(message_id(&taken[0]), message_id(&taken[1]));
}

// What is a bounce, and what is not

#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_about_the_mailbox_is_a_bounce() {
    for (verb, reply) in [
        (Verb::Rcpt, "550 5.1.1 no such user"),
        (Verb::Rcpt, "550 5.1.2 no such host"),
        (Verb::Rcpt, "553 5.1.3 bad address"),
        (Verb::Rcpt, "551 5.1.6 moved"),
        (Verb::Rcpt, "556 5.1.10 null MX"),
        (Verb::Rcpt, "550 5.2.1 disabled"),
        (Verb::Rcpt, "550 no such user"),
        (Verb::Rcpt, "551 gone"),
        (Verb::Rcpt, "553 never heard"),
        (Verb::End, "550 5.1.1 no such user"),
        (Verb::Rcpt, "553 5.6.7 no such letters"),
    ] {
        let (server, app, form) = with_server().await;
        server.next(Script::Refuse(verb, reply));
        app.visitor().submit(&form, ADA).await;
        app.run_jobs().await;
        assert_eq!(opt_ins(&app).await[0].state, OptInState::Bounced, "{reply}");
        let row = mails(&app).await.remove(0);
        assert_eq!(
            (row.state, row.smtp_code.to_string().as_str()),
            (MailState::Bounced, &reply[..3]),
            "{reply}"
        );
        assert_eq!(sealed(&app, &row).await, None, "the key went with the data");
        assert!(jobs_left(&app).await.is_empty());
        let kinds = app.journal_kinds().await;
        assert!(
            kinds.contains(&"mail.bounced".to_owned())
                && kinds.contains(&"opt_in.bounced".to_owned())
                && !kinds.contains(&"job.parked".to_owned())
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_other_no_parks_the_mail_and_raises_an_alarm() {
    for (login, verb, reply, reason) in [
        ("", Verb::Rcpt, "550 5.7.1 blocked", "smtp_refused_by_policy"),
        ("", Verb::Rcpt, "552 5.2.2 mailbox full", "smtp_refused_by_policy"),
        ("", Verb::Rcpt, "554 no", "smtp_refused_by_policy"),
        ("", Verb::Mail, "550 sender rejected", "smtp_refused_by_policy"),
        ("", Verb::Mail, "550 5.1.8 bad sender", "smtp_refused_by_policy"),
        ("", Verb::Data, "550 5.7.1 policy", "smtp_refused_by_policy"),
        ("", Verb::End, "554 5.7.1 spam", "smtp_refused_by_policy"),
        ("", Verb::End, "550 no", "smtp_refused_by_policy"),
        ("", Verb::Mail, "530 5.7.0 sign in first", "smtp_login_refused"),
        ("crm:wrong@", Verb::Auth, "535 5.7.8 wrong password", "smtp_login_refused"),
    ] {
        let server = SmtpServer::start().await;
        let app = TestApp::with(None, |config| server.settings_as(login, config)).await;
        let form = app.newsletter_form().await;
        server.next(Script::Refuse(verb, reply));
        app.visitor().submit(&form, ADA).await;
        app.run_jobs().await;
        let parked = list_parked(&app.app, app.workspace, Actor::Operator, 10).await.unwrap();
        assert_eq!(parked.iter().map(|job| job.reason.as_str()).collect::<Vec<_>>(), [reason], "{reply}");
        let entry =
            app.journal().await.into_iter().find(|entry| entry.kind == "job.parked").expect("an alarm");
        assert_eq!(entry.object, Some(parked[0].id.to_string()));
        assert!(entry.bytes.contains(&format!("\"reason\":\"{reason}\"")));
        assert_eq!(opt_ins(&app).await[0].state, OptInState::Waiting, "{reply}");
        assert_eq!(
            app.query("SELECT 1 AS one FROM mailbox WHERE bounced_until IS NOT NULL", vec![]).await.len(),
            0
        );
        assert_eq!((server.taken().len(), mails(&app).await.len()), (0, 0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_of_ours_does_not_eat_the_time_a_person_has() {
    let (server, app, form) = with_server().await;
    server.next(Script::Refuse(Verb::Mail, "550 5.7.1 not from you"));
    app.visitor().submit(&form, ADA).await;
    app.run_jobs().await;
    app.advance(TimeDelta::hours(100));
    jobs::queue_due(&app.app).await.unwrap();
    app.run_jobs().await;
    assert_eq!(opt_ins(&app).await[0].state, OptInState::Waiting, "its mail was never out");
    let parked = list_parked(&app.app, app.workspace, Actor::Operator, 10).await.unwrap();
    retry_job(&app.app, app.workspace, Actor::Operator, parked[0].id).await.unwrap();
    app.run_jobs().await;
    assert_eq!(server.taken().len(), 1);
    assert_eq!(opt_ins(&app).await[0].expires_at, app.app.now() + TimeDelta::hours(72));
    assert!(app.journal_kinds().await.contains(&"opt_in.extended".to_owned()));
    app.advance(TimeDelta::hours(71));
    let answer = app.visitor().post_form(&read(&server.taken()[0]).link("confirm"), &[]).await;
    assert!(answer.words().contains("your request is confirmed"), "{}", answer.words());
    app.run_jobs().await;
    assert_eq!(app.consent_of(ADA).await, Some(ConsentState::Given));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_nobody_could_be_asked_ends_after_14_days() {
    let (server, app, form) = with_server().await;
    server.next(Script::Refuse(Verb::Mail, "550 5.7.1 not from you"));
    app.visitor().submit(&form, ADA).await;
    app.run_jobs().await;
    app.advance(TimeDelta::days(15));
    jobs::queue_due(&app.app).await.unwrap();
    app.run_jobs().await;
    assert_eq!(opt_ins(&app).await[0].state, OptInState::Expired);
    let parked = list_parked(&app.app, app.workspace, Actor::Operator, 10).await.unwrap();
    retry_job(&app.app, app.workspace, Actor::Operator, parked[0].id).await.unwrap();
    app.run_jobs().await;
    assert_eq!(server.taken().len(), 0, "nothing is asked any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bounced_receipt_protects_the_mailbox_and_undoes_nothing() {
    let (server, app, form) = with_server().await;
    server.next(Script::Once);
    server.next(Script::Refuse(Verb::Rcpt, "550 5.1.1 gone meanwhile"));
    app.visitor().submit(&form, ADA).await;
    app.run_jobs().await;
    app.visitor().post_form(&read(&server.taken()[0]).link("confirm"), &[]).await;
    app.run_jobs().await;
    assert_eq!(app.consent_of(ADA).await, Some(ConsentState::Given));
    assert_eq!(
        app.query("SELECT 1 AS one FROM mailbox WHERE bounced_until IS NOT NULL", vec![]).await.len(),
        1
    );
    let rows = mails(&app).await;
    assert_eq!(rows.iter().map(|row| row.state).collect::<Vec<_>>(), [MailState::Sent, MailState::Bounced]);
    assert!(
        sealed(&app, &rows[1]).await.unwrap().contains("gone meanwhile"),
        "what was said is kept with the contact"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn letters_of_every_script_arrive_and_what_cannot_be_written_is_like_a_mailbox_that_does_not_exist() {
    let (server, app, form) = with_server().await;
    for typed in ["परीक्ष@example.org", "ญี่ปุ่น@example.org"] {
        app.visitor().submit(&form, typed).await;
        app.run_jobs().await;
        assert_eq!(server.taken().pop().unwrap().rcpt, format!("RCPT TO:<{typed}>"));
    }
    app.visitor().submit(&form, ADA).await;
    app.run_jobs().await;
    app.visitor().post_form(&read(&server.taken()[2]).link("confirm"), &[]).await;
    // Accepted under older validation rules.
    app.app
        .ledger
        .db
        .touch("UPDATE contact_address SET email = 'ada lovelace@example.org'", vec![])
        .await
        .unwrap();
    app.run_jobs().await;
    assert!(jobs_left(&app).await.is_empty(), "nothing is parked and nothing is tried for ever");
    let row = mails(&app).await.pop().unwrap();
    assert_eq!((row.kind.as_str(), row.state, row.smtp_code), ("opt_in_receipt", MailState::Bounced, 553));
    let entry = app.journal().await.into_iter().find(|entry| entry.kind == "mail.bounced").unwrap();
    assert!(entry.bytes.contains("\"reason\":\"address_not_writable\""), "{}", entry.bytes);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_to_an_address_that_cannot_be_written_any_more_ends_like_one_to_a_mailbox_that_does_not_exist()
 {
    let (server, app, form) = with_server().await;
    app.visitor().submit(&form, ADA).await;
    // Sealed under older validation rules.
    let row = entity::submission::Entity::find().one(app.app.db()).await.unwrap().unwrap();
    let (mut asked, key) = asked::open(app.app.db(), &app.app.vault, &row).await.unwrap().unwrap();
    asked.email = "ada lovelace@example.org".to_owned();
    let sealed = asked::seal(&key, row.workspace_id, row.id, &asked).unwrap();
    app.app.ledger.db.touch("UPDATE submission SET sealed = $1", vec![sealed.into()]).await.unwrap();
    app.run_jobs().await;
    assert_eq!((server.taken().len(), jobs_left(&app).await.len()), (0, 0));
    assert_eq!(
        (opt_ins(&app).await[0].state, mails(&app).await[0].state),
        (OptInState::Bounced, MailState::Bounced)
    );
}

// The mail's row

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_cannot_be_noted_does_not_go_out() {
    let (server, app, form) = with_server().await;
    let refusal = Refusal::begin(&app, "INSERT", "mail").await;
    app.visitor().submit(&form, ADA).await;
    app.run_jobs().await;
    assert_eq!((server.taken().len(), jobs_left(&app).await.len()), (0, 1));
    refusal.end(&app).await;
    try_again(&app).await;
    assert_eq!((server.taken().len(), mails(&app).await.len(), jobs_left(&app).await.len()), (1, 1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_server_took_is_noted_however_often_the_database_refuses() {
    let (server, app, form) = with_server().await;
    server.next(Script::Hold(Verb::End));
    app.visitor().submit(&form, ADA).await;
    let worker = Worker::start(&app);
    server.reached().await;
    let refusal = Refusal::begin(&app, "UPDATE", "mail").await;
    server.release();
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert!(server.taken()[0].answered && jobs_left(&app).await[0].lease.is_some());
    refusal.end(&app).await;
    noted(&app).await;
    worker.ask_to_stop();
    worker.ended().await;
    take_over(&app).await;
    assert_eq!((server.taken().len(), mails(&app).await.len(), jobs_left(&app).await.len()), (1, 1, 0));
}

/// Waits until the only mail's result is stored.
async fn noted(app: &TestApp) {
    for _ in 0..200 {
        let rows = mail::Entity::find().all(app.app.db()).await.unwrap_or_default();
        if rows.iter().any(|row| row.state == MailState::Sent) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("it is written down once the database takes it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_turns_read_only_sends_no_mail_twice_and_none_meanwhile() {
    if !on_postgres() {
        return; // SQLite has no read-only state; a full disk is closest, and `Refusal` covers both above.
    }
    let (server, app, form) = with_server().await;
    server.next(Script::Hold(Verb::End));
    app.visitor().submit(&form, ADA).await;
    let worker = Worker::start(&app);
    server.reached().await;
    app.visitor().submit(&form, "grace@example.org").await;
    let outage = Outage::read_only(&app).await;
    server.release();
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert_eq!(server.taken().len(), 1);
    outage.end().await;
    noted(&app).await;
    for _ in 0..50 {
        if server.taken().len() == 2 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    worker.ask_to_stop();
    worker.ended().await;
    // If the second job had started when the database went read-only, it waits for its next attempt.
    app.advance(TimeDelta::minutes(10));
    app.run_jobs().await;
    assert_eq!((server.taken().len(), mails(&app).await.len(), jobs_left(&app).await.len()), (2, 2, 0));
}

/// Kinds and states of the mails listed in the proof of the only consent.
async fn proven(app: &TestApp) -> Vec<(String, MailState)> {
    let consents = entity::consent::Entity::find().all(app.app.db()).await.unwrap();
    let proofs = prove_consent(&app.app, app.workspace, Actor::Operator, &consents).await.unwrap();
    assert_eq!(proofs.len(), 1);
    assert!(proofs[0].evidence.as_ref().unwrap().seconds_after_mail.is_some());
    proofs[0].mails.iter().map(|mail| (mail.row.kind.clone(), mail.row.state)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_7_a_proof_has_its_mail_although_the_sender_died_before_it_could_note_the_answer() {
    let (server, app, form) = with_server().await;
    server.next(Script::Hold(Verb::End));
    app.visitor().submit(&form, ADA).await;
    let worker = Worker::start(&app);
    server.reached().await;
    worker.kill().await;
    // The mail arrived, and the person clicks before another worker takes the job over.
    app.visitor().post_form(&read(&server.taken()[0]).link("confirm"), &[]).await;
    assert_eq!(app.consent_of(ADA).await, Some(ConsentState::Given));
    assert_eq!(proven(&app).await, [("confirm_opt_in".to_owned(), MailState::Sending)]);
    take_over(&app).await;
    let proven = proven(&app).await;
    assert_eq!(proven[0], ("confirm_opt_in".to_owned(), MailState::Sending));
    assert_eq!(
        (proven.len(), server.taken().len(), jobs_left(&app).await.len()),
        (2, 2, 0),
        "the question and the receipt, once each"
    );
    let unanswered =
        app.journal().await.into_iter().find(|entry| entry.kind == "mail.unanswered").expect("an entry");
    assert!(unanswered.bytes.contains("confirm_opt_in"));
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_7_a_proof_has_its_mail_at_the_moment_of_the_press() {
    let (server, app, form) = with_server().await;
    server.next(Script::Hold(Verb::End));
    app.visitor().submit(&form, ADA).await;
    let worker = Worker::start(&app);
    server.reached().await;
    app.visitor().post_form(&read(&server.taken()[0]).link("confirm"), &[]).await;
    // The worker may have started the receipt, too.
    assert_eq!(proven(&app).await[0], ("confirm_opt_in".to_owned(), MailState::Sending));
    server.release();
    worker.ask_to_stop();
    worker.ended().await;
    app.run_jobs().await;
    let states: Vec<MailState> = proven(&app).await.into_iter().map(|(_, state)| state).collect();
    assert_eq!(states, [MailState::Sent; 2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_was_declined_before_its_answer_was_noted_is_not_forgotten() {
    let (server, app, form) = with_server().await;
    server.next(Script::Hold(Verb::End));
    app.visitor().submit(&form, ADA).await;
    let worker = Worker::start(&app);
    server.reached().await;
    worker.kill().await;
    let link = read(&server.taken()[0]).link("confirm");
    intake::decline_opt_in(&app.app, link.rsplit('/').next().unwrap(), None).await.unwrap();
    take_over(&app).await;
    assert_eq!(
        (server.taken().len(), mails(&app).await[0].state, jobs_left(&app).await.len()),
        (1, MailState::Sending, 0)
    );
    assert!(app.journal_kinds().await.contains(&"mail.unanswered".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_said_no_behind_one_mail_gets_no_other_that_was_on_its_way() {
    let (server, app, form) = with_server().await;
    app.visitor().submit(&form, ADA).await;
    app.run_jobs().await;
    app.advance(TimeDelta::minutes(10));
    app.visitor().submit(&form, ADA).await;
    // The second mail has its recipient, but not its text yet.
    server.next(Script::Hold(Verb::Rcpt));
    let worker = Worker::start(&app);
    server.reached().await;
    let link = read(&server.taken()[0]).link("confirm");
    intake::decline_opt_in(&app.app, link.rsplit('/').next().unwrap(), None).await.unwrap();
    server.release();
    worker.ask_to_stop();
    worker.ended().await;
    app.advance(TimeDelta::minutes(10));
    app.run_jobs().await;
    assert_eq!((server.taken().len(), mails(&app).await.len(), jobs_left(&app).await.len()), (1, 1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_is_mailed_after_an_outage_however_often_it_was_tried() {
    let (server, app, _) = with_server().await;
    let invite = "mutation($i: InviteMemberInput!) { inviteMember(input: $i) { member { id } userErrors { message } } }";
    let bob = json!({ "i": { "email": "bob@lumen.example", "name": "Bob", "role": "SALES" } });
    app.api_key(Role::Owner).await.gql(invite, bob).await;
    server.next(Script::Once);
    app.run_jobs().await;
    let join = read(&server.taken()[0]).link("join");
    let joined =
        app.visitor().post_form(&join, &[("name", "Bob"), ("password", "a good password of mine")]).await;
    assert_eq!(joined.status, 200, "{}", joined.words());
    app.run_jobs().await;
    let before = server.taken().len();
    let ask = "mutation { requestPasswordReset(input: { workspace: \"lumen\", email: \"bob@lumen.example\" }) { requested } }";
    Browser::new(&app).send(ask, json!({})).await;
    for _ in 0..4 {
        server.next(Script::Refuse(Verb::Mail, "451 4.3.0 later"));
        app.run_jobs().await;
        assert_eq!((server.taken().len(), jobs_left(&app).await.len()), (before, 1), "it waits");
        app.advance(TimeDelta::minutes(10));
    }
    app.run_jobs().await;
    assert_eq!((server.taken().len(), jobs_left(&app).await.len()), (before + 1, 0));
    assert!(read(&server.taken()[before]).link("reset-password").contains("/reset-password/"));
}

// Sent once

/// Claims the only job of this kind, as a worker does.
async fn claim(app: &TestApp, kind: &str) -> Run {
    let mut jobs = jobs_left(app).await;
    jobs.retain(|job| job.kind == kind);
    assert_eq!(jobs.len(), 1, "{kind}");
    let job = jobs.remove(0);
    let lease = "a worker that dies".to_owned();
    let take = "UPDATE job SET lease = $2, leased_until = $3, attempts = attempts + 1 WHERE id = $1";
    app.app
        .ledger
        .db
        .touch(
            take,
            vec![job.id.into(), lease.clone().into(), (app.app.now() + TimeDelta::seconds(120)).into()],
        )
        .await
        .unwrap();
    Run {
        id: job.id,
        workspace: job.workspace_id,
        kind: job.kind,
        payload: job.payload,
        attempt: job.attempts + 1,
        created_at: job.created_at,
        lease,
    }
}

/// Number of points at which the same operation is killed. A future that is ready at once counts as no wait,
/// so the points differ slightly from run to run, and the later ones are past the end.
const PLACES: usize = 60;

/// Polls the future up to its n-th wait and drops it there, so that nothing of it continues. None: it was
/// dropped.
async fn die_at<F: Future>(wait: usize, future: F) -> Option<F::Output> {
    let mut future = Box::pin(future);
    let mut left = wait;
    std::future::poll_fn(move |context| {
        left -= 1;
        match future.as_mut().poll(context) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending if left == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// What the database sees of a dead process: its connections close, and uncommitted work is lost.
async fn bury(node: App) {
    node.ledger.db.close().await;
}

/// The dead worker's lease expires and another worker takes over. It tries several times, as workers do: a
/// database server may need a moment to notice that a connection is gone, and the row stays locked until
/// then.
async fn take_over(app: &TestApp) {
    app.advance(TimeDelta::seconds(121));
    for _ in 0..100 {
        app.run_jobs().await;
        if jobs_left(app).await.iter().all(|job| job.run_at > app.app.now()) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("due jobs that nobody can take: {:?}", jobs_left(app).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_9_a_worker_that_dies_while_deciding_about_a_submission_loses_nothing() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let mut deaths = 0;
    for wait in 1..=PLACES {
        let email = format!("ada{wait}@example.org");
        app.visitor().submit(&form, &email).await;
        let run = claim(&app, RequestOptIn::KIND).await;
        let job: RequestOptIn = serde_json::from_str(&run.payload).unwrap();
        let node = app.second_node().await;
        let ended = die_at(wait, intake::request_opt_in(&node, &run, &job)).await;
        bury(node).await;
        take_over(&app).await;
        assert_eq!(app.mails_to(&email).len(), 1, "dead at wait {wait}: {:?}", jobs_left(&app).await);
        assert_eq!(i64::try_from(wait).unwrap(), app.count("opt_in").await, "one question per submission");
        assert!(jobs_left(&app).await.is_empty());
        match ended {
            Some(ended) => assert!(matches!(ended, Ok(Outcome::Finished)), "{ended:?}"),
            None => deaths += 1,
        }
    }
    assert!(deaths > 0, "it died {deaths} times");
    let kinds = app.journal_kinds().await;
    assert_eq!(kinds.iter().filter(|kind| *kind == "opt_in.requested").count(), PLACES);
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_9_a_worker_that_dies_while_sending_loses_no_mail_and_sends_twice_only_if_it_was_out() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let (mut deaths, mut twice) = (0, 0);
    for wait in 1..=PLACES {
        let email = format!("ada{wait}@example.org");
        app.visitor().submit(&form, &email).await;
        let run = claim(&app, RequestOptIn::KIND).await;
        intake::request_opt_in(&app.app, &run, &serde_json::from_str(&run.payload).unwrap()).await.unwrap();
        let run = claim(&app, SendConfirmOptIn::KIND).await;
        let job: SendConfirmOptIn = serde_json::from_str(&run.payload).unwrap();
        let node = app.second_node().await;
        let ended = die_at(wait, intake::send_confirm_opt_in(&node, &run, &job)).await;
        bury(node).await;
        let was_out = app.mails_to(&email).len();
        take_over(&app).await;
        let sent = app.mails_to(&email);
        match (was_out, ended.is_some()) {
            (0, false) | (1, true) => assert_eq!(sent.len(), 1, "dead at wait {wait}"),
            _ => assert!(matches!(sent.len(), 1 | 2), "dead at wait {wait}: {}", sent.len()),
        }
        twice += usize::from(sent.len() == 2);
        assert!(sent.iter().all(|mail| mail.headers["Message-ID"] == sent[0].headers["Message-ID"]));
        assert_eq!(
            i64::try_from(wait).unwrap(),
            app.count("mail").await,
            "one row, one entry, whatever happened"
        );
        assert!(jobs_left(&app).await.is_empty());
        deaths += usize::from(ended.is_none());
    }
    assert!(deaths > 0 && twice < deaths, "it died {deaths} times; {twice} were sent twice");
    let kinds = app.journal_kinds().await;
    assert_eq!(kinds.iter().filter(|kind| *kind == "mail.sent").count(), PLACES);
    assert!(opt_ins(&app).await.iter().all(|row| row.mailed_at.is_some() && !row.mail_due));
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_9_a_press_that_dies_half_way_is_as_not_pressed_or_as_pressed_once() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let mut deaths = 0;
    for wait in 1..=PLACES {
        let email = format!("ada{wait}@example.org");
        app.visitor().submit(&form, &email).await;
        app.run_jobs().await;
        let link = app.only_mail_to(&email).link("confirm");
        let visit = intake::Visit::default();
        let node = app.second_node().await;
        let ended =
            die_at(wait, intake::confirm_opt_in(&node, link.rsplit('/').next().unwrap(), None, &visit)).await;
        bury(node).await;
        assert_eq!(app.visitor().post_form(&link, &[]).await.status, 200);
        assert_eq!(app.consent_of(&email).await, Some(ConsentState::Given));
        app.run_jobs().await;
        assert_eq!(app.mails_to(&email).len(), 2, "question and one receipt");
        app.advance(TimeDelta::minutes(2));
        deaths += usize::from(ended.is_none());
    }
    assert!(deaths > 0, "it died {deaths} times");
    for kind in ["consent.given", "contact.created", "opt_in.confirmed"] {
        assert_eq!(app.journal_kinds().await.iter().filter(|known| *known == kind).count(), PLACES, "{kind}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_9_a_visitor_who_hangs_up_and_sends_again_is_heard_once() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    for wait in 1..=PLACES {
        let email = format!("ada{wait}@example.org");
        let ticket = app.visitor().ticket(&form).await;
        let fields = [
            ("ticket", ticket.as_str()),
            ("language", "en"),
            ("email", email.as_str()),
            ("consent", "newsletter:email"),
        ];
        let path = format!("/forms/{}", form.id);
        let visitor = app.visitor();
        let answered = die_at(wait, visitor.post_form(&path, &fields)).await;
        assert!(answered.is_none_or(|answer| answer.status == 303));
        assert_eq!(visitor.post_form(&path, &fields).await.status, 303);
        app.run_jobs().await;
        assert_eq!(app.mails_to(&email).len(), 1, "hung up at wait {wait}");
        app.advance(TimeDelta::minutes(2));
    }
    assert_eq!(app.count("submission").await, app.count("opt_in").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_9_a_process_killed_at_any_step_of_the_conversation_leaves_the_mail_to_the_next() {
    for verb in [Verb::Connect, Verb::Hello, Verb::Mail, Verb::Rcpt, Verb::Data, Verb::Content, Verb::End] {
        let (server, app, form) = with_server().await;
        server.next(Script::Hold(verb));
        app.visitor().submit(&form, ADA).await;
        let worker = Worker::start(&app);
        server.reached().await;
        worker.kill().await;
        assert_eq!(app.run_jobs().await, 0, "{verb:?}: whoever died still holds its lease");
        assert_eq!(jobs_left(&app).await.len(), 1, "{verb:?}");
        take_over(&app).await;
        let taken = server.taken();
        let expected = if verb == Verb::End { 2 } else { 1 };
        assert_eq!(taken.len(), expected, "{verb:?}: only past the final dot nobody can know");
        assert!(taken.iter().all(|mail| message_id(mail) == message_id(&taken[0])));
        assert_eq!((mails(&app).await.len(), jobs_left(&app).await.len()), (1, 0), "{verb:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_lost_its_lease_writes_nothing_down() {
    let (server, app, form) = with_server().await;
    server.next(Script::Hold(Verb::End));
    app.visitor().submit(&form, ADA).await;
    let worker = Worker::start(&app);
    server.reached().await;
    take_over(&app).await;
    assert_eq!(mails(&app).await.len(), 1);
    server.release();
    worker.ask_to_stop();
    worker.ended().await;
    assert_eq!((mails(&app).await.len(), jobs_left(&app).await.len()), (1, 0));
    assert_eq!(app.journal_kinds().await.iter().filter(|kind| *kind == "mail.sent").count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_asked_to_stop_ends_the_job_it_runs_and_takes_no_other() {
    let (server, app, form) = with_server().await;
    let app = app.leaving_jobs();
    server.next(Script::Hold(Verb::End));
    app.visitor().submit(&form, ADA).await;
    let worker = Worker::start(&app);
    server.reached().await;
    worker.ask_to_stop();
    app.visitor().submit(&form, "grace@example.org").await;
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert!(!worker.has_ended(), "a mail is on its way");
    server.release();
    worker.ended().await;
    let taken = server.taken();
    assert!(taken.len() == 1 && taken[0].answered);
    assert_eq!(mails(&app).await.len(), 1);
    let left = jobs_left(&app).await;
    assert_eq!(
        left.iter().map(|job| (job.kind.as_str(), job.attempts)).collect::<Vec<_>>(),
        [(RequestOptIn::KIND, 0)]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_9_a_database_away_when_the_mail_is_out_does_not_send_it_twice() {
    let (server, app, form) = with_server().await;
    server.next(Script::Hold(Verb::End));
    app.visitor().submit(&form, ADA).await;
    let worker = Worker::start(&app);
    server.reached().await;
    let outage = Outage::begin(&app).await;
    server.release();
    // Longer than a statement waits for the database.
    tokio::time::sleep(Duration::from_secs(if on_postgres() { 3 } else { 10 })).await;
    assert!(server.taken()[0].answered && !worker.has_ended());
    outage.end().await;
    noted(&app).await;
    worker.ask_to_stop();
    worker.ended().await;
    assert_eq!((mails(&app).await.len(), jobs_left(&app).await.len(), server.taken().len()), (1, 0, 1));
    take_over(&app).await;
    assert_eq!(server.taken().len(), 1);
    assert!(opt_ins(&app).await[0].mailed_at.is_some());
}
