//! The opt-in state machine, cell by cell, and the protection of mailboxes and links.

use accord::{
    intake::asked,
    jobs,
    link_uses::Use,
    platform::{outbox::Run, tokens::Link},
};
use chrono::TimeDelta;
use entity::{ConsentState, OptInId, OptInState, SubmissionState, Time, WorkspaceId, opt_in, submission};
use futures_util::future::join_all;
use sea_orm::{ActiveValue::Set, EntityTrait, IntoActiveModel};

use crate::support::{Answer, Script, SmtpServer, TestApp, TestForm, Verb, says};

const ADA: &str = "ada@example.org";
const UNKNOWN: &str = "This link does not work";

async fn submissions(app: &TestApp) -> Vec<submission::Model> {
    let mut rows = submission::Entity::find().all(app.app.db()).await.unwrap();
    rows.sort_by_key(|row| row.id);
    rows
}

async fn opt_ins(app: &TestApp) -> Vec<opt_in::Model> {
    let mut rows = opt_in::Entity::find().all(app.app.db()).await.unwrap();
    rows.sort_by_key(|row| row.id);
    rows
}

async fn states(app: &TestApp) -> Vec<OptInState> {
    opt_ins(app).await.into_iter().map(|row| row.state).collect()
}

/// The link in the mail of this opt-in, whether or not the mail was sent.
fn link_of(app: &TestApp, row: &opt_in::Model) -> String {
    let extra = row.expires_at.timestamp_millis().to_be_bytes().to_vec();
    format!(
        "/confirm/{}",
        app.app.vault.sign(Use::ConfirmOptIn, &Link { workspace: row.workspace_id, row: row.id.0, extra })
    )
}

/// Submits the newsletter form and runs its jobs. Returns the link of the newest opt-in.
async fn ask(app: &TestApp, form: &TestForm, email: &str) -> String {
    app.visitor().submit(form, email).await;
    app.run_jobs().await;
    link_of(app, opt_ins(app).await.last().unwrap())
}

/// Queues and runs everything that schedules have due.
async fn run_schedules(app: &TestApp) {
    jobs::queue_due(&app.app).await.unwrap();
    app.run_jobs().await;
}

async fn press(app: &TestApp, link: &str) -> Answer {
    app.visitor().post_form(link, &[]).await
}

async fn decline(app: &TestApp, link: &str) -> Answer {
    app.visitor().post_form(&format!("{link}/decline"), &[]).await
}

async fn allow(app: &TestApp, link: &str) -> Answer {
    app.visitor().post_form(&format!("{link}/allow"), &[]).await
}

fn shows(answer: &Answer, status: u16, text: &str) {
    assert_eq!(answer.status, status, "{}", answer.words());
    assert!(answer.words().contains(text), "no {text:?} in: {}", answer.words());
}

/// Asserts that nothing submitted is left, neither in the submission nor in the opt-in.
async fn assert_destroyed(app: &TestApp, state: SubmissionState) {
    for row in submissions(app).await {
        assert_eq!((row.state, row.sealed), (state, None));
    }
    assert_eq!(app.count("data_key").await, 0);
    assert_eq!(app.count("contact").await, 0);
    for row in opt_ins(app).await {
        let (text, mailed_or_not) = (format!("{row:?}"), row.mail_due);
        assert!(!text.contains("ada") && !text.contains("Ada"), "{text}");
        assert!(!mailed_or_not && row.decided_at.is_some() && row.contact_id.is_none());
    }
}

// (none)

#[tokio::test(flavor = "multi_thread")]
async fn nothing_asked_a_submission_makes_one_opt_in_and_one_mail() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    ask(&app, &form, ADA).await;
    assert_eq!(states(&app).await, [OptInState::Waiting]);
    assert_eq!(submissions(&app).await[0].state, SubmissionState::Waiting);
    let row = &opt_ins(&app).await[0];
    assert_eq!(row.expires_at - row.created_at, TimeDelta::hours(72));
    assert!(row.mailed_at.is_some() && !row.mail_due);
    let mail = app.only_mail_to(ADA);
    assert_eq!(mail.link("confirm"), link_of(&app, row));
    assert!(!mail.raw.contains("List-Unsubscribe"), "nothing is subscribed yet");
    assert!(
        !says(&mail.text, "Ada") && !says(&mail.html, "Ada"),
        "nothing a visitor typed stands in the mail"
    );
    assert_eq!(app.count("contact").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn links_that_are_not_ours_show_one_page_and_change_nothing() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let link = ask(&app, &form, ADA).await;
    let row = &opt_ins(&app).await[0];
    let elsewhere = TestApp::new().await;
    let other = app.other_workspace("other").await;
    let signed = |usage, workspace: WorkspaceId, row| {
        format!("/confirm/{}", app.app.vault.sign(usage, &Link { workspace, row, extra: Vec::new() }))
    };
    let (start, mac) = link.rsplit_once('.').unwrap();
    let links = [
        "/confirm/nonsense".to_owned(),
        "/confirm/v1.a..".to_owned(),
        link[..link.len() - 1].to_owned(),
        start.to_owned(),
        format!("{link}A"),
        format!("{start}.{}", mac.chars().rev().collect::<String>()),
        link.replace("v1.a.", "v1.b."),
        link.replace("v1.a.", "v2.a."),
        format!("/confirm/v1.a.{}.{mac}", "A".repeat(300)),
        link_of(&elsewhere, row),
        signed(Use::Unsubscribe, app.workspace, row.id.0),
        signed(Use::FormTicket, app.workspace, row.id.0),
        signed(Use::Received, app.workspace, row.id.0),
        signed(Use::ConfirmOptIn, other, row.id.0),
        signed(Use::ConfirmOptIn, app.workspace, row.submission_id.0),
        signed(Use::ConfirmOptIn, app.workspace, OptInId::new().0),
    ];
    let before = (app.journal_kinds().await, opt_ins(&app).await, app.count("mailbox").await);
    let first = app.visitor().get(&links[0]).await.text;
    for link in &links {
        let id = row.id.to_string();
        for answer in [
            app.visitor().get(link).await,
            press(&app, link).await,
            app.visitor().post_form(link, &[("opt_in", &id)]).await,
            decline(&app, link).await,
            allow(&app, link).await,
        ] {
            shows(&answer, 404, UNKNOWN);
            assert_eq!(answer.text, first, "the page does not tell what exists");
        }
    }
    assert_eq!((app.journal_kinds().await, opt_ins(&app).await, app.count("mailbox").await), before);
    shows(&press(&app, &link).await, 200, "your request is confirmed");
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_changed_in_any_one_place_is_a_forgery() {
    let app = TestApp::new().await;
    let link = Link { workspace: app.workspace, row: OptInId::new().0, extra: vec![7; 8] };
    let token = app.app.vault.sign(Use::ConfirmOptIn, &link);
    assert_eq!(app.app.vault.verify(Use::ConfirmOptIn, &token), Some(link));
    for (position, here) in token.char_indices() {
        for other in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.="
            .chars()
            .filter(|other| *other != here)
        {
            let mut changed = token.clone();
            changed.replace_range(position..=position, &other.to_string());
            assert_eq!(app.app.vault.verify(Use::ConfirmOptIn, &changed), None, "{position} {other}");
        }
        assert_eq!(app.app.vault.verify(Use::ConfirmOptIn, &token[..position]), None);
    }
}

// WAITING

#[tokio::test(flavor = "multi_thread")]
async fn waiting_another_submission_stands_beside_it() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    ask(&app, &form, ADA).await;
    app.advance(TimeDelta::minutes(6));
    ask(&app, &form, ADA).await;
    assert_eq!(states(&app).await, [OptInState::Waiting, OptInState::Waiting]);
    let mails = app.mails_to(ADA);
    assert_eq!(mails.len(), 2);
    assert_ne!(mails[0].link("confirm"), mails[1].link("confirm"));
}

