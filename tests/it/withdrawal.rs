//! Withdrawal: by page, with one click, by staff; its effect on use; and that only the mailbox itself can
//! undo it.

use accord::{
    consent::{
        Usability, archive_purpose, may_use, revoke_consent,
        state::{self, Act},
        unsubscribe_link, withdraw_consent,
    },
    error::Error,
    forms::definition::ConsentOffer,
    jobs,
    link_uses::Use,
    platform::{actor::Actor, keys::random, vault::rotate},
};
use chrono::TimeDelta;
use entity::{
    ApiKeyId, Channel, ConsentId, ConsentState, ContactAddressId, ContactId, EntryId, LegalBasis, PurposeId,
    RevocationReason, Role, SuppressionReason, WithdrawalReason, consent, contact, contact_address, mailbox,
    suppression,
};
use sea_orm::{ActiveValue::Set, EntityTrait, IntoActiveModel};
use serde_json::json;

use crate::support::{Answer, TestApp, TestForm, definition};

const ADA: &str = "ada@example.org";

async fn contact_of(app: &TestApp, email: &str) -> ContactId {
    let rows = contact_address::Entity::find().all(app.app.db()).await.unwrap();
    rows.into_iter().find(|row| row.email == email).expect("a contact").contact_id
}

async fn consents(app: &TestApp) -> Vec<consent::Model> {
    let mut rows = consent::Entity::find().all(app.app.db()).await.unwrap();
    rows.sort_by_key(|row| row.id);
    rows
}

async fn state_of(app: &TestApp, purpose: PurposeId) -> Option<ConsentState> {
    consents(app).await.into_iter().find(|row| row.purpose_id == purpose).map(|row| row.state)
}

/// The path of this contact's unsubscribe link.
async fn link_for(app: &TestApp, email: &str, purpose: Option<PurposeId>) -> String {
    let link = unsubscribe_link(&app.app, app.workspace, contact_of(app, email).await, purpose);
    link[link.find("/unsubscribe/").unwrap()..].to_owned()
}

/// A form that offers newsletter and events by mail, and events by phone.
async fn two_purposes(app: &TestApp) -> (TestForm, PurposeId) {
    let newsletter = app.purpose("newsletter", LegalBasis::Consent).await;
    let events = app.purpose("events", LegalBasis::Consent).await;
    let offers = [(newsletter, Channel::Email), (events, Channel::Email), (events, Channel::Phone)];
    let offers =
        offers.into_iter().map(|(purpose_id, channel)| ConsentOffer { purpose_id, channel }).collect();
    (app.publish_in(app.workspace, definition(offers, None), newsletter).await, events)
}

const BOTH: [&str; 3] = ["newsletter:email", "events:email", "events:phone"];

/// Submits with these boxes ticked and clicks the button in the mail.
async fn confirm(app: &TestApp, form: &TestForm, email: &str, ticked: &[&str]) {
    let link = ask(app, form, email, ticked).await;
    assert_eq!(app.visitor().post_form(&link, &[]).await.status, 200);
    app.run_jobs().await;
}

async fn ask(app: &TestApp, form: &TestForm, email: &str, ticked: &[&str]) -> String {
    let known = app.mails_to(email).len();
    let mut fields = vec![("email", email)];
    if ticked.iter().any(|key| key.ends_with(":phone")) {
        fields.push(("phone", "+33 1 99 00 12 34"));
    }
    fields.extend(ticked.iter().map(|key| ("consent", *key)));
    assert_eq!(app.visitor().submit_fields(form, &fields).await.status, 303);
    app.run_jobs().await;
    let mails = app.mails_to(email);
    assert_eq!(mails.len(), known + 1, "a question");
    mails.last().unwrap().link("confirm")
}

fn shows(answer: &Answer, text: &str) {
    assert_eq!(answer.status, 200, "{}", answer.words());
    assert!(answer.words().contains(text), "no {text:?} in: {}", answer.words());
}

async fn one_click(app: &TestApp, path: &str) -> Answer {
    app.visitor().post_form(path, &[("List-Unsubscribe", "One-Click")]).await
}

async fn one_click_multipart(app: &TestApp, path: &str) -> Answer {
    let body =
        "--b\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--b--\r\n";
    app.visitor()
        .header("content-type", "multipart/form-data; boundary=b")
        .send("POST", path, body.as_bytes().to_vec())
        .await
}

// By the person

