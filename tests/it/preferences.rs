//! `/preferences`: what a person receives and chooses, per purpose and channel; their pause and their
//! language. The link is in every mail: it withdraws and chooses, and never reads or erases.

use accord::{
    consent::{Usability, may_use, offer_purpose, preferences_link, unsubscribe_link},
    link_uses::Use,
    platform::{actor::Actor, tokens::Link},
    privacy::mailbox_proof::expire_mailbox_proofs,
};
use chrono::TimeDelta;
use entity::{
    Channel, ConsentState, ContactId, LegalBasis, MailboxProofKind, MailboxProofState, PurposeId, Role,
    SuppressionReason, basis, consent, contact, contact_address, mailbox_proof, pause, suppression,
};
use futures_util::future::join_all;
use sea_orm::{ActiveValue::Set, EntityTrait, IntoActiveModel};
use serde_json::json;

use crate::support::{Answer, Socket, TestApp, TestForm, says};

const ADA: &str = "ada@example.org";
const BOB: &str = "bob@example.org";
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

/// The path of the page in every mail.
async fn link_to(app: &TestApp, email: &str) -> String {
    let link = preferences_link(&app.app, app.workspace, contact_of(app, email).await);
    link[link.find("/preferences/").unwrap()..].to_owned()
}

/// A contact who confirmed the newsletter, a minute ago, and the link to their preferences.
async fn known(app: &TestApp) -> (TestForm, String) {
    let form = app.newsletter_form().await;
    app.confirmed(&form, ADA).await;
    app.advance(TimeDelta::minutes(1));
    let link = link_to(app, ADA).await;
    (form, link)
}

/// Presses a button of the page and runs the jobs; a minute passes.
async fn press(app: &TestApp, link: &str, act: &str, fields: &[(&str, &str)]) -> Answer {
    let answer = app.visitor().post_form(&format!("{link}/{act}"), fields).await;
    app.run_jobs().await;
    app.advance(TimeDelta::minutes(1));
    answer
}

async fn choose(app: &TestApp, link: &str, topic: &str, answer: &str) -> Answer {
    press(app, link, "choose", &[("topic", topic), ("answer", answer)]).await
}

async fn state_of(app: &TestApp, purpose: PurposeId, channel: Channel) -> Option<ConsentState> {
    let rows = consent::Entity::find().all(app.app.db()).await.unwrap();
    rows.into_iter().find(|row| row.purpose_id == purpose && row.channel == channel).map(|row| row.state)
}

async fn use_of(app: &TestApp, purpose: PurposeId, channel: Channel) -> Usability {
    let contact = contact_of(app, ADA).await;
    may_use(&app.app, app.workspace, purpose, channel, &[contact]).await.unwrap()[&contact]
}

async fn entries(app: &TestApp, kind: &str) -> Vec<entity::journal::Model> {
    app.journal().await.into_iter().filter(|entry| entry.kind == kind).collect()
}

/// The path of the newest link to confirm a choice.
fn confirmation(app: &TestApp) -> String {
    app.mails_to(ADA).last().expect("a mail").link("preferences/confirm")
}

// The address that is typed

#[tokio::test(flavor = "multi_thread")]
async fn promise_4_who_types_an_address_gets_the_same_answer_and_the_same_work() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, ADA).await;
    app.visitor().submit(&form, "waiting@example.org").await;
    app.run_jobs().await;
    let mut seen = Vec::new();
    for email in [ADA, "waiting@example.org", "nobody@example.org", "ADA@EXAMPLE.ORG"] {
        let (before, proofs) = (app.journal().await.len(), app.count("mailbox_proof").await);
        let answer = app.visitor().post_form("/preferences?lang=en", &[("email", email)]).await;
        let wrote: Vec<_> = app
            .journal()
            .await
            .split_off(before)
            .into_iter()
            .map(|entry| (entry.kind, entry.subject))
            .collect();
        let proofs = app.count("mailbox_proof").await - proofs;
        let jobs = app.query("SELECT id FROM job WHERE kind = 'ask_mailbox'", vec![]).await.len();
        let headers: Vec<_> = answer
            .headers
            .iter()
            .filter(|(name, _)| !["date", "x-request-id"].contains(&name.as_str()))
            .map(|(name, value)| (name.to_string(), value.clone()))
            .collect();
        assert!(!answer.text.to_lowercase().contains(email), "the address is not repeated");
        app.run_jobs().await;
        seen.push((answer.status, answer.text, headers, wrote, proofs, jobs));
    }
    assert!(seen.windows(2).all(|two| two[0] == two[1]), "{seen:#?}");
    assert_eq!(seen[0].3, [("mailbox_proof.asked".to_owned(), None)], "and nothing says whose it is");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mail_to_who_typed_their_address_opens_the_page_for_an_hour() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, ADA).await;
    let sent = app.visitor().post_form("/preferences?workspace=lumen&lang=en", &[("email", ADA)]).await;
    shows(&sent, 200, "Look in your mailbox");
    app.run_jobs().await;
    let mail = app.mails_to(ADA).pop().unwrap();
    assert_eq!(mail.subject, "Your link to choose what you receive");
    let link = mail.link("preferences");
    shows(&app.visitor().get(&link).await, 200, "What you receive");
    shows(&choose(&app, &link, "newsletter:email", "no").await, 200, "It has ended");
    assert_eq!(app.consent_of(ADA).await, Some(ConsentState::Withdrawn));
    app.advance(TimeDelta::hours(1));
    shows(&app.visitor().get(&link).await, 404, UNKNOWN);
    shows(&press(&app, &link, "stop", &[]).await, 404, UNKNOWN);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_address_is_said_and_a_page_of_no_workspace_asks_which() {
    let app = TestApp::new().await;
    let page = app.visitor().get("/preferences?lang=en").await;
    shows(&page, 200, "Choose what you receive");
    assert_eq!((page.header("cache-control"), page.header("set-cookie")), ("no-store", ""));
    for typed in ["", "ada", "ada@", "a b@example.org"] {
        let answer = app.visitor().post_form("/preferences?lang=en", &[("email", typed)]).await;
        shows(&answer, 422, "whole e-mail address");
    }
    app.other_workspace("other").await;
    shows(&app.visitor().get("/preferences?lang=en").await, 404, "Whose messages");
    shows(&app.visitor().post_form("/preferences?lang=en", &[("email", ADA)]).await, 404, "Whose messages");
    shows(
        &app.visitor().get("/preferences?workspace=other&lang=fr").await,
        200,
        "Choisissez ce que vous recevez",
    );
    assert_eq!(app.count("mailbox_proof").await, 0);
}