#[tokio::test(flavor = "multi_thread")]
async fn waiting_a_press_confirms() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let link = ask(&app, &form, ADA).await;
    shows(&press(&app, &link).await, 200, "your request is confirmed");
    assert_eq!(states(&app).await, [OptInState::Confirmed]);
    assert_eq!(app.consent_of(ADA).await, Some(ConsentState::Given));
    let row = &submissions(&app).await[0];
    assert_eq!((row.state, row.sealed.as_ref()), (SubmissionState::Accepted, None));
    app.run_jobs().await;
    assert_eq!(app.mails_to(ADA).len(), 2, "the receipt");
}

#[tokio::test(flavor = "multi_thread")]
async fn waiting_not_me_destroys_the_data_and_protects_the_mailbox() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let link = ask(&app, &form, ADA).await;
    shows(&decline(&app, &link).await, 200, "Thank you for telling us");
    assert_eq!(states(&app).await, [OptInState::Declined]);
    assert_destroyed(&app, SubmissionState::Declined).await;
    let until: Time =
        app.query("SELECT declined_until AS at FROM mailbox", vec![]).await[0].try_get("", "at").unwrap();
    assert_eq!(until, app.app.now() + TimeDelta::days(180));
    assert!(app.journal_kinds().await.contains(&"opt_in.declined".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn waiting_72_hours_later_the_data_are_destroyed_and_180_days_later_the_row() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    ask(&app, &form, ADA).await;
    app.advance(TimeDelta::hours(72) - TimeDelta::milliseconds(1));
    run_schedules(&app).await;
    assert_eq!(states(&app).await, [OptInState::Waiting], "not a moment too early");
    assert!(submissions(&app).await[0].sealed.is_some());
    app.advance(TimeDelta::minutes(5));
    run_schedules(&app).await;
    assert_eq!(states(&app).await, [OptInState::Expired]);
    assert_destroyed(&app, SubmissionState::Expired).await;
    app.advance(TimeDelta::days(179));
    run_schedules(&app).await;
    assert_eq!(app.count("opt_in").await, 1);
    app.advance(TimeDelta::days(2));
    run_schedules(&app).await;
    assert_eq!(app.count("opt_in").await, 0);
    let kinds = app.journal_kinds().await;
    assert_eq!(kinds.iter().filter(|kind| *kind == "opt_in.expired").count(), 1);
    assert_eq!(kinds.iter().filter(|kind| *kind == "opt_in.purged").count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn waiting_a_press_after_the_hour_comes_too_late_even_before_the_data_are_gone() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let link = ask(&app, &form, ADA).await;
    app.advance(TimeDelta::hours(72));
    shows(&press(&app, &link).await, 410, "This link has expired");
    shows(&decline(&app, &link).await, 410, "This link has expired");
    assert_eq!((states(&app).await, app.count("contact").await), (vec![OptInState::Waiting], 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn waiting_a_hard_bounce_ends_everything_that_waits_for_the_mailbox() {
    let server = SmtpServer::start().await;
    server.next(Script::Once);
    server.next(Script::Refuse(Verb::Rcpt, "550 5.1.1 no such user"));
    let app = TestApp::with(None, |config| server.settings(config)).await;
    let form = app.newsletter_form().await;
    let link = ask(&app, &form, ADA).await;
    app.advance(TimeDelta::minutes(6));
    app.visitor().submit(&form, ADA).await;
    app.run_jobs().await;
    assert_eq!(states(&app).await, [OptInState::Bounced, OptInState::Bounced]);
    assert_destroyed(&app, SubmissionState::Bounced).await;
    let until: Time =
        app.query("SELECT bounced_until AS at FROM mailbox", vec![]).await[0].try_get("", "at").unwrap();
    assert_eq!(until, app.app.now() + TimeDelta::days(7));
    shows(&press(&app, &link).await, 410, "This link has expired");
    assert_eq!(server.taken().len(), 1, "the one before");
}

// CONFIRMED

#[tokio::test(flavor = "multi_thread")]
async fn confirmed_nothing_new_gives_already_subscribed_within_the_caps() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, ADA).await;
    let before = app.journal_kinds().await.len();
    for wait in [0, 1, 6, 10] {
        app.advance(TimeDelta::minutes(wait));
        app.visitor().submit(&form, ADA).await;
        app.run_jobs().await;
    }
    let mails = app.mails_to(ADA);
    assert_eq!(mails.len(), 4, "question, receipt, and two of four that say: already subscribed");
    assert!(mails[2].headers["List-Unsubscribe"].contains("/unsubscribe/"));
    assert!(mails[2].text.contains("/unsubscribe/") && !mails[2].text.contains("/confirm/"));
    assert_eq!(states(&app).await, [OptInState::Confirmed]);
    assert_eq!(app.consent_of(ADA).await, Some(ConsentState::Given));
    let kinds = app.journal_kinds().await;
    assert_eq!(kinds[before..].iter().filter(|kind| *kind == "submission.already_known").count(), 4);
    assert!(
        !kinds[before..].iter().any(|kind| kind.starts_with("consent.") || kind.starts_with("contact.")),
        "{kinds:?}"
    );
    assert!(
        submissions(&app).await[1..]
            .iter()
            .all(|row| row.sealed.is_none() && row.state == SubmissionState::AlreadyKnown)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn confirmed_new_purposes_start_their_own_opt_in() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, ADA).await;
    let events = app.purpose("events", entity::LegalBasis::Consent).await;
    let offer =
        |purpose_id| accord::forms::definition::ConsentOffer { purpose_id, channel: entity::Channel::Email };
    let both = app
        .publish_in(
            app.workspace,
            crate::support::definition(vec![offer(form.newsletter), offer(events)], None),
            form.newsletter,
        )
        .await;
    let fields = [("email", ADA), ("consent", "newsletter:email"), ("consent", "events:email")];
    assert_eq!(app.visitor().submit_fields(&both, &fields).await.status, 303);
    app.run_jobs().await;
    assert_eq!(states(&app).await, [OptInState::Confirmed, OptInState::Waiting]);
    assert_eq!(app.count("consent").await, 1);
    let link = app.mails_to(ADA).last().unwrap().link("confirm");
    press(&app, &link).await;
    app.run_jobs().await;
    assert_eq!((app.count("consent").await, app.count("contact").await), (2, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn confirmed_a_second_press_shows_the_current_state_and_changes_nothing() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, ADA).await;
    let link = app.mails_to(ADA)[0].link("confirm");
    let before = app.journal().await;
    shows(&press(&app, &link).await, 200, "You have already confirmed it");
    let unsubscribe = app.mails_to(ADA)[1].link("unsubscribe");
    app.visitor().post_form(&unsubscribe, &[("scope", "all")]).await;
    let page = press(&app, &link).await;
    shows(&page, 200, "Unsubscribed since");
    assert_eq!(app.consent_of(ADA).await, Some(ConsentState::Withdrawn), "an old link lifts nothing");
    let after = app.journal().await;
    assert!(
        after[before.len()..]
            .iter()
            .all(|entry| entry.kind != "consent.given" && entry.kind != "opt_in.confirmed")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn confirmed_not_me_offers_the_withdrawal_and_changes_nothing() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, ADA).await;
    let before = app.journal().await;
    let page = decline(&app, &app.mails_to(ADA)[0].link("confirm")).await;
    shows(&page, 200, "See or change what you receive");
    assert_eq!(app.journal().await, before);
    let start = page.text.find("/preferences/").expect("a link to withdraw");
    let path: String = page.text[start..].chars().take_while(|c| *c != '"').collect();
    shows(&app.visitor().post_form(&format!("{path}/stop"), &[]).await, 200, "Everything has stopped");
    assert_eq!(app.consent_of(ADA).await, Some(ConsentState::Withdrawn));
}

// EXPIRED and BOUNCED

#[tokio::test(flavor = "multi_thread")]
async fn expired_the_page_says_so_and_one_can_ask_again() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let link = ask(&app, &form, ADA).await;
    app.advance(TimeDelta::hours(73));
    run_schedules(&app).await;
    for answer in [
        app.visitor().get(&link).await,
        press(&app, &link).await,
        decline(&app, &link).await,
        allow(&app, &link).await,
    ] {
        shows(&answer, 410, "This link has expired");
        assert!(answer.text.contains(&format!("/forms/{}", form.id)), "a link to the form");
    }
    assert_eq!((states(&app).await, app.count("contact").await), (vec![OptInState::Expired], 0));
    let again = ask(&app, &form, ADA).await;
    assert_eq!(states(&app).await, [OptInState::Expired, OptInState::Waiting]);
    assert_eq!(app.mails_to(ADA).len(), 2);
    press(&app, &again).await;
    app.run_jobs().await;
    assert_eq!(app.consent_of(ADA).await, Some(ConsentState::Given));
}

#[tokio::test(flavor = "multi_thread")]
async fn bounced_no_mail_for_a_week_and_then_one_can_ask_again() {
    let server = SmtpServer::start().await;
    server.next(Script::Refuse(Verb::Rcpt, "550 5.1.1 no such user"));
    let app = TestApp::with(None, |config| server.settings(config)).await;
    let form = app.newsletter_form().await;
    let link = ask(&app, &form, ADA).await;
    for answer in [app.visitor().get(&link).await, press(&app, &link).await, decline(&app, &link).await] {
        shows(&answer, 410, "This link has expired");
        assert!(answer.text.contains(&format!("/forms/{}", form.id)));
    }
    app.advance(TimeDelta::days(6));
    app.visitor().submit(&form, ADA).await;
    app.run_jobs().await;
    assert_eq!((states(&app).await, server.taken().len()), (vec![OptInState::Bounced], 0));
    assert_eq!(submissions(&app).await[1].state, SubmissionState::Discarded);
    assert_eq!(app.count("data_key").await, 0);
    app.advance(TimeDelta::days(2));
    ask(&app, &form, ADA).await;
    assert_eq!(states(&app).await, [OptInState::Bounced, OptInState::Waiting]);
    assert_eq!(server.taken().len(), 1);
}

// DECLINED

#[tokio::test(flavor = "multi_thread")]
async fn declined_no_mail_until_the_mailbox_allows_it_again() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let link = ask(&app, &form, ADA).await;
    decline(&app, &link).await;
    for answer in [app.visitor().get(&link).await, press(&app, &link).await, decline(&app, &link).await] {
        assert_eq!(answer.status, 200);
        assert!(answer.text.contains(&format!("action=\"{link}/allow\"")), "the button that allows again");
        assert!(!answer.text.contains("name=\"opt_in\""), "nothing to confirm");
    }
    shows(&press(&app, &link).await, 200, "You told us this was not you");
    app.advance(TimeDelta::days(1));
    app.visitor().submit(&form, ADA).await;
    app.run_jobs().await;
    assert_eq!((app.mails_to(ADA).len(), states(&app).await), (1, vec![OptInState::Declined]));
    assert_eq!(submissions(&app).await[1].state, SubmissionState::Discarded);

    let before = app.count("mailbox").await;
    app.visitor().get(&format!("{link}/allow")).await;
    app.visitor().submit(&form, ADA).await;
    app.run_jobs().await;
    assert_eq!(app.mails_to(ADA).len(), 1, "GET allows nothing");
    shows(&allow(&app, &link).await, 200, "Confirmation e-mails are allowed again");
    shows(&allow(&app, &link).await, 200, "Confirmation e-mails are allowed again");
    assert_eq!(app.count("mailbox").await, before);
    assert_eq!(app.journal_kinds().await.iter().filter(|kind| *kind == "mailbox.allowed").count(), 1);
    ask(&app, &form, ADA).await;
    assert_eq!(app.mails_to(ADA).len(), 2);
    assert_eq!(states(&app).await, [OptInState::Declined, OptInState::Waiting]);
}

#[tokio::test(flavor = "multi_thread")]
async fn declined_the_protection_ends_after_180_days() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let link = ask(&app, &form, ADA).await;
    decline(&app, &link).await;
    app.advance(TimeDelta::days(179));
    app.visitor().submit(&form, ADA).await;
    app.run_jobs().await;
    assert_eq!(app.mails_to(ADA).len(), 1);
    app.advance(TimeDelta::days(2));
    ask(&app, &form, ADA).await;
    assert_eq!(app.mails_to(ADA).len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn declined_a_mail_already_queued_is_not_sent_and_its_data_are_gone_at_once() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let link = ask(&app, &form, ADA).await;
    app.advance(TimeDelta::minutes(6));
    app.visitor().submit(&form, ADA).await;
    // The request is decided but its mail not sent yet; then the person answers the first one.
    decide(&app).await;
    decline(&app, &link).await;
    assert_eq!(states(&app).await, [OptInState::Declined, OptInState::Declined]);
    assert_destroyed(&app, SubmissionState::Declined).await;
    app.run_jobs().await;
    assert_eq!(app.mails_to(ADA).len(), 1);
}

/// Runs the only queued request, and leaves the mail that it causes in the queue.
async fn decide(app: &TestApp) {
    let run = claim(app, "request_opt_in").await;
    accord::intake::request_opt_in(&app.app, &run, &serde_json::from_str(&run.payload).unwrap())
        .await
        .unwrap();
}

async fn decline_one(app: &TestApp, link: &str, which: &opt_in::Model) -> Answer {
    app.visitor().post_form(&format!("{link}/decline"), &[("opt_in", &which.id.to_string())]).await
}

async fn declined_until(app: &TestApp) -> Option<Time> {
    let fingerprint = app.app.vault.fingerprint(app.workspace, ADA);
    let rows = app.query(
        "SELECT declined_until AS at FROM mailbox WHERE workspace_id = $1 AND fingerprint = $2",
        vec![app.workspace.into(), fingerprint.into()],
    );
    rows.await[0].try_get("", "at").unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn not_me_ends_everything_that_waits_for_the_mailbox_in_this_workspace_and_nothing_else() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let there = app.newsletter_form_in(app.other_workspace("other").await).await;
    let link = ask(&app, &form, ADA).await;
    ask(&app, &form, "grace@example.org").await;
    ask(&app, &there, ADA).await;
    ask(&app, &form, ADA).await;
    let page = decline(&app, &link).await;
    shows(&page, 200, "Thank you for telling us");
    assert!(!page.text.contains("name=\"opt_in\""), "nothing is left to answer");
    let (no, waits) = (OptInState::Declined, OptInState::Waiting);
    assert_eq!(states(&app).await, [no, waits, waits, no]);
    let sealed: Vec<bool> = submissions(&app).await.iter().map(|row| row.sealed.is_some()).collect();
    assert_eq!(
        (sealed, app.count("data_key").await),
        (vec![false, true, true, false], 2),
        "what was sent with them is destroyed at once"
    );
    let journal = app.journal().await;
    assert_eq!(journal.iter().filter(|entry| entry.kind == "opt_in.declined").count(), 2);
    for again in [link.clone(), link_of(&app, &opt_ins(&app).await[3])] {
        let page = decline(&app, &again).await;
        assert!(page.text.contains(&format!("action=\"{again}/allow\"")), "protected: {}", page.words());
    }
    assert_eq!(app.journal().await, journal, "twice is as once, behind whichever link");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_waiting_request_has_its_own_no_which_ends_that_one_and_protects_nothing() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let link = ask(&app, &form, ADA).await;
    let alone = app.visitor().get(&link).await;
    assert_eq!(
        alone.text.matches("name=\"opt_in\"").count(),
        1,
        "where there is one request, “this was not me” says no to it"
    );
    ask(&app, &form, ADA).await;
    ask(&app, &form, ADA).await;
    ask(&app, &form, "grace@example.org").await;
    let rows = opt_ins(&app).await;
    let page = app.visitor().get(&link).await;
    assert_eq!(page.words().matches("No, not this one").count(), 3);
    shows(&decline_one(&app, &link, &rows[3]).await, 404, UNKNOWN);

    let (no, waits) = (OptInState::Declined, OptInState::Waiting);
    let page = decline_one(&app, &link, &rows[1]).await;
    shows(&page, 200, "Did you ask for this?");
    assert!(
        !page.text.contains(&rows[1].id.to_string()) && page.text.contains(&rows[2].id.to_string()),
        "what is left is shown"
    );
    assert_eq!((states(&app).await, declined_until(&app).await), (vec![waits, no, waits, waits], None));
    assert_eq!(submissions(&app).await[1].sealed, None);
    let journal = app.journal().await.len();
    assert_eq!(decline_one(&app, &link, &rows[1]).await.status, 200);
    assert_eq!(app.journal().await.len(), journal, "twice is as once");

    // "No" to the request that the link was sent for: the other one stays pending and can be answered through
    // the same link.
    let page = decline_one(&app, &link, &rows[0]).await;
    shows(&page, 200, "Thank you for telling us");
    assert!(
        page.text.contains(&rows[2].id.to_string()) && !page.text.contains("/allow\""),
        "not protected: {}",
        page.words()
    );
    shows(&app.visitor().get(&link).await, 200, "Also waiting for your answer");
    let confirmed = app.visitor().post_form(&link, &[("opt_in", &rows[2].id.to_string())]).await;
    shows(&confirmed, 200, "Thank you, your request is confirmed");
    assert_eq!(states(&app).await, [no, no, OptInState::Confirmed, waits]);
    // Nothing is pending any more; “this was not me” can still block further requests to the mailbox.
    let page = decline(&app, &link).await;
    assert!(page.text.contains(&format!("action=\"{link}/allow\"")), "protected: {}", page.words());
    assert_eq!(declined_until(&app).await, Some(app.app.now() + TimeDelta::days(180)));
    assert_eq!(app.consent_of(ADA).await, Some(ConsentState::Given), "and ends nothing that was agreed to");
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn not_me_ends_what_a_flood_left_waiting_and_not_what_was_asked_after_the_mailbox_allowed_it_again() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    ask(&app, &form, ADA).await;
    let first = opt_ins(&app).await.remove(0);
    let copies = (0..449).map(|_| {
        let mut copy = first.clone().into_active_model();
        copy.id = Set(OptInId::new());
        copy.submission_id = Set(entity::SubmissionId::new());
        copy
    });
    opt_in::Entity::insert_many(copies).exec_without_returning(app.app.db()).await.unwrap();
    // The newest request's link: it is answered in the same moment, however many there are.
    let link = link_of(&app, opt_ins(&app).await.last().unwrap());
    shows(&decline(&app, &link).await, 200, "Thank you for telling us");
    assert_eq!(opt_ins(&app).await.last().unwrap().state, OptInState::Declined);
    shows(&allow(&app, &link).await, 200, "Confirmation e-mails are allowed again");
    app.advance(TimeDelta::minutes(10));
    ask(&app, &form, ADA).await;
    let mut states = states(&app).await;
    assert_eq!(states.pop(), Some(OptInState::Waiting), "asked afterwards");
    assert!(states.len() == 450 && states.iter().all(|state| *state == OptInState::Declined));
    assert_eq!(app.journal_kinds().await.iter().filter(|kind| *kind == "opt_in.declined").count(), 450);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_waited_for_its_turn_goes_out_only_if_the_mailbox_still_takes_it() {
    let set = |column: &str| format!("UPDATE mailbox SET {column} = $1 WHERE fingerprint = $2");
    let complaint = "INSERT INTO suppression (workspace_id, fingerprint, scope, reason, at, entry_id)
        SELECT workspace_id, fingerprint, 'ALL', 'COMPLAINT', $1, entry_id FROM mailbox, (SELECT entry_id FROM submission LIMIT 1) AS s
        WHERE fingerprint = $2";
    for kind in ["send_confirm_opt_in", "send_already_subscribed", "send_request_received"] {
        for change in [set("declined_until"), set("bounced_until"), complaint.to_owned()] {
            let app = TestApp::new().await;
            let form = if kind == "send_request_received" {
                app.quote_form().await
            } else {
                app.newsletter_form().await
            };
            if kind == "send_already_subscribed" {
                app.confirmed(&form, ADA).await;
            }
            let mut fields = vec![("email", ADA)];
            if kind != "send_request_received" {
                fields.push(("consent", "newsletter:email"));
            }
            app.visitor().submit_fields(&form, &fields).await;
            decide(&app).await;
            let queued = entity::job::Entity::find().all(app.app.db()).await.unwrap();
            assert_eq!(queued.iter().map(|job| job.kind.as_str()).collect::<Vec<_>>(), [kind]);
            let mails = app.mails().len();
            let until = app.app.now() + TimeDelta::days(1);
            let fingerprint = app.app.vault.fingerprint(app.workspace, ADA);
            assert_eq!(
                app.app.ledger.db.touch(&change, vec![until.into(), fingerprint.into()]).await.unwrap(),
                1
            );
            app.run_jobs().await;
            assert_eq!(app.mails().len(), mails, "{kind} {change}");
            assert_eq!(
                app.journal_kinds().await.last().map(String::as_str),
                Some("mail.withheld"),
                "{kind} {change}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_that_comes_back_ends_what_else_waits_for_the_mailbox() {
    let server = SmtpServer::start().await;
    for script in [Script::Once, Script::Once, Script::Refuse(Verb::Rcpt, "550 5.1.1 no such user")] {
        server.next(script);
    }
    let app = TestApp::with(None, |config| server.settings(config)).await;
    let form = app.newsletter_form().await;
    let link = ask(&app, &form, ADA).await;
    app.advance(TimeDelta::minutes(6));
    ask(&app, &form, ADA).await;
    press(&app, &link).await;
    app.run_jobs().await;
    assert_eq!(states(&app).await, [OptInState::Confirmed, OptInState::Bounced]);
    assert_eq!(submissions(&app).await[1].sealed, None);
}

// Caps

#[tokio::test(flavor = "multi_thread")]
async fn the_caps_are_2_mails_in_24_hours_5_minutes_apart_and_3_in_7_days() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let mut at = TimeDelta::zero();
    let plan = [
        (TimeDelta::zero(), 1, "the first"),
        (TimeDelta::minutes(3), 1, "less than 5 minutes later"),
        (TimeDelta::minutes(6), 2, "the second"),
        (TimeDelta::hours(1), 2, "two in 24 hours"),
        (TimeDelta::hours(23), 2, "still two in 24 hours"),
        (TimeDelta::hours(25), 3, "the third"),
        (TimeDelta::hours(60), 3, "three in 7 days"),
        (TimeDelta::days(6), 3, "still three in 7 days"),
        (TimeDelta::days(7) + TimeDelta::minutes(10), 4, "two of the three are over"),
    ];
    for (turn, (when, mails, why)) in plan.into_iter().enumerate() {
        app.advance(when - at);
        at = when;
        let known = app.count("opt_in").await;
        app.visitor().submit(&form, ADA).await;
        app.run_jobs().await;
        assert_eq!(app.mails_to(ADA).len(), mails, "{why} ({turn})");
        assert_eq!(
            app.count("opt_in").await,
            known + 1,
            "without a mail, too, the question stands on the page"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_caps_count_a_mailbox_by_itself_and_a_confirmation_clears_them() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    ask(&app, &form, ADA).await;
    ask(&app, &form, "grace@example.org").await;
    assert_eq!((app.mails_to(ADA).len(), app.mails_to("grace@example.org").len()), (1, 1));
    app.advance(TimeDelta::minutes(6));
    let link = ask(&app, &form, "ADA@example.org").await;
    let to_ada = || app.mails().iter().filter(|mail| mail.to.eq_ignore_ascii_case(ADA)).count();
    assert_eq!(to_ada(), 2);
    press(&app, &link).await;
    app.run_jobs().await;
    for table in ["mailbox", "instance_mailbox"] {
        assert_eq!(
            app.query(&format!("SELECT 1 AS one FROM {table} WHERE unanswered = '[]'"), vec![]).await.len(),
            1,
            "Ada's, not Grace's"
        );
    }
    app.visitor().submit(&form, ADA).await;
    app.run_jobs().await;
    assert_eq!(to_ada(), 4, "the receipt, and `already subscribed` at once");
}

#[tokio::test(flavor = "multi_thread")]
async fn over_the_instance_the_sixth_mail_in_24_hours_is_only_delayed() {
    let app = TestApp::new().await;
    let mut forms = vec![app.newsletter_form().await];
    for slug in ["b", "c", "d", "e", "f"] {
        forms.push(app.newsletter_form_in(app.other_workspace(slug).await).await);
    }
    let begun = app.app.now();
    for form in &forms {
        app.visitor().submit(form, ADA).await;
        app.run_jobs().await;
    }
    assert_eq!(app.mails_to(ADA).len(), 5);
    let waits = entity::job::Entity::find().all(app.app.db()).await.unwrap();
    assert_eq!(waits.len(), 1);
    assert!(
        waits[0].run_at >= begun + TimeDelta::hours(24) && waits[0].run_at <= begun + TimeDelta::hours(25)
    );
    app.advance(TimeDelta::hours(25));
    run_schedules(&app).await;
    let mails = app.mails_to(ADA);
    assert_eq!(mails.len(), 6);
    shows(&press(&app, &mails[5].link("confirm")).await, 200, "your request is confirmed");
    app.run_jobs().await;
}

// The page

#[tokio::test(flavor = "multi_thread")]
async fn the_page_lists_every_waiting_submission_and_a_press_confirms_only_what_it_stands_under() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let events = app.purpose("events", entity::LegalBasis::Consent).await;
    let offer =
        accord::forms::definition::ConsentOffer { purpose_id: events, channel: entity::Channel::Email };
    let second =
        app.publish_in(app.workspace, crate::support::definition(vec![offer], None), form.newsletter).await;
    let link = ask(&app, &form, ADA).await;
    app.advance(TimeDelta::minutes(6));
    let fields = [("email", ADA), ("given_name", "Mallory"), ("consent", "events:email")];
    assert_eq!(app.visitor().submit_fields(&second, &fields).await.status, 303);
    ask(&app, &form, "grace@example.org").await;
    app.run_jobs().await;

    let page = app.visitor().get(&link).await;
    for text in [
        "Ada",
        "Mallory",
        "Yes, do this (newsletter)",
        "Yes, do this (events)",
        "Also waiting for your answer",
    ] {
        shows(&page, 200, text);
    }
    assert_eq!(
        page.text.matches("name=\"opt_in\"").count(),
        4,
        "a yes and a no for each of hers, and nothing of Grace's"
    );
    let rows = opt_ins(&app).await;
    let place = |row: &opt_in::Model| page.text.find(&row.id.to_string()).expect("on the page");
    assert!(place(&rows[0]) < place(&rows[1]), "the one the link came for first");

    press(&app, &link).await;
    assert_eq!(states(&app).await, [OptInState::Confirmed, OptInState::Waiting, OptInState::Waiting]);
    assert_eq!(app.consent_of(ADA).await, Some(ConsentState::Given));
    assert_eq!(app.query("SELECT 1 AS one FROM contact WHERE given_name = 'Mallory'", vec![]).await.len(), 0);
    shows(&app.visitor().get(&link).await, 200, "Mallory");

    let other = rows[1].id.to_string();
    let page = app.visitor().post_form(&link, &[("opt_in", &other)]).await;
    assert_eq!(page.status, 200);
    assert_eq!(states(&app).await, [OptInState::Confirmed, OptInState::Confirmed, OptInState::Waiting]);
    assert_eq!(app.count("consent").await, 2);
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_link_of_one_mailbox_confirms_nothing_of_another() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let link = ask(&app, &form, ADA).await;
    ask(&app, &form, "grace@example.org").await;
    let there = app.newsletter_form_in(app.other_workspace("other").await).await;
    ask(&app, &there, ADA).await;
    let before = app.journal().await;
    for row in &opt_ins(&app).await[1..] {
        shows(&app.visitor().post_form(&link, &[("opt_in", &row.id.to_string())]).await, 404, UNKNOWN);
    }
    for nonsense in ["", "opt_in_x", "%00", &form.id.to_string()] {
        assert_eq!(app.visitor().post_form(&link, &[("opt_in", nonsense)]).await.status, 404);
    }
    assert_eq!(states(&app).await, [OptInState::Waiting; 3]);
    assert_eq!((app.journal().await, app.count("contact").await), (before, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn many_presses_at_the_same_moment_give_one_consent() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let link = ask(&app, &form, ADA).await;
    let visitor = app.visitor();
    let answers = join_all((0..8).map(|_| visitor.post_form(&link, &[]))).await;
    assert!(answers.iter().all(|answer| answer.status == 200));
    let just_now = answers
        .iter()
        .filter(|answer| answer.words().contains("Thank you, your request is confirmed"))
        .count();
    assert_eq!(just_now, 1, "one press confirmed, the others were told how things stand");
    let kinds = app.journal_kinds().await;
    for kind in ["consent.given", "opt_in.confirmed", "contact.created"] {
        assert_eq!(kinds.iter().filter(|known| *known == kind).count(), 1, "{kind}");
    }
    assert_eq!(
        (app.count("contact").await, app.count("consent").await, app.count("evidence").await),
        (1, 1, 1)
    );
    app.run_jobs().await;
    assert_eq!(app.mails_to(ADA).len(), 2, "one receipt");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_press_and_not_me_at_the_same_moment_leave_one_answer() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    for turn in 0..6 {
        let email = format!("ada{turn}@example.org");
        let link = ask(&app, &form, &email).await;
        let no = format!("{link}/decline");
        let visitor = app.visitor();
        tokio::join!(visitor.post_form(&link, &[]), visitor.post_form(&no, &[]));
        let row = opt_ins(&app).await.pop().unwrap();
        let given = app.consent_of(&email).await == Some(ConsentState::Given);
        assert!(
            matches!((row.state, given), (OptInState::Confirmed, true) | (OptInState::Declined, false)),
            "{:?} {given}",
            row.state
        );
    }
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_submissions_confirmed_at_the_same_moment_make_one_contact() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let first = ask(&app, &form, ADA).await;
    app.advance(TimeDelta::minutes(6));
    let second = ask(&app, &form, ADA).await;
    let visitor = app.visitor();
    tokio::join!(visitor.post_form(&first, &[]), visitor.post_form(&second, &[]));
    assert_eq!(states(&app).await, [OptInState::Confirmed; 2]);
    assert_eq!(
        (app.count("contact").await, app.count("contact_address").await, app.count("consent").await),
        (1, 1, 1)
    );
    app.run_jobs().await;
}

// What a confirmation writes

/// Field → (proven, source) of the newest provenance.
async fn provenance(app: &TestApp) -> std::collections::BTreeMap<String, (bool, String)> {
    let mut rows = entity::provenance::Entity::find().all(app.app.db()).await.unwrap();
    rows.sort_by_key(|row| row.id);
    rows.into_iter().map(|row| (row.field, (row.proven, row.source))).collect()
}

async fn contact(app: &TestApp) -> entity::contact::Model {
    let mut rows = entity::contact::Entity::find().all(app.app.db()).await.unwrap();
    assert_eq!(rows.len(), 1);
    rows.remove(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_7_every_value_says_where_it_comes_from() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let fields =
        [("email", ADA), ("given_name", "Ada"), ("note", "Hello\nthere"), ("consent", "newsletter:email")];
    app.visitor().submit_fields(&form, &fields).await;
    app.run_jobs().await;
    press(&app, &app.only_mail_to(ADA).link("confirm")).await;
    app.run_jobs().await;
    let proven = (true, form.version.to_string());
    let known = provenance(&app).await;
    assert_eq!(known.keys().collect::<Vec<_>>(), ["custom.note", "email", "given_name"]);
    assert!(known.values().all(|value| *value == proven), "{known:?}");
    let contact = contact(&app).await;
    assert_eq!(
        (contact.given_name.as_str(), contact.custom.as_str()),
        ("Ada", "{\"note\":\"Hello\\nthere\"}")
    );
    let rows = entity::provenance::Entity::find().all(app.app.db()).await.unwrap();
    let entries = app.journal().await;
    for row in rows {
        let entry =
            entries.iter().find(|entry| entry.id == row.entry_id).expect("its entry is in the journal");
        assert_eq!((row.actor, row.at), (contact.id.to_string(), entry.at));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_confirmed_value_fills_blanks_and_replaces_unverified_ones_only() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let send = async |fields: &[(&str, &str)]| {
        app.advance(TimeDelta::days(8));
        let mut all = vec![("email", ADA), ("consent", "newsletter:email")];
        all.extend_from_slice(fields);
        app.visitor().submit_fields(&form, &all).await;
        app.run_jobs().await;
        if let Some(row) = opt_ins(&app).await.into_iter().find(|row| row.state == OptInState::Waiting) {
            press(&app, &link_of(&app, &row)).await;
        }
        app.run_jobs().await;
    };
    let withdraw = async || {
        let contact = contact(&app).await.id;
        let link = accord::consent::unsubscribe_link(&app.app, app.workspace, contact, None);
        let path = &link[link.find("/unsubscribe/").unwrap()..];
        app.visitor().post_form(path, &[("scope", "all")]).await;
    };
    send(&[]).await;
    assert_eq!(contact(&app).await.given_name, "");
    withdraw().await;
    send(&[("given_name", "Ada")]).await;
    assert_eq!(contact(&app).await.given_name, "Ada", "a blank is filled");
    withdraw().await;
    send(&[("given_name", "Mallory")]).await;
    assert_eq!(contact(&app).await.given_name, "Ada", "what the mailbox proved before stays");
    let activities = entity::activity::Entity::find().all(app.app.db()).await.unwrap();
    assert_eq!(activities.len(), 1);
    assert!(activities[0].body.contains("Mallory"));

    // As an import leaves it: an unproven value. And one that staff set.
    let id = contact(&app).await.id;
    set_value(&app, id, "given_name", "Imported", "import", false).await;
    withdraw().await;
    send(&[("given_name", "Ada")]).await;
    assert_eq!(contact(&app).await.given_name, "Ada", "an unverified value is replaced");
    set_value(&app, id, "given_name", "Adeline", "staff", true).await;
    withdraw().await;
    send(&[("given_name", "Ada")]).await;
    assert_eq!(contact(&app).await.given_name, "Adeline", "what staff set stays");
    assert_eq!(app.count("activity").await, 2);
}

async fn set_value(
    app: &TestApp,
    contact: entity::ContactId,
    field: &str,
    value: &str,
    source: &str,
    proven: bool,
) {
    let text = format!("UPDATE contact SET {field} = $1 WHERE id = $2");
    app.app.ledger.db.touch(&text, vec![value.into(), contact.into()]).await.unwrap();
    let row = entity::provenance::ActiveModel {
        workspace_id: sea_orm::ActiveValue::Set(app.workspace),
        id: sea_orm::ActiveValue::Set(entity::ProvenanceId::new()),
        entity: sea_orm::ActiveValue::Set(entity::EntityKind::Contact),
        row_id: sea_orm::ActiveValue::Set(contact.0),
        field: sea_orm::ActiveValue::Set(field.to_owned()),
        source: sea_orm::ActiveValue::Set(source.to_owned()),
        proven: sea_orm::ActiveValue::Set(proven),
        actor: sea_orm::ActiveValue::Set("operator".to_owned()),
        at: sea_orm::ActiveValue::Set(app.app.now()),
        entry_id: sea_orm::ActiveValue::Set(entity::EntryId::new()),
    };
    let tx = app.app.ledger.db.begin().await.unwrap();
    entity::provenance::Entity::insert(row).exec_without_returning(tx.connection()).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_on_another_basis_is_unverified_until_the_mailbox_confirms_the_same() {
    let app = TestApp::new().await;
    let form = app.quote_form().await;
    app.visitor()
        .submit_fields(&form, &[("email", ADA), ("given_name", "Ada"), ("consent", "newsletter:email")])
        .await;
    app.run_jobs().await;
    assert_eq!(provenance(&app).await["given_name"], (false, form.version.to_string()));
    assert_eq!(app.consent_of(ADA).await, None, "the consent on the same form still waits for the mailbox");
    press(&app, &app.only_mail_to(ADA).link("confirm")).await;
    app.run_jobs().await;
    assert_eq!(app.consent_of(ADA).await, Some(ConsentState::Given));
    assert_eq!(
        provenance(&app).await["given_name"],
        (true, form.version.to_string()),
        "the mailbox has confirmed this very value"
    );
    assert!(provenance(&app).await["email"].0);
    // Now it is proven, and a later form does not replace it.
    app.visitor().submit_fields(&form, &[("email", ADA), ("given_name", "Mallory")]).await;
    app.run_jobs().await;
    assert_eq!(contact(&app).await.given_name, "Ada");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sealed_opens_only_in_its_own_row() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let link = ask(&app, &form, ADA).await;
    ask(&app, &form, "grace@example.org").await;
    let rows = submissions(&app).await;
    assert!(asked::open(app.app.db(), &app.app.vault, &rows[0]).await.is_ok());
    let move_to = "UPDATE submission SET sealed = $2, data_key_id = $3 WHERE id = $1";
    app.app
        .ledger
        .db
        .touch(move_to, vec![rows[0].id.into(), rows[1].sealed.clone().into(), rows[1].data_key_id.into()])
        .await
        .unwrap();
    let moved = submissions(&app).await.remove(0);
    assert!(asked::open(app.app.db(), &app.app.vault, &moved).await.is_err());
    assert_eq!(app.visitor().get(&link).await.status, 500);
    assert_eq!(press(&app, &link).await.status, 500);
    assert_eq!((app.count("contact").await, states(&app).await), (0, vec![OptInState::Waiting; 2]));
}

/// Claims the only due job of this kind, as a worker does.
async fn claim(app: &TestApp, kind: &str) -> Run {
    let mut jobs = entity::job::Entity::find().all(app.app.db()).await.unwrap();
    jobs.retain(|job| job.kind == kind);
    assert_eq!(jobs.len(), 1, "{kind}");
    let job = jobs.remove(0);
    let lease = "a test's".to_owned();
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