#[tokio::test(flavor = "multi_thread")]
async fn the_page_shows_what_one_agreed_to_and_each_button_stops_exactly_that() {
    let app = TestApp::new().await;
    let (form, events) = two_purposes(&app).await;
    confirm(&app, &form, ADA, &BOTH).await;
    let path = app.mails_to(ADA).last().unwrap().link("unsubscribe");
    let page = app.visitor().get(&path).await;
    for text in [
        "What would you like to unsubscribe from?",
        "Purpose newsletter",
        "Purpose events",
        "Yes, do this (events)",
        "by phone",
        "Subscribed",
    ] {
        shows(&page, text);
    }
    for key in BOTH {
        assert!(page.text.contains(&format!("value=\"{key}\"")), "a button for {key}");
    }
    let page = app.visitor().post_form(&path, &[("scope", "events:email")]).await;
    shows(&page, "You will no longer receive:");
    shows(&page, "You will still receive:");
    let standing: Vec<_> = consents(&app)
        .await
        .into_iter()
        .filter(|row| row.state == ConsentState::Given)
        .map(|row| (row.purpose_id, row.channel))
        .collect();
    assert_eq!(standing.len(), 2);
    assert!(!standing.contains(&(events, Channel::Email)) && standing.contains(&(events, Channel::Phone)));
    let page = app.visitor().get(&path).await;
    shows(&page, "Unsubscribed since");
    assert!(!page.text.contains("value=\"events:email\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn stop_everything_stops_everything_and_leaves_fingerprints() {
    let app = TestApp::new().await;
    let (form, _) = two_purposes(&app).await;
    confirm(&app, &form, ADA, &BOTH).await;
    confirm(&app, &form, "grace@example.org", &["newsletter:email"]).await;
    let path = link_for(&app, ADA, None).await;
    app.advance(TimeDelta::seconds(1));
    shows(
        &app.visitor().post_form(&path, &[("scope", "all")]).await,
        "You will not receive any of our messages",
    );
    let ada = contact_of(&app, ADA).await;
    for row in consents(&app).await {
        assert_eq!(row.state == ConsentState::Withdrawn, row.contact_id == ada, "hers, and nobody else's");
    }
    let rows = suppression::Entity::find().all(app.app.db()).await.unwrap();
    assert_eq!(rows.len(), 4, "three consents and ALL");
    let fingerprint = app.app.vault.fingerprint(app.workspace, ADA);
    assert!(
        rows.iter().all(|row| row.fingerprint == fingerprint && row.reason == SuppressionReason::Withdrawn)
    );
    let entry = app.journal().await.into_iter().find(|entry| entry.kind == "consent.withdrawn").unwrap();
    assert_eq!((entry.actor, entry.subject), (ada.to_string(), Some(ada.to_string())));
    let row = contact::Entity::find_by_id((app.workspace, ada)).one(app.app.db()).await.unwrap().unwrap();
    assert_eq!(row.last_contact_at, Some(app.app.now()), "it came from the person");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_click_works_urlencoded_and_multipart() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    for (email, multipart) in [(ADA, false), ("grace@example.org", true)] {
        app.confirmed(&form, email).await;
        let receipt = app.mails_to(email).pop().unwrap();
        assert_eq!(receipt.headers["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click");
        let header = receipt.headers["List-Unsubscribe"].split_whitespace().collect::<String>();
        let url = header.strip_prefix('<').and_then(|text| text.strip_suffix('>')).expect("one address");
        let path = url.strip_prefix("http://localhost:8080").expect("ours");
        let answer =
            if multipart { one_click_multipart(&app, path).await } else { one_click(&app, path).await };
        assert_eq!((answer.status, answer.header("set-cookie"), answer.header("location")), (200, "", ""));
        assert_eq!(app.consent_of(email).await, Some(ConsentState::Withdrawn));
    }
    let entries = app.journal().await;
    let withdrawn: Vec<_> = entries.iter().filter(|entry| entry.kind == "consent.withdrawn").collect();
    assert_eq!(withdrawn.len(), 2);
    assert!(withdrawn.iter().all(|entry| entry.bytes.contains("\"method\":\"one_click\"")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_press_waits_for_nobody_and_has_a_budget_of_its_link() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, "ada@example.org").await;
    app.confirmed(&form, "bob@example.org").await;
    let (ada, bob) =
        (link_for(&app, "ada@example.org", None).await, link_for(&app, "bob@example.org", None).await);
    assert_eq!(one_click(&app, &ada).await.status, 200);
    let journal = app.journal().await.len();
    // Another node holds the lock on the mailbox, and on SQLite the only write connection.
    let other = app.second_node().await;
    let work = other.begin(app.workspace, Actor::System).await.unwrap();
    accord::consent::mailbox::lock(&work, &other.vault.fingerprint(app.workspace, "ada@example.org"))
        .await
        .unwrap();
    for _ in 1..30 {
        let again = tokio::time::timeout(std::time::Duration::from_secs(5), one_click(&app, &ada)).await;
        assert_eq!(again.expect("what is stopped already is only read").status, 200);
    }
    drop(work);
    other.ledger.db.close().await;
    let over = one_click(&app, &ada).await;
    assert_eq!(over.status, 429);
    assert!(!over.header("retry-after").is_empty());
    assert_eq!(app.journal().await.len(), journal);
    // Mail providers send the one-click requests of many people from one network, so each link has its own
    // budget.
    assert_eq!(one_click(&app, &bob).await.status, 200);
    assert_eq!(app.consent_of("bob@example.org").await, Some(ConsentState::Withdrawn));
    assert_eq!(one_click(&app, "/unsubscribe/nonsense").await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_click_stops_what_its_mail_was_about() {
    let app = TestApp::new().await;
    let (form, events) = two_purposes(&app).await;
    confirm(&app, &form, ADA, &BOTH).await;
    let path = link_for(&app, ADA, Some(events)).await;
    assert_eq!(one_click(&app, &path).await.status, 200);
    assert_eq!(state_of(&app, form.newsletter).await, Some(ConsentState::Given));
    assert!(
        consents(&app)
            .await
            .iter()
            .all(|row| (row.purpose_id == events) == (row.state == ConsentState::Withdrawn)),
        "by every channel"
    );
    let everything = app.mails_to(ADA).pop().unwrap().link("unsubscribe");
    assert_eq!(one_click(&app, &everything).await.status, 200);
    assert!(
        consents(&app).await.iter().all(|row| row.state == ConsentState::Withdrawn),
        "the receipt was about all three"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn when_nothing_is_left_to_stop_the_page_says_so_and_offers_no_button() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, ADA).await;
    let path = app.mails_to(ADA)[1].link("unsubscribe");
    let offers = |page: &str| page.contains("name=\"scope\" value=\"all\"");
    let before = app.visitor().get(&path).await;
    assert!(
        offers(&before.text) && before.words().contains("What would you like to unsubscribe from?"),
        "{}",
        before.words()
    );
    app.visitor().post_form(&path, &[("scope", "newsletter:email")]).await;
    assert!(offers(&app.visitor().get(&path).await.text), "one thing stopped is not everything");
    app.visitor().post_form(&path, &[("scope", "all")]).await;
    let after = app.visitor().get(&path).await;
    assert!(
        !after.text.contains("<button") && after.words().contains("You are not subscribed to anything"),
        "{}",
        after.words()
    );
    assert!(after.words().contains("Unsubscribed since"), "what there was is still shown: {}", after.words());
    // After a new subscription there is something to stop again.
    app.confirmed(&form, ADA).await;
    assert!(offers(&app.visitor().get(&path).await.text));
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_2_opening_the_link_stops_nothing() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, ADA).await;
    let path = app.mails_to(ADA)[1].link("unsubscribe");
    let before = app.journal().await;
    for query in ["", "?scope=all", "?List-Unsubscribe=One-Click"] {
        assert_eq!(app.visitor().get(&format!("{path}{query}")).await.status, 200);
        assert_eq!(app.visitor().send("HEAD", &format!("{path}{query}"), Vec::new()).await.status, 200);
    }
    for (method, status) in [("PUT", 405), ("DELETE", 405)] {
        assert_eq!(app.visitor().send(method, &path, Vec::new()).await.status, status);
    }
    for fields in [
        &[][..],
        &[("scope", "")],
        &[("scope", "nonsense")],
        &[("scope", "newsletter:pigeon")],
        &[("scope", "unknown:email")],
        &[("x", "all")],
    ] {
        assert_eq!(app.visitor().post_form(&path, fields).await.status, 404, "{fields:?}");
    }
    assert_eq!((app.journal().await, app.consent_of(ADA).await), (before, Some(ConsentState::Given)));
    assert_eq!(app.count("suppression").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeat_changes_nothing_and_says_so() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, ADA).await;
    let path = app.mails_to(ADA)[1].link("unsubscribe");
    shows(&app.visitor().post_form(&path, &[("scope", "newsletter:email")]).await, "You are unsubscribed");
    let (journal, rows) = (app.journal().await, consents(&app).await);
    app.advance(TimeDelta::hours(1));
    let again = app.visitor().post_form(&path, &[("scope", "newsletter:email")]).await;
    shows(&again, "You were already unsubscribed");
    assert!(!again.words().contains("You will no longer receive:"));
    assert_eq!(one_click(&app, &path).await.status, 200);
    assert_eq!((app.journal().await, consents(&app).await), (journal, rows));
    shows(&app.visitor().post_form(&path, &[("scope", "all")]).await, "You had already unsubscribed from:");
    let journal = app.journal().await;
    app.visitor().post_form(&path, &[("scope", "all")]).await;
    assert_eq!(app.journal().await, journal);
}

#[tokio::test(flavor = "multi_thread")]
async fn stop_links_that_are_not_ours_stop_nothing() {
    use accord::platform::tokens::Link;
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, ADA).await;
    let contact = contact_of(&app, ADA).await;
    let other = app.other_workspace("other").await;
    let signed =
        |usage, workspace, row| app.app.vault.sign(usage, &Link { workspace, row, extra: Vec::new() });
    let good = signed(Use::Unsubscribe, app.workspace, contact.0);
    let tokens = [
        "x".to_owned(),
        good[..good.len() - 2].to_owned(),
        signed(Use::ConfirmOptIn, app.workspace, contact.0),
        signed(Use::Unsubscribe, other, contact.0),
        signed(Use::Unsubscribe, app.workspace, ContactId::new().0),
    ];
    for token in tokens {
        let path = format!("/unsubscribe/{token}");
        assert_eq!(app.visitor().get(&path).await.status, 404);
        assert_eq!(app.visitor().post_form(&path, &[("scope", "all")]).await.status, 404);
        assert_eq!(one_click(&app, &path).await.status, 404);
    }
    assert_eq!(app.consent_of(ADA).await, Some(ConsentState::Given));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_link_outlives_its_key_and_a_confirm_link_does_not() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, ADA).await;
    let (confirm, stop) = (app.mails_to(ADA)[0].link("confirm"), app.mails_to(ADA)[1].link("unsubscribe"));
    rotate(&app.app.ledger.db, &app.app.config.secret_keys, true, app.app.now()).await.unwrap();
    let reload = async || {
        app.app.vault.reload(&app.app.ledger.db, &app.app.config.secret_keys, app.app.now()).await.unwrap();
    };
    reload().await;
    app.advance(TimeDelta::days(13));
    reload().await;
    shows(&app.visitor().post_form(&confirm, &[]).await, "You have already confirmed it");
    app.advance(TimeDelta::days(2));
    reload().await;
    assert_eq!(app.visitor().get(&confirm).await.status, 404);
    assert_eq!(app.visitor().post_form(&confirm, &[]).await.status, 404);
    app.advance(TimeDelta::days(300));
    reload().await;
    shows(&app.visitor().get(&stop).await, "What would you like to unsubscribe from?");
    assert_eq!(one_click(&app, &stop).await.status, 200);
    assert_eq!(app.consent_of(ADA).await, Some(ConsentState::Withdrawn));
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_5_a_withdrawal_wins() {
    let app = TestApp::new().await;
    let (form, events) = two_purposes(&app).await;
    confirm(&app, &form, ADA, &BOTH).await;
    let stop = link_for(&app, ADA, None).await;
    app.advance(TimeDelta::minutes(10));
    app.visitor().post_form(&stop, &[("scope", "all")]).await;
    let (withdrawn, suppressions) = (consents(&app).await, app.count("suppression").await);

    // Submitted again, by anybody: a confirmation mail is sent and nothing changes, however often its link is
    // opened.
    app.advance(TimeDelta::days(1));
    let link = ask(&app, &form, ADA, &["newsletter:email"]).await;
    app.visitor().get(&link).await;
    assert_eq!((consents(&app).await, app.count("suppression").await), (withdrawn, suppressions));
    let ada = contact_of(&app, ADA).await;
    let usable = async |purpose| {
        may_use(&app.app, app.workspace, purpose, Channel::Email, &[ada]).await.unwrap()[&ada]
    };
    assert_eq!(usable(form.newsletter).await, Usability::Withdrawn);

    // Confirmed from the mailbox: exactly what the request names comes back.
    app.visitor().post_form(&link, &[]).await;
    app.run_jobs().await;
    assert_eq!(
        (usable(form.newsletter).await, usable(events).await),
        (Usability::Usable, Usability::Withdrawn)
    );
    let lifted = state::scope(form.newsletter, Channel::Email);
    let rows = suppression::Entity::find().all(app.app.db()).await.unwrap();
    assert_eq!(rows.len(), 3);
    assert!(rows.iter().all(|row| row.scope != lifted));
    let new = app.purpose("later", LegalBasis::Consent).await;
    assert_eq!(usable(new).await, Usability::Suppressed, "everything else stays stopped");

    // A link mailed before a withdrawal proves nothing newer.
    app.advance(TimeDelta::hours(1));
    app.visitor().post_form(&stop, &[("scope", "newsletter:email")]).await;
    app.visitor().post_form(&link, &[]).await;
    assert_eq!(
        usable(form.newsletter).await,
        Usability::Withdrawn,
        "a pressed button of yesterday lifts nothing today"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_5_a_complaint_is_final() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, ADA).await;
    let fingerprint = app.app.vault.fingerprint(app.workspace, ADA);
    suppress(&app, fingerprint, "ALL", SuppressionReason::Complaint).await;
    app.visitor().post_form(&link_for(&app, ADA, None).await, &[("scope", "all")]).await;
    app.advance(TimeDelta::days(30));
    let known = app.mails_to(ADA).len();
    app.visitor().submit(&form, ADA).await;
    app.run_jobs().await;
    assert_eq!(app.mails_to(ADA).len(), known, "no mail at all");
    assert_eq!(app.count("opt_in").await, 1);
}

// By staff

#[tokio::test(flavor = "multi_thread")]
async fn staff_record_a_withdrawal_with_its_reason_if_they_have_the_right() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, ADA).await;
    let id = consents(&app).await[0].id;
    let other = app.other_workspace("other").await;
    let act = async |role, workspace, id, reason| {
        withdraw_consent(&app.app, workspace, Actor::ApiKey(ApiKeyId::new(), role), id, reason).await
    };
    assert!(matches!(
        act(Role::Reader, app.workspace, id, WithdrawalReason::ToldByPhone).await,
        Err(Error::Forbidden)
    ));
    assert!(matches!(act(Role::Sales, other, id, WithdrawalReason::ToldByPhone).await, Err(Error::NotFound)));
    assert!(matches!(
        act(Role::Sales, app.workspace, ConsentId::new(), WithdrawalReason::ToldByPhone).await,
        Err(Error::NotFound)
    ));
    assert_eq!(app.consent_of(ADA).await, Some(ConsentState::Given));
    let row = act(Role::Sales, app.workspace, id, WithdrawalReason::ToldByPhone).await.unwrap();
    assert_eq!(row.state, ConsentState::Withdrawn);
    let journal = app.journal().await;
    let entry = journal.iter().find(|entry| entry.kind == "consent.withdrawn").unwrap();
    assert!(
        entry.bytes.contains("\"reason\":\"TOLD_BY_PHONE\"") && entry.bytes.contains("\"method\":\"staff\""),
        "{}",
        entry.bytes
    );
    assert!(entry.actor.starts_with("api_key_"), "{}", entry.actor);
    app.advance(TimeDelta::hours(1));
    assert_eq!(
        act(Role::Owner, app.workspace, id, WithdrawalReason::Objection).await.unwrap(),
        row,
        "the first no keeps its time"
    );
    assert_eq!(app.journal().await.len(), journal.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_objection_is_kept_as_one() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, ADA).await;
    let id = consents(&app).await[0].id;
    withdraw_consent(&app.app, app.workspace, Actor::Operator, id, WithdrawalReason::Objection)
        .await
        .unwrap();
    let rows = suppression::Entity::find().all(app.app.db()).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.reason).collect::<Vec<_>>(), [SuppressionReason::Objected]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_controller_revokes_with_a_reason_and_only_with_the_right() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, ADA).await;
    let id = consents(&app).await[0].id;
    let act = async |role| {
        revoke_consent(
            &app.app,
            app.workspace,
            Actor::ApiKey(ApiKeyId::new(), role),
            id,
            RevocationReason::ProofInsufficient,
        )
        .await
    };
    for role in [Role::Reader, Role::Sales, Role::Marketing] {
        assert!(matches!(act(role).await, Err(Error::Forbidden)), "{role}");
    }
    assert_eq!(act(Role::Dpo).await.unwrap().state, ConsentState::Revoked);
    let journal = app.journal().await;
    assert!(journal.last().unwrap().bytes.contains("\"reason\":\"PROOF_INSUFFICIENT\""));
    assert_eq!(act(Role::Dpo).await.unwrap().state, ConsentState::Revoked);
    assert_eq!(app.journal().await.len(), journal.len());
    assert_eq!(app.count("suppression").await, 0, "the person said nothing");
    app.advance(TimeDelta::days(1));
    app.confirmed(&form, ADA).await;
    assert_eq!(app.consent_of(ADA).await, Some(ConsentState::Given), "the mailbox may say yes again");
}

