//! People are told, once, that a consent of theirs is about to end, where the purpose's rule says so, and may
//! renew it in the preference centre.

use accord::{
    consent::{loads::consents_of_contacts, pause_contact, preferences_link, warn_before_end},
    forms::definition::ConsentOffer,
    jobs::queue_due,
    platform::actor::Actor,
    privacy::notices::tell_of_ends,
};
use chrono::TimeDelta;
use entity::{
    Channel, ConsentState, ContactId, LegalBasis, MailState, PurposeId, Role, SuppressionReason, consent,
    contact, contact_address, mail, suppression,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde_json::{Value, json};

use crate::support::{Client, TestApp, TestForm, TestMail, definition, faults};

const ADA: &str = "ada@example.org";
/// How long a consent of the tests' purposes holds.
const VALID: i64 = 730;
const WARN: &str = "mutation($input: WarnBeforeEndInput!) { warnBeforeEnd(input: $input) { purpose { warnDays } userErrors { code field } } }";

async fn contact_of(app: &TestApp, email: &str) -> ContactId {
    let rows = contact_address::Entity::find().all(app.app.db()).await.unwrap();
    rows.into_iter().find(|row| row.email == email).expect("a contact").contact_id
}

async fn row_of(app: &TestApp) -> contact::Model {
    let id = contact_of(app, ADA).await;
    contact::Entity::find_by_id((app.workspace, id)).one(app.app.db()).await.unwrap().unwrap()
}

async fn consents(app: &TestApp) -> Vec<consent::Model> {
    let ada = contact_of(app, ADA).await;
    let mut rows = consents_of_contacts(app.app.db(), app.workspace, &[ada]).await.unwrap();
    rows.remove(&ada).unwrap_or_default()
}

/// Lets time pass, and the schedules and their jobs run.
async fn after(app: &TestApp, days: i64) {
    app.advance(TimeDelta::days(days));
    queue_due(&app.app).await.unwrap();
    app.run_jobs().await;
}

fn told(app: &TestApp) -> Vec<TestMail> {
    app.mails_to(ADA).into_iter().filter(|mail| mail.subject.contains("consent ends soon")).collect()
}

async fn warn(client: &Client<'_>, purpose: PurposeId, more: Value) -> Value {
    let mut input = json!({ "purposeId": purpose.to_string() });
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    client.gql(WARN, json!({ "input": input })).await["warnBeforeEnd"].clone()
}

/// A contact who agreed to the newsletter, of whose end people are told two weeks before.
async fn warned(app: &TestApp) -> TestForm {
    let form = app.newsletter_form().await;
    app.confirmed(&form, ADA).await;
    warn_before_end(&app.app, app.workspace, Actor::Operator, form.newsletter, Some(14)).await.unwrap();
    form
}

async fn link_of(app: &TestApp) -> String {
    let link = preferences_link(&app.app, app.workspace, contact_of(app, ADA).await);
    link[link.find("/preferences/").unwrap()..].to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_agreed_for_a_time_is_told_once_before_it_ends_where_the_rule_says_so() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, ADA).await;
    after(&app, VALID - 13).await;
    assert!(told(&app).is_empty(), "without a rule nobody is told");
    let marketing = app.api_key(Role::Marketing).await;
    let set = warn(&marketing, form.newsletter, json!({})).await;
    assert_eq!(set["purpose"]["warnDays"], 14, "two weeks unless one says otherwise: {set}");
    after(&app, 0).await;
    assert!(told(&app).is_empty(), "the schedule's hour has not passed");
    app.advance(TimeDelta::hours(1));
    after(&app, 0).await;
    let letter = told(&app).pop().expect("a mail");
    for part in
        ["Purpose newsletter (by e-mail): ends on 22 November 2028", "Atelier Lumen SAS", "/preferences/"]
    {
        assert!(letter.text.contains(part), "{part}: {}", letter.text);
    }
    let sent = mail::Entity::find().filter(mail::Column::Kind.eq("consent_ending"));
    let sent = sent.one(app.app.db()).await.unwrap().unwrap();
    let ada = contact_of(&app, ADA).await;
    assert_eq!((sent.state, sent.contact_id), (MailState::Sent, Some(ada)), "the mail is the proof");
    let told_end: Vec<_> =
        app.journal().await.into_iter().filter(|entry| entry.kind == "consent.end_told").collect();
    assert_eq!(told_end.len(), 1);
    assert_eq!(told_end[0].object, Some(consents(&app).await[0].id.to_string()));
    assert!(told_end[0].bytes.contains(&sent.id.to_string()), "{}", told_end[0].bytes);
    for _ in 0..3 {
        after(&app, 1).await;
    }
    assert_eq!(told(&app).len(), 1, "once");
    after(&app, 10).await;
    assert_eq!(app.consent_of(ADA).await, Some(ConsentState::Expired));
    assert_eq!(told(&app).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_needs_an_end_and_can_be_taken_back() {
    let app = TestApp::new().await;
    let marketing = app.api_key(Role::Marketing).await;
    let newsletter = app.purpose("newsletter", LegalBasis::Consent).await;
    let orders = app.purpose("orders", LegalBasis::Contract).await;
    assert_eq!(faults(&warn(&marketing, orders, json!({})).await), ["WRONG_STATE purposeId"]);
    for days in [0, -1, 91, 730] {
        assert_eq!(faults(&warn(&marketing, newsletter, json!({ "days": days })).await), ["INVALID days"]);
    }
    for (days, expected) in [(json!(30), json!(30)), (json!(30), json!(30)), (Value::Null, Value::Null)] {
        let set = warn(&marketing, newsletter, json!({ "days": days })).await;
        assert_eq!(set, json!({ "purpose": { "warnDays": expected }, "userErrors": [] }));
    }
    let kinds = app.journal_kinds().await;
    assert_eq!(kinds.iter().filter(|kind| *kind == "purpose.warning_set").count(), 2, "twice is as once");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_told_may_renew_and_is_told_of_the_next_end_only() {
    let app = TestApp::new().await;
    warned(&app).await;
    let link = link_of(&app).await;
    let yes = [("topic", "newsletter:email"), ("answer", "yes")];
    let renew = async || app.visitor().post_form(&format!("{link}/choose"), &yes).await;
    let yes_buttons = async || app.visitor().get(&link).await.text.matches("value=\"yes\"").count();
    assert_eq!(yes_buttons().await, 1, "long before its end there is one for calls, and none for e-mail");
    assert!(renew().await.words().contains("it still holds"));
    after(&app, VALID - 13).await;
    assert_eq!(told(&app).len(), 1);
    let page = app.visitor().get(&link).await;
    assert!(page.words().contains("This ends soon."), "{}", page.words());
    assert_eq!(yes_buttons().await, 2);
    let before = consents(&app).await[0].expires_at.unwrap();
    assert!(renew().await.words().contains("Please confirm in your mailbox"));
    app.run_jobs().await;
    assert_eq!(consents(&app).await[0].expires_at, Some(before), "nothing before the mailbox says so");
    let confirm = app.mails_to(ADA).pop().unwrap().link("preferences/confirm");
    assert_eq!(app.visitor().post_form(&confirm, &[]).await.status, 200);
    let row = consents(&app).await.remove(0);
    assert_eq!(row.expires_at, Some(app.app.now() + TimeDelta::days(VALID)));
    after(&app, 13).await;
    assert_eq!((app.consent_of(ADA).await, told(&app).len()), (Some(ConsentState::Given), 1));
    after(&app, VALID - 26).await;
    assert_eq!(told(&app).len(), 2, "the next end is another");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_mail_tells_of_all_that_ends_and_two_runs_at_once_send_no_second() {
    let app = TestApp::new().await;
    let letter = app.purpose("letter", LegalBasis::Consent).await;
    let events = app.purpose("events", LegalBasis::Consent).await;
    let offers = [(letter, Channel::Email), (letter, Channel::Phone), (events, Channel::Email)]
        .map(|(purpose_id, channel)| ConsentOffer { purpose_id, channel });
    let form = app.publish_in(app.workspace, definition(offers.to_vec(), None), letter).await;
    for (purpose, days) in [(letter, 20), (events, 10)] {
        warn_before_end(&app.app, app.workspace, Actor::Operator, purpose, Some(days)).await.unwrap();
    }
    let fields = [
        ("email", ADA),
        ("phone", "+33 6 12 34 56 78"),
        ("consent", "letter:email"),
        ("consent", "letter:phone"),
        ("consent", "events:email"),
    ];
    assert_eq!(app.visitor().submit_fields(&form, &fields).await.status, 303);
    app.run_jobs().await;
    let link = app.mails_to(ADA).pop().unwrap().link("confirm");
    app.visitor().post_form(&link, &[]).await;
    app.run_jobs().await;
    app.advance(TimeDelta::days(VALID - 5));
    let other = app.second_node().await;
    for _ in 0..3 {
        let (one, two) = tokio::join!(tell_of_ends(&app.app), tell_of_ends(&other));
        // On SQLite one of them may have had to wait too long; the schedule comes again.
        assert!(one.is_ok() || two.is_ok());
        app.run_jobs().await;
    }
    let mails = told(&app);
    assert_eq!(mails.len(), 1, "one mail");
    for part in ["Purpose letter (by e-mail)", "Purpose letter (by phone)", "Purpose events (by e-mail)"] {
        assert!(mails[0].text.contains(part), "{part}: {}", mails[0].text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_told_who_cannot_be_written_to_or_wants_no_mail() {
    for why in ["restricted", "paused", "withdrawn", "complained", "stopped", "not_proven", "rule_taken_back"]
    {
        let app = TestApp::new().await;
        let form = warned(&app).await;
        let row = row_of(&app).await;
        app.advance(TimeDelta::days(VALID - 20));
        match why {
            "restricted" => {
                let mut row = row.into_active_model();
                row.restricted_at = Set(Some(app.app.now()));
                contact::Entity::update(row).exec(app.app.db()).await.unwrap();
            }
            "paused" => {
                let until = app.app.now() + TimeDelta::days(8);
                assert!(pause_contact(&app.app, app.workspace, row.id, Some(until)).await.unwrap());
            }
            "withdrawn" | "stopped" => {
                let scope = if why == "stopped" { "all" } else { "newsletter:email" };
                let link = link_of(&app).await.replace("/preferences/", "/unsubscribe/");
                assert_eq!(app.visitor().post_form(&link, &[("scope", scope)]).await.status, 200);
            }
            "complained" => {
                let address = row.primary_address_id.unwrap();
                let address = contact_address::Entity::find_by_id((app.workspace, address));
                let address = address.one(app.app.db()).await.unwrap().unwrap();
                let entry = app.journal().await.pop().unwrap();
                let complaint = suppression::ActiveModel {
                    workspace_id: Set(app.workspace),
                    fingerprint: Set(address.fingerprint),
                    scope: Set("ALL".to_owned()),
                    reason: Set(SuppressionReason::Complaint),
                    at: Set(app.app.now()),
                    entry_id: Set(entry.id),
                };
                suppression::Entity::insert(complaint).exec_without_returning(app.app.db()).await.unwrap();
            }
            "not_proven" => {
                let address = row.primary_address_id.unwrap();
                let address = contact_address::Entity::find_by_id((app.workspace, address));
                let mut address = address.one(app.app.db()).await.unwrap().unwrap().into_active_model();
                address.verified_at = Set(None);
                contact_address::Entity::update(address).exec(app.app.db()).await.unwrap();
            }
            _ => {
                let taken = warn_before_end(&app.app, app.workspace, Actor::Operator, form.newsletter, None);
                assert_eq!(taken.await.unwrap().warn_days, None);
            }
        }
        after(&app, 7).await;
        assert!(told(&app).is_empty(), "{why}");
        after(&app, 2).await;
        assert_eq!(told(&app).len(), usize::from(why == "paused"), "{why}: after the pause");
    }
}