// The page

#[tokio::test(flavor = "multi_thread")]
async fn the_page_shows_each_topic_with_wording_date_and_source_and_nothing_of_the_person() {
    let app = TestApp::new().await;
    let (_, link) = known(&app).await;
    app.purpose("blog", LegalBasis::Consent).await;
    let hidden = app.purpose("internal", LegalBasis::Consent).await;
    offer_purpose(&app.app, app.workspace, Actor::Operator, hidden, false).await.unwrap();
    app.purpose("contracts", LegalBasis::Contract).await;
    let before = (app.journal().await.len(), row_of(&app, ADA).await);
    let page = app.visitor().get(&link).await;
    shows(&page, 200, "You said yes on");
    let words = page.words();
    for shown in [
        "with a form",
        "What you agreed to:",
        "Yes, do this (newsletter)",
        "Purpose blog",
        "(by telephone)",
        "We have never asked you",
        "What you would agree to with “Yes”: Yes, do this (blog)",
        "a•••@e•••.org",
        "See my data",
    ] {
        assert!(
            words.contains(shown) || words.contains(&shown.replace("telephone", "phone")),
            "{shown}: {words}"
        );
    }
    for secret in [ADA, "Ada", "internal", "contracts", "You said no"] {
        assert!(!page.text.contains(secret), "{secret}: {words}");
    }
    assert!(page.text.contains("/my-data?workspace=lumen"), "what one may do next");
    assert!(
        !page.text.contains("checked") && !page.text.contains("<script"),
        "nothing is ticked for anybody"
    );
    assert_eq!((app.journal().await.len(), row_of(&app, ADA).await), before, "GET changes nothing");
    assert_eq!(page.header("cache-control"), "no-store");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_other_link_gets_the_same_page_and_does_nothing() {
    let app = TestApp::new().await;
    let (form, link) = known(&app).await;
    let other = app.other_workspace("other").await;
    let theirs = app.newsletter_form_in(other).await;
    app.visitor().submit(&form, BOB).await;
    app.run_jobs().await;
    app.visitor().post_form("/my-data?workspace=lumen", &[("email", ADA)]).await;
    app.run_jobs().await;
    let contact = contact_of(&app, ADA).await;
    let token = |path: String| path.rsplit('/').next().unwrap().to_owned();
    let forged =
        |usage, workspace, row| app.app.vault.sign(usage, &Link { workspace, row, extra: Vec::new() });
    let mut tokens = vec![
        "nonsense".to_owned(),
        token(app.mails_to(ADA).last().unwrap().link("my-data")),
        token(app.mails_to(BOB).last().unwrap().link("confirm")),
        forged(Use::Unsubscribe, other, contact.0),
        forged(Use::StayInTouch, app.workspace, contact.0),
        forged(Use::Unsubscribe, app.workspace, theirs.newsletter.0),
    ];
    let mut cut = token(link.clone());
    cut.pop();
    tokens.push(cut);
    let before = app.journal().await.len();
    let mut pages = Vec::new();
    for token in &tokens {
        let path = format!("/preferences/{token}");
        pages.push(app.visitor().get(&path).await);
        for (act, fields) in [
            ("choose", [("topic", "newsletter:email"), ("answer", "no")]),
            ("stop", [("stop", "all"), ("", "")]),
            ("pause", [("pause", "1"), ("", "")]),
            ("language", [("language", "fr"), ("", "")]),
        ] {
            pages.push(app.visitor().post_form(&format!("{path}/{act}"), &fields).await);
        }
        pages.push(app.visitor().get(&format!("/preferences/confirm/{token}")).await);
        pages.push(app.visitor().post_form(&format!("/preferences/confirm/{token}"), &[]).await);
    }
    for page in &pages {
        shows(page, 404, UNKNOWN);
        assert_eq!(page.text, pages[0].text, "one page for all");
    }
    assert_eq!(app.journal().await.len(), before);
    assert_eq!(app.consent_of(ADA).await, Some(ConsentState::Given));
    // And the link in every mail opens no data.
    shows(&app.visitor().get(&format!("/my-data/{}", token(link))).await, 404, "does not work");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_an_erasure_the_link_opens_nothing() {
    let app = TestApp::new().await;
    let (_, link) = known(&app).await;
    app.visitor().post_form("/my-data?workspace=lumen&lang=en", &[("email", ADA)]).await;
    app.run_jobs().await;
    let data = app.mails_to(ADA).last().unwrap().link("my-data");
    press(&app, &data, "request", &[("kind", "ERASURE")]).await;
    assert_eq!(app.count("contact").await, 0);
    shows(&app.visitor().get(&link).await, 404, UNKNOWN);
    shows(&press(&app, &link, "pause", &[("pause", "1")]).await, 404, UNKNOWN);
    assert_eq!(app.count("pause").await, 0);
}

// No

#[tokio::test(flavor = "multi_thread")]
async fn one_press_ends_what_was_agreed_to_at_once_and_a_second_changes_nothing() {
    let app = TestApp::new().await;
    let (form, link) = known(&app).await;
    assert_eq!(use_of(&app, form.newsletter, Channel::Email).await, Usability::Usable);
    let answer = choose(&app, &link, "newsletter:email", "no").await;
    shows(&answer, 200, "It has ended");
    shows(&answer, 200, "What you still receive Nothing.");
    assert!(
        answer.text.contains(&format!("href=\"{link}\"")) && answer.text.contains("/my-data?"),
        "it leads on"
    );
    assert_eq!(use_of(&app, form.newsletter, Channel::Email).await, Usability::Withdrawn);
    let entry = entries(&app, "consent.withdrawn").await.pop().unwrap();
    assert!(entry.bytes.contains("\"method\":\"preference_centre\""), "{}", entry.bytes);
    assert_eq!(entry.actor, contact_of(&app, ADA).await.to_string());
    let before = app.journal().await.len();
    shows(&choose(&app, &link, "newsletter:email", "no").await, 200, "You had already said no");
    assert_eq!(app.journal().await.len(), before);
    shows(&app.visitor().get(&link).await, 200, "You said no after an earlier yes on");
    let rows = suppression::Entity::find().all(app.app.db()).await.unwrap();
    assert_eq!(rows.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_no_to_what_one_was_never_asked_is_a_refusal_and_stays_one() {
    let app = TestApp::new().await;
    let (form, link) = known(&app).await;
    let blog = app.purpose("blog", LegalBasis::Consent).await;
    assert_eq!(use_of(&app, blog, Channel::Email).await, Usability::NeverAsked);
    shows(&choose(&app, &link, "blog:email", "no").await, 200, "Your “No” is saved");
    assert_eq!(state_of(&app, blog, Channel::Email).await, Some(ConsentState::Refused));
    assert_eq!(state_of(&app, blog, Channel::Phone).await, None, "never asked is not refused");
    assert_eq!(use_of(&app, blog, Channel::Email).await, Usability::Refused);
    assert_eq!(use_of(&app, form.newsletter, Channel::Email).await, Usability::Usable);
    shows(&choose(&app, &link, "blog:email", "no").await, 200, "You had already said no");
    assert_eq!(entries(&app, "consent.refused").await.len(), 1);
    shows(&app.visitor().get(&link).await, 200, "You said no on");
    assert_eq!(accord_fold(&app).await, [ConsentState::Given, ConsentState::Refused]);
}

/// The states that the journal alone tells.
async fn accord_fold(app: &TestApp) -> Vec<ConsentState> {
    let journal = app.journal().await;
    let mut states: Vec<_> =
        accord::consent::join::fold_entries(&journal).unwrap().into_values().map(|act| act.state).collect();
    states.sort_unstable_by_key(|state| state.as_str());
    states
}

#[tokio::test(flavor = "multi_thread")]
async fn two_tabs_at_once_write_one_refusal() {
    let app = TestApp::new().await;
    let (_, link) = known(&app).await;
    app.purpose("blog", LegalBasis::Consent).await;
    let path = format!("{link}/choose");
    let presses = (0..2).map(|_| async {
        app.visitor().post_form(&path, &[("topic", "blog:email"), ("answer", "no")]).await
    });
    for answer in join_all(presses).await {
        assert_eq!(answer.status, 200, "{}", answer.words());
    }
    assert_eq!(entries(&app, "consent.refused").await.len(), 1);
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_offered_cannot_be_chosen() {
    let app = TestApp::new().await;
    let (_, link) = known(&app).await;
    let hidden = app.purpose("internal", LegalBasis::Consent).await;
    offer_purpose(&app.app, app.workspace, Actor::Operator, hidden, false).await.unwrap();
    app.purpose("contracts", LegalBasis::Contract).await;
    let before = app.journal().await.len();
    for topic in
        ["internal:email", "contracts:email", "newsletter:sms", "nothing:email", "newsletter", "", ":"]
    {
        for answer in ["yes", "no"] {
            shows(&choose(&app, &link, topic, answer).await, 409, "This is not offered");
        }
    }
    for fields in [
        vec![],
        vec![("topic", "newsletter:email")],
        vec![("topic", "newsletter:email"), ("answer", "maybe")],
    ] {
        assert!(press(&app, &link, "choose", &fields).await.status >= 400);
    }
    assert_eq!(app.journal().await.len(), before);
    assert_eq!(app.count("mailbox_proof").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_stops_with_one_press() {
    let app = TestApp::new().await;
    let (form, link) = known(&app).await;
    let blog = app.purpose("blog", LegalBasis::Consent).await;
    let answer = press(&app, &link, "stop", &[]).await;
    shows(&answer, 200, "Everything has stopped");
    shows(&answer, 200, "What you still receive Nothing.");
    assert_eq!(use_of(&app, form.newsletter, Channel::Email).await, Usability::Withdrawn);
    assert_eq!(use_of(&app, blog, Channel::Email).await, Usability::Suppressed);
    let before = app.journal().await.len();
    shows(&press(&app, &link, "stop", &[]).await, 200, "Everything has stopped");
    assert_eq!(app.journal().await.len(), before, "twice is as once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restricted_contact_can_still_say_no_but_nothing_new_begins() {
    let app = TestApp::new().await;
    let (_, link) = known(&app).await;
    let blog = app.purpose("blog", LegalBasis::Consent).await;
    let mut row = row_of(&app, ADA).await.into_active_model();
    row.restricted_at = Set(Some(app.app.now()));
    contact::Entity::update(row).exec(app.app.db()).await.unwrap();
    let page = app.visitor().get(&link).await;
    shows(&page, 200, "Your data are locked");
    assert!(!page.text.contains("value=\"yes\""), "no button without effect");
    shows(&choose(&app, &link, "blog:email", "yes").await, 409, "Your data are locked");
    shows(&press(&app, &link, "language", &[("language", "fr")]).await, 409, "Your data are locked");
    shows(&choose(&app, &link, "newsletter:email", "no").await, 200, "It has ended");
    shows(&choose(&app, &link, "blog:email", "no").await, 200, "Your “No” is saved");
    assert_eq!(state_of(&app, blog, Channel::Email).await, Some(ConsentState::Refused));
    assert_eq!(app.count("mailbox_proof").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_objects_to_what_rests_on_legitimate_interests_with_one_press() {
    let app = TestApp::new().await;
    let (_, link) = known(&app).await;
    let partners = app.purpose("partners", LegalBasis::LegitimateInterests).await;
    assert!(!app.visitor().get(&link).await.words().contains("Purpose partners"), "not used for this person");
    let row = row_of(&app, ADA).await;
    let entry = app.journal().await.pop().unwrap().id;
    let new = basis::ActiveModel {
        workspace_id: Set(app.workspace),
        id: Set(entity::BasisId::new()),
        contact_id: Set(row.id),
        purpose_id: Set(partners),
        since: Set(app.app.now()),
        until: Set(None),
        form_version_id: Set(None),
        entry_id: Set(entry),
    };
    basis::Entity::insert(new).exec_without_returning(app.app.db()).await.unwrap();
    assert_eq!(use_of(&app, partners, Channel::Email).await, Usability::Usable);
    shows(&app.visitor().get(&link).await, 200, "What we do without asking for your consent");
    shows(&choose(&app, &link, "partners:email", "no").await, 200, "Your objection is saved");
    assert_eq!(use_of(&app, partners, Channel::Email).await, Usability::Suppressed);
    let rows = suppression::Entity::find().all(app.app.db()).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.reason).collect::<Vec<_>>(), [SuppressionReason::Objected]);
    shows(&choose(&app, &link, "partners:email", "no").await, 200, "Nothing has changed");
    shows(&app.visitor().get(&link).await, 200, "You object, and it has stopped since");
    shows(&choose(&app, &link, "partners:email", "yes").await, 409, "This is not offered");
}

// Yes

#[tokio::test(flavor = "multi_thread")]
async fn promise_2_a_yes_counts_once_the_persons_own_mailbox_has_pressed_the_button() {
    let app = TestApp::new().await;
    let (_, link) = known(&app).await;
    let blog = app.purpose("blog", LegalBasis::Consent).await;
    let answer = choose(&app, &link, "blog:email", "yes").await;
    shows(&answer, 200, "Please confirm in your mailbox");
    assert!(answer.words().contains("a•••@e•••.org") && !answer.text.contains(ADA));
    assert_eq!(state_of(&app, blog, Channel::Email).await, None, "nothing is given yet");
    assert_eq!(use_of(&app, blog, Channel::Email).await, Usability::NeverAsked);
    shows(&app.visitor().get(&link).await, 200, "Waiting for your confirmation in the e-mail we sent you");
    let mail = app.mails_to(ADA).pop().unwrap();
    assert!(mail.text.contains("Yes, do this (blog)") && mail.text.contains("Purpose blog"), "{}", mail.text);
    let confirm = confirmation(&app);
    let before = app.journal().await.len();
    let page = app.visitor().get(&confirm).await;
    shows(&page, 200, "Do you agree?");
    shows(&page, 200, "Yes, do this (blog)");
    assert!(!says(&page.text, "Ada"));
    assert_eq!(app.journal().await.len(), before, "opening the page confirms nothing");
    let done = app.visitor().post_form(&confirm, &[]).await;
    shows(&done, 200, "your choice is confirmed");
    shows(&done, 200, "Purpose blog");
    assert_eq!(state_of(&app, blog, Channel::Email).await, Some(ConsentState::Given));
    assert_eq!(use_of(&app, blog, Channel::Email).await, Usability::Usable);
    let given = entries(&app, "consent.given").await.pop().unwrap();
    assert!(given.bytes.contains("\"method\":\"preference_centre\"") && !given.bytes.contains("optIn"));
    let before = app.journal().await.len();
    shows(&app.visitor().post_form(&confirm, &[]).await, 200, "your choice is confirmed");
    shows(&app.visitor().get(&confirm).await, 200, "your choice is confirmed");
    assert_eq!(app.journal().await.len(), before, "twice is as once");
    shows(&app.visitor().get(&link).await, 200, "on this page");
    shows(&choose(&app, &link, "blog:email", "yes").await, 200, "You had already agreed");
    // After the link's end the proof is still whole: its key went with the contact.
    app.advance(TimeDelta::days(4));
    expire_mailbox_proofs(&app.app).await.unwrap();
    shows(&app.visitor().get(&confirm).await, 404, UNKNOWN);
    let officer = app.api_key(Role::Dpo).await;
    let contact = contact_of(&app, ADA).await.to_string();
    let query =
        "query($id: ID!) { contact(id: $id) { consents { purpose { key } evidence { method page { path }
        wording { text } formVersion { id } submittedAt confirmedAt secondsAfterMail mailbox
        mails { kind state smtpReply } } } } }";
    let shown = officer.gql(query, json!({ "id": contact })).await;
    let consents = shown["contact"]["consents"].as_array().unwrap().clone();
    let blog = consents.iter().find(|row| row["purpose"]["key"] == "blog").unwrap();
    let proof = &blog["evidence"];
    assert_eq!(proof["method"], "PREFERENCE_CENTRE", "{proof}");
    assert_eq!(proof["page"]["path"], "/preferences");
    assert_eq!(proof["wording"]["text"], "Yes, do this (blog)");
    assert_eq!((&proof["mailbox"], &proof["formVersion"]), (&json!(ADA), &json!(null)));
    assert!(proof["submittedAt"].is_string() && proof["confirmedAt"].is_string());
    assert_eq!(proof["mails"][0]["kind"], "confirm_subscription");
    assert!(proof["mails"][0]["smtpReply"].is_string(), "{proof}");
    let other = consents.iter().find(|row| row["purpose"]["key"] == "newsletter").unwrap();
    assert_eq!(other["evidence"]["method"], "DOUBLE_OPT_IN");
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_5_a_later_no_wins_over_a_yes_that_waits() {
    let app = TestApp::new().await;
    let (_, link) = known(&app).await;
    let blog = app.purpose("blog", LegalBasis::Consent).await;
    choose(&app, &link, "blog:email", "yes").await;
    let confirm = confirmation(&app);
    shows(&choose(&app, &link, "blog:email", "no").await, 200, "Your “No” is saved");
    shows(&app.visitor().get(&confirm).await, 200, "There is nothing to confirm");
    shows(&app.visitor().post_form(&confirm, &[]).await, 200, "There is nothing to confirm");
    assert_eq!(state_of(&app, blog, Channel::Email).await, Some(ConsentState::Refused));
    // The same when everything is stopped.
    app.purpose("papers", LegalBasis::Consent).await;
    app.advance(TimeDelta::minutes(6));
    choose(&app, &link, "papers:email", "yes").await;
    let confirm = confirmation(&app);
    press(&app, &link, "stop", &[]).await;
    shows(&app.visitor().post_form(&confirm, &[]).await, 200, "There is nothing to confirm");
    assert_eq!(entries(&app, "consent.given").await.len(), 1, "the newsletter, before");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawn_topic_can_be_agreed_to_again_by_the_mailbox_only() {
    let app = TestApp::new().await;
    let (form, link) = known(&app).await;
    press(&app, &link, "stop", &[]).await;
    shows(&choose(&app, &link, "newsletter:email", "yes").await, 200, "Please confirm");
    assert_eq!(use_of(&app, form.newsletter, Channel::Email).await, Usability::Withdrawn);
    shows(&app.visitor().post_form(&confirmation(&app), &[]).await, 200, "your choice is confirmed");
    assert_eq!(use_of(&app, form.newsletter, Channel::Email).await, Usability::Usable);
    assert_eq!(accord_fold(&app).await, [ConsentState::Given]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_newest_mail_confirms_all_that_was_chosen_and_pressing_again_at_once_asks_nothing_new() {
    let app = TestApp::new().await;
    let (_, link) = known(&app).await;
    let (blog, papers) =
        (app.purpose("blog", LegalBasis::Consent).await, app.purpose("papers", LegalBasis::Consent).await);
    choose(&app, &link, "blog:email", "yes").await;
    choose(&app, &link, "blog:email", "yes").await;
    assert_eq!(app.count("mailbox_proof").await, 1);
    let first = confirmation(&app);
    app.advance(TimeDelta::minutes(6));
    choose(&app, &link, "papers:email", "yes").await;
    let second = confirmation(&app);
    assert_ne!(first, second);
    let page = app.visitor().get(&second).await;
    assert!(
        page.words().contains("Purpose blog") && page.words().contains("Purpose papers"),
        "{}",
        page.words()
    );
    shows(&app.visitor().post_form(&second, &[]).await, 200, "your choice is confirmed");
    for purpose in [blog, papers] {
        assert_eq!(state_of(&app, purpose, Channel::Email).await, Some(ConsentState::Given));
    }
    shows(&app.visitor().post_form(&first, &[]).await, 200, "There is nothing to confirm");
    assert_eq!(entries(&app, "consent.given").await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_presses_at_once_give_one_consent() {
    let app = TestApp::new().await;
    let (_, link) = known(&app).await;
    app.purpose("blog", LegalBasis::Consent).await;
    choose(&app, &link, "blog:email", "yes").await;
    let confirm = confirmation(&app);
    for answer in join_all((0..2).map(|_| async { app.visitor().post_form(&confirm, &[]).await })).await {
        shows(&answer, 200, "your choice is confirmed");
    }
    assert_eq!(entries(&app, "preferences.confirmed").await.len(), 1);
    assert_eq!(entries(&app, "consent.given").await.len(), 2);
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_did_not_choose_it_says_so_and_nothing_is_subscribed() {
    let app = TestApp::new().await;
    let (_, link) = known(&app).await;
    let blog = app.purpose("blog", LegalBasis::Consent).await;
    choose(&app, &link, "blog:email", "yes").await;
    let confirm = confirmation(&app);
    let declined =
        app.visitor().header("accept-language", "en").post_form(&format!("{confirm}/decline"), &[]).await;
    shows(&declined, 200, "Thank you for telling us");
    shows(&app.visitor().post_form(&confirm, &[]).await, 404, UNKNOWN);
    assert_eq!(state_of(&app, blog, Channel::Email).await, None);
    let allowed =
        app.visitor().header("accept-language", "en").post_form(&format!("{confirm}/allow"), &[]).await;
    shows(&allowed, 200, "Such e-mails are allowed again");
    let proof = mailbox_proof::Entity::find().one(app.app.db()).await.unwrap().unwrap();
    assert_eq!((proof.kind, proof.state), (MailboxProofKind::Subscribe, MailboxProofState::Ended));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_complained_gets_no_mail_and_who_has_no_address_is_told() {
    let app = TestApp::new().await;
    let (_, link) = known(&app).await;
    app.purpose("blog", LegalBasis::Consent).await;
    let address = contact_address::Entity::find().one(app.app.db()).await.unwrap().unwrap();
    let entry = app.journal().await.pop().unwrap().id;
    let complaint = suppression::ActiveModel {
        workspace_id: Set(app.workspace),
        fingerprint: Set(address.fingerprint.clone()),
        scope: Set("ALL".to_owned()),
        reason: Set(SuppressionReason::Complaint),
        at: Set(app.app.now()),
        entry_id: Set(entry),
    };
    suppression::Entity::insert(complaint).exec_without_returning(app.app.db()).await.unwrap();
    shows(&choose(&app, &link, "blog:email", "yes").await, 409, "reported one of our messages");
    let mut row = row_of(&app, ADA).await.into_active_model();
    row.primary_address_id = Set(None);
    contact::Entity::update(row).exec(app.app.db()).await.unwrap();
    shows(&choose(&app, &link, "blog:email", "yes").await, 409, "We cannot ask you");
    assert_eq!(app.count("mailbox_proof").await, 0);
}

// Pause and language

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_ends_by_itself_and_the_choices_hold_again() {
    let app = TestApp::new().await;
    let (form, link) = known(&app).await;
    let contract = app.purpose("contracts", LegalBasis::Contract).await;
    let before = use_of(&app, contract, Channel::Email).await;
    let answer = press(&app, &link, "pause", &[("pause", "1")]).await;
    shows(&answer, 200, "Your break has begun");
    shows(&answer, 200, "Paused up to and including");
    assert_eq!(use_of(&app, form.newsletter, Channel::Email).await, Usability::Paused);
    assert_eq!(use_of(&app, contract, Channel::Email).await, before, "what needs no consent goes on");
    assert_eq!(
        use_of(&app, form.newsletter, Channel::Phone).await,
        Usability::NoAddress,
        "other reasons come first"
    );
    let began = entries(&app, "pause.began").await;
    assert_eq!(began.len(), 1);
    let staff = app.member(Role::Marketing).await;
    let contact = contact_of(&app, ADA).await.to_string();
    let query = "query($id: ID!) { contact(id: $id) { pausedUntil } }";
    let shown = staff.gql(query, json!({ "id": contact })).await;
    assert!(shown["contact"]["pausedUntil"].is_string(), "{shown}");
    press(&app, &link, "pause", &[("pause", "1")]).await;
    assert_eq!(entries(&app, "pause.began").await.len(), 1, "twice is as once");
    press(&app, &link, "pause", &[("pause", "3")]).await;
    assert_eq!((entries(&app, "pause.began").await.len(), app.count("pause").await), (2, 1));
    app.advance(TimeDelta::days(93));
    assert_eq!(use_of(&app, form.newsletter, Channel::Email).await, Usability::Usable);
    assert!(!app.visitor().get(&link).await.words().contains("End the break"));
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_and_pauses_are_seen_live() {
    let app = TestApp::new().await;
    let (_, link) = known(&app).await;
    let blog = app.purpose("blog", LegalBasis::Consent).await;
    let address = app.serve().await;
    let client = app.api_key(Role::Marketing).await;
    let text =
        "subscription($after: Int, $purpose: ID) { consentChanged(after: $after, purposeId: $purpose) {
        entry { kind } consent { state } contact { email } } }";
    let head = i64::try_from(app.journal().await.len()).unwrap();
    let variables = json!({ "after": head, "purpose": blog.to_string() });
    let mut socket = Socket::subscribe(address, &client.key, text, variables).await;
    choose(&app, &link, "newsletter:email", "no").await;
    choose(&app, &link, "blog:email", "no").await;
    press(&app, &link, "pause", &[("pause", "1")]).await;
    press(&app, &link, "pause", &[("pause", "end")]).await;
    for (kind, state) in
        [("consent.refused", json!("REFUSED")), ("pause.began", json!(null)), ("pause.ended", json!(null))]
    {
        let event = socket.event("consentChanged").await;
        assert_eq!((&event["entry"]["kind"], &event["consent"]["state"]), (&json!(kind), &state), "{event}");
        assert_eq!(event["contact"]["email"], ADA);
    }
    app.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_lasts_until_a_day_and_is_ended_at_once() {
    let app = TestApp::new().await;
    let (form, link) = known(&app).await;
    let today = app.app.now().date_naive();
    let day = |days| (today + TimeDelta::days(days)).to_string();
    for wrong in ["", "tomorrow", &day(-1), &day(0), &day(1000), "9999-12-31"] {
        let answer = press(&app, &link, "pause", &[("pause", "until"), ("until", wrong)]).await;
        shows(&answer, 422, "Please choose another day");
    }
    for wrong in ["0", "25", "-1", "x"] {
        shows(&press(&app, &link, "pause", &[("pause", wrong)]).await, 422, "Please choose another day");
    }
    shows(&press(&app, &link, "pause", &[]).await, 422, "Please choose another day");
    assert_eq!(app.count("pause").await, 0);
    shows(&press(&app, &link, "pause", &[("pause", "until"), ("until", &day(10))]).await, 200, "has begun");
    let row = pause::Entity::find().one(app.app.db()).await.unwrap().unwrap();
    assert!(row.until > app.app.now() + TimeDelta::days(9));
    shows(&app.visitor().get(&link).await, 200, "End the break now");
    shows(&press(&app, &link, "pause", &[("pause", "end")]).await, 200, "Your break is over");
    assert_eq!(use_of(&app, form.newsletter, Channel::Email).await, Usability::Usable);
    press(&app, &link, "pause", &[("pause", "end")]).await;
    assert_eq!(entries(&app, "pause.ended").await.len(), 1, "twice is as once");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_longer_pause_of_two_merged_contacts_stays() {
    let app = TestApp::new().await;
    let (form, link) = known(&app).await;
    app.confirmed(&form, BOB).await;
    press(&app, &link, "pause", &[("pause", "1")]).await;
    let theirs = link_to(&app, BOB).await;
    press(&app, &theirs, "pause", &[("pause", "6")]).await;
    let longest =
        pause::Entity::find().all(app.app.db()).await.unwrap().into_iter().map(|row| row.until).max();
    let (ada, bob) = (row_of(&app, ADA).await, row_of(&app, BOB).await);
    let merge = accord::persons::Merge {
        survivor: ada.id,
        merged: bob.id,
        expected_survivor_version: ada.version,
        expected_merged_version: bob.version,
    };
    accord::persons::merge_contacts(&app.app, app.workspace, Actor::Operator, &merge, None).await.unwrap();
    let rows = pause::Entity::find().all(app.app.db()).await.unwrap();
    assert_eq!(
        rows.iter().map(|row| (row.contact_id, Some(row.until))).collect::<Vec<_>>(),
        [(ada.id, longest)]
    );
    // The link of the contact who was merged opens the survivor's preferences.
    shows(&press(&app, &theirs, "pause", &[("pause", "end")]).await, 200, "Your break is over");
    assert_eq!(app.count("pause").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_language_is_chosen_and_the_page_speaks_it() {
    let app = TestApp::new().await;
    let (_, link) = known(&app).await;
    shows(&press(&app, &link, "language", &[("language", "fr")]).await, 200, "Votre langue est enregistrée");
    assert_eq!(row_of(&app, ADA).await.language, "fr");
    let page = app.visitor().get(&link).await;
    shows(&page, 200, "Ce que vous recevez");
    assert!(page.text.contains("<html lang=\"fr\""));
    let before = app.journal().await.len();
    press(&app, &link, "language", &[("language", "fr")]).await;
    assert_eq!(app.journal().await.len(), before, "twice is as once");
    for wrong in ["de", "", "xx"] {
        assert_eq!(press(&app, &link, "language", &[("language", wrong)]).await.status, 404);
    }
    assert_eq!(row_of(&app, ADA).await.language, "fr");
}

// Mails and the older page lead here

#[tokio::test(flavor = "multi_thread")]
async fn the_receipt_and_the_page_to_unsubscribe_lead_to_the_preferences() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, ADA).await;
    let receipt = app.mails_to(ADA).pop().unwrap();
    shows(&app.visitor().get(&receipt.link("preferences")).await, 200, "What you receive");
    assert!(receipt.headers["List-Unsubscribe"].contains("/unsubscribe/"), "the header stays what it was");
    let page = app.visitor().get(&receipt.link("unsubscribe")).await;
    let start = page.text.find("/preferences/").expect("a link to the preferences");
    let path: String = page.text[start..].chars().take_while(|c| *c != '"').collect();
    shows(&app.visitor().get(&path).await, 200, "What you receive");
    let link = unsubscribe_link(&app.app, app.workspace, contact_of(&app, ADA).await, Some(form.newsletter));
    let token = link.rsplit('/').next().unwrap();
    shows(&app.visitor().get(&format!("/preferences/{token}")).await, 200, "What you receive");
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_decide_which_purposes_are_offered() {
    let app = TestApp::new().await;
    let (_, link) = known(&app).await;
    let blog = app.purpose("blog", LegalBasis::Consent).await;
    let contract = app.purpose("contracts", LegalBasis::Contract).await;
    let marketing = app.member(Role::Marketing).await;
    let text = "mutation($id: ID!, $offered: Boolean!) {
        offerPurpose(input: { purposeId: $id, offered: $offered }) {
        purpose { offered } userErrors { code field } } }";
    let offer = async |id: PurposeId, offered: bool| {
        marketing.gql(text, json!({ "id": id.to_string(), "offered": offered })).await["offerPurpose"].clone()
    };
    assert_eq!(offer(blog, false).await["purpose"]["offered"], false);
    offer(blog, false).await;
    assert!(!app.visitor().get(&link).await.words().contains("Purpose blog"));
    assert_eq!(entries(&app, "purpose.not_offered").await.len(), 1);
    assert_eq!(offer(blog, true).await["purpose"]["offered"], true);
    assert!(app.visitor().get(&link).await.words().contains("Purpose blog"));
    assert_eq!(
        offer(contract, true).await["userErrors"][0],
        json!({ "code": "INVALID", "field": "offered" })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn presses_have_their_budget() {
    let app = TestApp::new().await;
    let (_, link) = known(&app).await;
    let most = app.app.budgets.presses_per_network.most;
    let mut last = 200;
    for _ in 0..=most {
        last = app.visitor().from("198.51.100.9").get(&link).await.status;
    }
    assert_eq!(last, 429);
}