// Effect on use

async fn suppress(app: &TestApp, fingerprint: Vec<u8>, scope: &str, reason: SuppressionReason) {
    let row = suppression::ActiveModel {
        workspace_id: Set(app.workspace),
        fingerprint: Set(fingerprint),
        scope: Set(scope.to_owned()),
        reason: Set(reason),
        at: Set(app.app.now()),
        entry_id: Set(EntryId::new()),
    };
    let tx = app.app.ledger.db.begin().await.unwrap();
    suppression::Entity::insert(row).exec_without_returning(tx.connection()).await.unwrap();
    tx.commit().await.unwrap();
}

/// What happens to a confirmed contact before we check whether they may be written to.
#[derive(Clone, Copy, Debug)]
enum Event {
    Nothing,
    Restricted,
    Complaint,
    Stopped,
    StoppedEverything,
    State(ConsentState),
    OtherAddress,
    NoAddress,
    Unverified,
    Bounced,
    BouncedLongAgo,
    ValidityOver,
}

async fn happen(app: &TestApp, event: Event, contact: ContactId, purpose: PurposeId) {
    let rows = contact_address::Entity::find().all(app.app.db()).await.unwrap();
    let address = rows.into_iter().find(|row| row.contact_id == contact).unwrap();
    let db = &app.app.ledger.db;
    let now = app.app.now();
    match event {
        Event::Nothing => {}
        Event::Restricted => {
            db.touch("UPDATE contact SET restricted_at = $2 WHERE id = $1", vec![contact.into(), now.into()])
                .await
                .unwrap();
        }
        Event::Complaint => suppress(app, address.fingerprint, "ALL", SuppressionReason::Complaint).await,
        Event::Stopped | Event::StoppedEverything => {
            let scope = if matches!(event, Event::Stopped) { "newsletter:email" } else { "all" };
            let path = link_for(app, &address.email, None).await;
            assert_eq!(app.visitor().post_form(&path, &[("scope", scope)]).await.status, 200);
        }
        Event::State(state) => {
            let text = "UPDATE consent SET state = $3 WHERE contact_id = $1 AND purpose_id = $2";
            db.touch(text, vec![contact.into(), purpose.into(), state.into()]).await.unwrap();
        }
        Event::OtherAddress => {
            let id = ContactAddressId::new();
            let mut row = address.clone().into_active_model();
            row.id = Set(id);
            row.email = Set(format!("new.{}", address.email));
            row.email_key = Set(format!("new.{}", address.email_key));
            row.fingerprint = Set(random::<32>().to_vec());
            let tx = db.begin().await.unwrap();
            contact_address::Entity::insert(row).exec_without_returning(tx.connection()).await.unwrap();
            tx.commit().await.unwrap();
            db.touch(
                "UPDATE contact SET primary_address_id = $2 WHERE id = $1",
                vec![contact.into(), id.into()],
            )
            .await
            .unwrap();
        }
        Event::NoAddress => {
            db.touch("UPDATE contact SET primary_address_id = NULL WHERE id = $1", vec![contact.into()])
                .await
                .unwrap();
        }
        Event::Unverified => {
            db.touch("UPDATE contact_address SET verified_at = NULL WHERE id = $1", vec![address.id.into()])
                .await
                .unwrap();
        }
        Event::Bounced | Event::BouncedLongAgo => {
            let until = if matches!(event, Event::Bounced) { now + TimeDelta::days(1) } else { now };
            let mut row = mailbox::Entity::find_by_id((app.workspace, address.fingerprint))
                .one(app.app.db())
                .await
                .unwrap()
                .unwrap()
                .into_active_model();
            row.bounced_until = Set(Some(until));
            let tx = db.begin().await.unwrap();
            mailbox::Entity::update(row).exec(tx.connection()).await.unwrap();
            tx.commit().await.unwrap();
        }
        Event::ValidityOver => {
            db.touch(
                "UPDATE consent SET expires_at = $2 WHERE contact_id = $1",
                vec![contact.into(), now.into()],
            )
            .await
            .unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_purpose_that_is_taken_up_again_finds_the_consents_that_still_stand() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, "ada@example.org").await;
    app.confirmed(&form, "eve@example.org").await;
    let client = app.api_key(Role::Dpo).await;
    let (ada, eve) = (contact_of(&app, "ada@example.org").await, contact_of(&app, "eve@example.org").await);
    archive_purpose(&app.app, app.workspace, Actor::Operator, form.newsletter).await.unwrap();
    let usable = async |contact| {
        may_use(&app.app, app.workspace, form.newsletter, Channel::Email, &[contact]).await.unwrap()[&contact]
    };
    assert_eq!(usable(ada).await, Usability::PurposeEnded);
    let link = link_for(&app, "eve@example.org", Some(form.newsletter)).await;
    one_click(&app, &link).await;
    let restore = "mutation($id: ID!) { restorePurpose(input: { purposeId: $id }) { purpose { archivedAt } userErrors { code field } } }";
    for _ in 0..2 {
        let back =
            client.gql(restore, json!({ "id": form.newsletter.to_string() })).await["restorePurpose"].clone();
        assert_eq!((&back["userErrors"], back["purpose"]["archivedAt"].is_null()), (&json!([]), true));
    }
    assert_eq!(app.journal_kinds().await.iter().filter(|kind| *kind == "purpose.restored").count(), 1);
    assert_eq!(usable(ada).await, Usability::Usable);
    assert_eq!(usable(eve).await, Usability::Withdrawn, "a withdrawal wins");
}

#[tokio::test(flavor = "multi_thread")]
async fn whether_we_may_use_a_contact_has_one_answer_and_one_reason() {
    use Usability as U;
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let newsletter = form.newsletter;
    let never = app.purpose("never", LegalBasis::Consent).await;
    let quote = app.purpose("quote", LegalBasis::Contract).await;
    let over = app.purpose("over", LegalBasis::Consent).await;
    archive_purpose(&app.app, app.workspace, Actor::Operator, over).await.unwrap();
    let table = [
        (Event::Nothing, newsletter, Channel::Email, U::Usable),
        (Event::Restricted, newsletter, Channel::Email, U::Restricted),
        (Event::Nothing, over, Channel::Email, U::PurposeEnded),
        (Event::Nothing, newsletter, Channel::Post, U::ChannelNotCovered),
        (Event::Complaint, newsletter, Channel::Email, U::Complained),
        (Event::Complaint, quote, Channel::Email, U::Complained),
        (Event::Stopped, newsletter, Channel::Email, U::Withdrawn),
        (Event::Stopped, never, Channel::Email, U::NeverAsked),
        (Event::StoppedEverything, newsletter, Channel::Email, U::Withdrawn),
        (Event::StoppedEverything, never, Channel::Email, U::Suppressed),
        (Event::StoppedEverything, quote, Channel::Email, U::Suppressed),
        (Event::State(ConsentState::Revoked), newsletter, Channel::Email, U::Revoked),
        (Event::State(ConsentState::Refused), newsletter, Channel::Email, U::Refused),
        (Event::State(ConsentState::Invalidated), newsletter, Channel::Email, U::Invalidated),
        (Event::State(ConsentState::Requested), newsletter, Channel::Email, U::Requested),
        (Event::State(ConsentState::Expired), newsletter, Channel::Email, U::Expired),
        (Event::ValidityOver, newsletter, Channel::Email, U::Expired),
        (Event::NoAddress, newsletter, Channel::Email, U::NoAddress),
        (Event::Nothing, newsletter, Channel::Phone, U::NoAddress),
        (Event::Bounced, newsletter, Channel::Email, U::Bounced),
        (Event::BouncedLongAgo, newsletter, Channel::Email, U::Usable),
        (Event::Nothing, never, Channel::Email, U::NeverAsked),
        (Event::OtherAddress, newsletter, Channel::Email, U::AddressNotProven),
        (Event::Unverified, newsletter, Channel::Email, U::AddressNotProven),
        (Event::Nothing, quote, Channel::Email, U::NoBasis),
    ];
    let mut asked = Vec::new();
    for (turn, (event, purpose, channel, expected)) in table.into_iter().enumerate() {
        let email = format!("person{turn}@example.org");
        app.confirmed(&form, &email).await;
        let contact = contact_of(&app, &email).await;
        app.advance(TimeDelta::seconds(20));
        happen(&app, event, contact, newsletter).await;
        let answer = may_use(&app.app, app.workspace, purpose, channel, &[contact]).await.unwrap();
        assert_eq!(answer[&contact], expected, "{event:?} {channel}");
        asked.push((contact, purpose, channel));
    }
    // A list gives the same answer for each contact as a single check.
    let contacts: Vec<ContactId> = asked.iter().map(|(contact, ..)| *contact).collect();
    for (contact, purpose, channel) in asked {
        let one = may_use(&app.app, app.workspace, purpose, channel, &[contact]).await.unwrap()[&contact];
        assert_eq!(
            may_use(&app.app, app.workspace, purpose, channel, &contacts).await.unwrap()[&contact],
            one
        );
    }
    let other = app.other_workspace("other").await;
    assert!(matches!(
        may_use(&app.app, other, newsletter, Channel::Email, &contacts).await,
        Err(Error::NotFound)
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_basis_holds_while_it_is_recorded() {
    let app = TestApp::new().await;
    let form = app.quote_form().await;
    app.visitor().submit_fields(&form, &[("email", ADA)]).await;
    app.run_jobs().await;
    let ada = contact_of(&app, ADA).await;
    let basis = entity::basis::Entity::find().one(app.app.db()).await.unwrap().unwrap();
    let usable = async || {
        may_use(&app.app, app.workspace, basis.purpose_id, Channel::Email, &[ada]).await.unwrap()[&ada]
    };
    assert_eq!(usable().await, Usability::Usable);
    app.app
        .ledger
        .db
        .touch("UPDATE basis SET until = $1 WHERE contact_id = $2", vec![app.app.now().into(), ada.into()])
        .await
        .unwrap();
    assert_eq!(usable().await, Usability::NoBasis);
}

// The fold of the journal

/// State of each consent, computed from its journal entries alone.
async fn folded(app: &TestApp) -> std::collections::BTreeMap<String, (ConsentState, entity::Time)> {
    let mut acts: std::collections::BTreeMap<String, Vec<Act>> = std::collections::BTreeMap::new();
    for entry in app.journal().await {
        if let Some(act) = state::act_of(&entry.kind, entry.at) {
            acts.entry(entry.object.expect("the consent")).or_default().push(act);
        }
    }
    acts.into_iter()
        .map(|(id, acts)| (id, state::fold(acts).map(|act| (act.state, act.at)).expect("a state")))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_projection_is_the_fold_of_the_journal_whatever_was_done_in_whatever_order() {
    for seed in 0..4_u64 {
        let app = TestApp::new().await;
        let (form, _) = two_purposes(&app).await;
        let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let mut roll = |sides: u64| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state % sides
        };
        for _ in 0..25 {
            app.advance(TimeDelta::seconds(i64::try_from(roll(9 * 24 * 3600)).unwrap()));
            let ticked: Vec<&str> = BOTH.into_iter().filter(|_| roll(2) == 0).collect();
            let rows = consents(&app).await;
            let some = rows.get(usize::try_from(roll(3)).unwrap()).map(|row| row.id);
            match (roll(8), some) {
                (0..=2, _) if !ticked.is_empty() => {
                    let mut fields = vec![("email", ADA)];
                    fields.extend(ticked.iter().map(|key| ("consent", *key)));
                    app.visitor().submit_fields(&form, &fields).await;
                    app.run_jobs().await;
                    let mail = app.mails_to(ADA).pop();
                    if let Some(mail) = mail.filter(|mail| mail.text.contains("/confirm/") && roll(4) > 0) {
                        app.visitor().post_form(&mail.link("confirm"), &[]).await;
                    }
                }
                (3, Some(_)) => {
                    let path = link_for(&app, ADA, None).await;
                    app.visitor()
                        .post_form(&path, &[("scope", if roll(2) == 0 { "all" } else { BOTH[1] })])
                        .await;
                }
                (4, Some(_)) => {
                    one_click(&app, &link_for(&app, ADA, Some(form.newsletter)).await).await;
                }
                (5, Some(id)) => {
                    withdraw_consent(
                        &app.app,
                        app.workspace,
                        Actor::Operator,
                        id,
                        WithdrawalReason::ToldByPost,
                    )
                    .await
                    .unwrap();
                }
                (6, Some(id)) => {
                    revoke_consent(
                        &app.app,
                        app.workspace,
                        Actor::Operator,
                        id,
                        RevocationReason::WrongPerson,
                    )
                    .await
                    .unwrap();
                }
                (7, Some(id)) if roll(3) == 0 => {
                    let soon = app.app.now() + TimeDelta::hours(1);
                    app.app
                        .ledger
                        .db
                        .touch(
                            "UPDATE consent SET expires_at = $2 WHERE id = $1",
                            vec![id.into(), soon.into()],
                        )
                        .await
                        .unwrap();
                    app.advance(TimeDelta::hours(2));
                }
                _ => {}
            }
            jobs::queue_due(&app.app).await.unwrap();
            app.run_jobs().await;
            let expected = folded(&app).await;
            let rows = consents(&app).await;
            assert_eq!(rows.len(), expected.len());
            for row in rows {
                assert_eq!((row.state, row.since), expected[&row.id.to_string()], "seed {seed}");
            }
        }
        let kinds: std::collections::BTreeSet<_> =
            app.journal_kinds().await.into_iter().filter(|kind| kind.starts_with("consent.")).collect();
        assert!(kinds.len() > 1, "something happened: {kinds:?}");
    }
}
