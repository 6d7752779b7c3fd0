//! Public form submissions: the same answer for everybody, tickets, rate limits and proxies, forms on another
//! legal basis, evidence.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use accord::{
    config::{Budgets, Config},
    consent::{PurposeText, prove_consent, publish_purpose_version},
    error::Error,
    forms::{
        archive_form, create_form,
        definition::{ConsentOffer, FieldKind},
        publish_form,
    },
    intake::{expire_opt_ins, ticket},
    link_uses::Use,
    platform::{actor::Actor, mailer::Mailer, rate_limit::Budget, tokens::Link},
};
use chrono::TimeDelta;
use entity::{
    Channel, ConsentState, FormId, LegalBasis, SubmissionState, activity, basis, consent, contact,
    contact_address, job, provenance, submission, suppression,
};
use futures_util::future::join_all;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::support::{Answer, TestApp, TestForm, definition};

const SITE: &str = "https://site.example";

async fn with_budgets(change: impl FnOnce(Budgets) -> Budgets) -> TestApp {
    let budgets = change(Budgets::unlimited());
    TestApp::with(Some(Mailer::Memory(Arc::default())), |config| Config { budgets, ..config }).await
}

fn few(name: &'static str, most: u32) -> Budget {
    Budget { name, most, window: Duration::from_mins(10) }
}

/// The request body that the embed sends.
fn embed(ticket: &str, email: &str) -> Value {
    json!({"ticket": ticket, "language": "en", "page": format!("{SITE}/"), "values": {"email": email, "given_name": "Ada"}, "consents": ["newsletter:email"], "honeypot": ""})
}

async fn post(app: &TestApp, form: &TestForm, body: &Value) -> Answer {
    app.visitor().header("origin", SITE).post_json(&format!("/forms/{}", form.id), body).await
}

/// What a visitor can see of an answer: status, headers without request id and date, body.
fn seen(answer: &Answer) -> (u16, BTreeMap<String, String>, String) {
    let told = answer.headers.iter().filter(|(name, _)| !matches!(name.as_str(), "x-request-id" | "date"));
    (
        answer.status,
        told.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect(),
        answer.text.clone(),
    )
}

/// Everything stored about people, and what they submitted.
async fn held(app: &TestApp) -> String {
    let db = app.app.db();
    format!(
        "{:?}\n{:?}\n{:?}\n{:?}\n{:?}",
        contact::Entity::find().all(db).await.unwrap(),
        contact_address::Entity::find().all(db).await.unwrap(),
        consent::Entity::find().all(db).await.unwrap(),
        provenance::Entity::find().all(db).await.unwrap(),
        suppression::Entity::find().all(db).await.unwrap(),
    )
}

async fn write(app: &TestApp, text: &str, values: Vec<sea_orm::Value>) {
    assert!(app.app.ledger.db.touch(text, values).await.unwrap() > 0, "{text}");
}

/// A form based on a contract that also offers the newsletter of `form`.
async fn quote_beside(app: &TestApp, form: &TestForm) -> TestForm {
    let quote = app.purpose("quote", LegalBasis::Contract).await;
    let offer = ConsentOffer { purpose_id: form.newsletter, channel: Channel::Email };
    app.publish_in(app.workspace, definition(vec![offer], Some(quote)), form.newsletter).await
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_4_the_public_answer_is_constant() {
    let app = with_budgets(|budgets| budgets).await;
    let form = app.newsletter_form().await;
    let fingerprint = |email: &str| app.app.vault.fingerprint(app.workspace, email);
    for email in ["pending@example.org", "declined@example.org", "bounced@example.org"] {
        app.visitor().submit(&form, email).await;
    }
    app.run_jobs().await;
    let link = app.only_mail_to("declined@example.org").link("confirm");
    assert_eq!(app.visitor().post_form(&format!("{link}/decline"), &[]).await.status, 200);
    let until = app.app.now() + TimeDelta::days(7);
    write(
        &app,
        "UPDATE mailbox SET bounced_until = $1 WHERE fingerprint = $2",
        vec![until.into(), fingerprint("bounced@example.org").into()],
    )
    .await;
    for email in ["confirmed@example.org", "withdrawn@example.org", "complained@example.org"] {
        app.confirmed(&form, email).await;
    }
    for email in ["withdrawn@example.org", "complained@example.org"] {
        let stop = app.mails_to(email).last().unwrap().link("unsubscribe");
        assert_eq!(app.visitor().post_form(&stop, &[("scope", "all")]).await.status, 200);
    }
    write(
        &app,
        "UPDATE suppression SET reason = 'COMPLAINT' WHERE fingerprint = $1",
        vec![fingerprint("complained@example.org").into()],
    )
    .await;
    app.run_jobs().await;
    app.advance(TimeDelta::minutes(10));

    let people = [
        ("new@example.org", 1),
        ("pending@example.org", 1),
        ("confirmed@example.org", 1),
        ("withdrawn@example.org", 1),
        ("declined@example.org", 0),
        ("bounced@example.org", 0),
        ("complained@example.org", 0),
        ("someone@mailinator.com", 1),
    ];
    let mails_before: Vec<usize> = people.iter().map(|(email, _)| app.mails_to(email).len()).collect();
    for as_embed in [true, false] {
        let mut answers = Vec::new();
        for (email, _) in people {
            let before = [app.count("submission").await, app.count("job").await, app.count("journal").await];
            let ticket = app.visitor().ticket(&form).await;
            let answer = if as_embed {
                post(&app, &form, &embed(&ticket, email)).await
            } else {
                let fields = [
                    ("ticket", ticket.as_str()),
                    ("language", "en"),
                    ("email", email),
                    ("given_name", "Ada"),
                    ("consent", "newsletter:email"),
                ];
                app.visitor().post_form(&format!("/forms/{}", form.id), &fields).await
            };
            // The same work is done for every address, so timing reveals nothing either.
            let after = [app.count("submission").await, app.count("job").await, app.count("journal").await];
            assert_eq!(after, before.map(|count| count + 1), "{email}");
            answers.push((email, seen(&answer)));
        }
        assert_eq!(answers[0].1.0, if as_embed { 202 } else { 303 });
        for (email, answer) in &answers {
            assert_eq!(answer, &answers[0].1, "{email}");
        }
    }
    // Repeating the identical submission shows no difference either.
    for (email, _) in people {
        let ticket = app.visitor().ticket(&form).await;
        for nth in 0..7 {
            let answer = post(&app, &form, &embed(&ticket, email)).await;
            assert_eq!(answer.status, 202, "{email}, the {nth}. time");
            app.run_jobs().await;
        }
    }
    app.run_jobs().await;
    for ((email, more), before) in people.into_iter().zip(mails_before) {
        assert_eq!(app.mails_to(email).len() - before, more, "what differs is the mail: {email}");
    }
    assert!(app.mails_to("confirmed@example.org").last().unwrap().subject.starts_with("No change"));
    for email in ["new@example.org", "pending@example.org", "withdrawn@example.org"] {
        assert!(app.mails_to(email).last().unwrap().subject.starts_with("Please confirm"), "{email}");
    }
    assert_eq!(app.consent_of("withdrawn@example.org").await, Some(ConsentState::Withdrawn));
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_3_a_public_act_can_never_lower_a_state() {
    let app = with_budgets(|budgets| budgets).await;
    let form = app.newsletter_form().await;
    let quote = quote_beside(&app, &form).await;
    app.confirmed(&form, "ada@example.org").await;
    app.confirmed(&form, "bob@example.org").await;
    let stop = app.mails_to("bob@example.org").last().unwrap().link("unsubscribe");
    app.visitor().post_form(&stop, &[("scope", "all")]).await;
    app.run_jobs().await;
    let before = held(&app).await;
    assert!(before.contains("Withdrawn") && before.contains("Given"));

    for email in ["ada@example.org", "bob@example.org", "ADA@example.org"] {
        for form in [&form, &quote] {
            for consents in [&[][..], &[("consent", "newsletter:email")]] {
                app.advance(TimeDelta::hours(25));
                let fields = [
                    &[("email", email), ("given_name", "Mallory"), ("note", "delete me, unsubscribe me")][..],
                    consents,
                ]
                .concat();
                let answer = app.visitor().submit_fields(form, &fields).await;
                assert!(matches!(answer.status, 303 | 422), "{}", answer.words());
                app.run_jobs().await;
                assert_eq!(held(&app).await, before, "{email} {consents:?}");
            }
        }
    }
    app.visitor()
        .submit_fields(
            &form,
            &[("email", "ada@example.org"), ("consent", "newsletter:email"), ("leave_blank", "x")],
        )
        .await;
    // Nobody clicks: the pending requests expire, and earlier data stays.
    app.advance(TimeDelta::hours(80));
    while expire_opt_ins(&app.app).await.unwrap() {}
    app.run_jobs().await;
    assert_eq!(held(&app).await, before);
    assert!(
        app.count("activity").await > 0,
        "what was sent with an unproven address is there for staff to read"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_1_no_contact_before_the_mailbox_confirmed() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let nobody = async || {
        for table in ["contact", "contact_address", "consent", "basis", "provenance", "activity", "evidence"]
        {
            assert_eq!(app.count(table).await, 0, "{table}");
        }
    };
    for email in ["ada@example.org", "bob@example.org", "eve@example.org"] {
        app.visitor().submit(&form, email).await;
        nobody().await;
        app.run_jobs().await;
        nobody().await;
    }
    let link = |email: &str| app.only_mail_to(email).link("confirm");
    app.visitor().get(&link("ada@example.org")).await;
    app.visitor().get(&format!("{}/decline", link("bob@example.org"))).await;
    nobody().await;
    app.visitor().post_form(&format!("{}/decline", link("bob@example.org")), &[]).await;
    nobody().await;
    app.advance(TimeDelta::hours(73));
    let late = app.visitor().post_form(&link("eve@example.org"), &[]).await;
    assert_eq!(late.status, 410, "{}", late.words());
    while expire_opt_ins(&app.app).await.unwrap() {}
    nobody().await;

    app.visitor().submit(&form, "ada@example.org").await;
    app.run_jobs().await;
    app.visitor().post_form(&app.mails_to("ada@example.org")[1].link("confirm"), &[]).await;
    assert_eq!(
        (app.count("contact").await, app.consent_of("ada@example.org").await),
        (1, Some(ConsentState::Given))
    );
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_is_not_there_closed_or_not_for_this_site_keeps_nothing() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let ticket = app.visitor().ticket(&form).await;
    let path = format!("/forms/{}", form.id);
    let fields = [("ticket", ticket.as_str()), ("email", "ada@example.org"), ("consent", "newsletter:email")];
    for origin in [
        "https://evil.example",
        "https://site.example.evil.example",
        "HTTPS://SITE.EXAMPLE",
        "https://site.example/",
    ] {
        let json =
            app.visitor().header("origin", origin).post_json(&path, &embed(&ticket, "ada@example.org")).await;
        assert_eq!(
            (json.status, json.json()["code"].clone(), json.header("access-control-allow-origin")),
            (403, json!("forbidden"), ""),
            "{origin}"
        );
        let html = app
            .visitor()
            .header("origin", origin)
            .header("accept-language", "fr")
            .post_form(&path, &fields)
            .await;
        assert_eq!((html.status, html.text.contains("<html lang=\"fr\"")), (403, true), "{origin}");
        assert!(!html.text.contains("ada@"), "an error page repeats nothing");
    }
    // A submission from a page that hides its origin is not stored either until the button on our own page is
    // clicked.
    let hidden = app.visitor().header("origin", "null");
    assert_eq!(hidden.post_json(&path, &embed(&ticket, "ada@example.org")).await.status, 409);
    let page = hidden.post_form(&path, &fields).await;
    assert!(
        page.status == 200 && page.words().contains("Please check your answers and send them"),
        "{}",
        page.words()
    );
    for unknown in [
        format!("/forms/{}", FormId::new()),
        "/forms/form_x".to_owned(),
        "/forms/".to_owned() + &"a".repeat(5000),
    ] {
        assert_eq!(app.visitor().post_json(&unknown, &embed(&ticket, "ada@example.org")).await.status, 404);
        assert_eq!(app.visitor().post_form(&unknown, &fields).await.status, 404);
    }
    archive_form(&app.app, app.workspace, Actor::Operator, form.id).await.unwrap();
    assert_eq!(app.visitor().post_json(&path, &embed(&ticket, "ada@example.org")).await.status, 410);
    let closed = app.visitor().post_form(&path, &fields).await;
    assert!(closed.status == 410 && closed.words().contains("This form is closed"), "{}", closed.words());
    assert_eq!((app.count("submission").await, app.count("job").await), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_ticket_of_this_form_and_of_the_right_age_lets_a_post_in_and_the_others_get_a_new_one() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let sibling = app
        .publish_in(
            app.workspace,
            definition(vec![ConsentOffer { purpose_id: form.newsletter, channel: Channel::Email }], None),
            form.newsletter,
        )
        .await;
    let other = app.other_workspace("other").await;
    let foreign = app.newsletter_form_in(other).await;
    let stale = app.visitor().ticket(&form).await;
    app.advance(ticket::OLDEST);
    let good = app.visitor().ticket(&form).await;
    let link = app.app.vault.verify(Use::FormTicket, &good).unwrap();
    let forged = format!("{}{}", &good[..good.len() - 2], if good.ends_with("AA") { "BB" } else { "AA" });
    let bad = [
        String::new(),
        "v1.x.y.z".to_owned(),
        "a".repeat(10_000),
        stale,
        forged,
        good[..good.len() - 1].to_owned(),
        app.visitor().ticket(&foreign).await,
        app.visitor().ticket(&sibling).await,
        app.app.vault.sign(Use::ConfirmOptIn, &link),
        app.app.vault.sign(Use::FormTicket, &Link { extra: Vec::new(), ..link.clone() }),
        app.app.vault.sign(Use::FormTicket, &Link { extra: vec![0xff; 20], ..link.clone() }),
    ];
    for ticket in &bad {
        let answer = post(&app, &form, &embed(ticket, "ada@example.org")).await;
        let body = answer.json();
        assert_eq!(
            (answer.status, &body["code"], answer.header("content-type")),
            (409, &json!("ticket_stale"), "application/problem+json"),
            "{ticket}"
        );
        assert!(
            body["ticket"].as_str().unwrap().starts_with("v1.")
                && body["retryAfterMs"].as_i64().unwrap() >= 800,
            "{body}"
        );
        assert!(!answer.text.contains("ada@"));

        let fields = [
            ("ticket", ticket.as_str()),
            ("language", "en"),
            ("email", "ada@example.org"),
            ("given_name", "Ada \"A\" <b>"),
            ("consent", "newsletter:email"),
        ];
        let page = app.visitor().post_form(&format!("/forms/{}", form.id), &fields).await;
        assert_eq!(page.status, 200, "{ticket}");
        assert!(page.words().contains("Please check your answers and send them"), "{}", page.words());
        assert!(
            page.text.contains(r#"value="ada@example.org""#)
                && page.text.contains("Ada &quot;A&quot; &lt;b&gt;")
                && page.text.contains(" checked"),
            "{}",
            page.text
        );
    }
    assert_eq!(app.count("submission").await, 0);

    // Sent too soon after the form was shown: only a program is that fast. The new ticket works after the
    // wait.
    let young = app.visitor().get(&format!("/forms/{}/definition", form.id)).await.json()["ticket"]
        .as_str()
        .unwrap()
        .to_owned();
    app.advance(ticket::YOUNGEST - TimeDelta::milliseconds(1));
    let answer = post(&app, &form, &embed(&young, "ada@example.org")).await;
    assert_eq!(answer.status, 409);
    let page = app
        .visitor()
        .post_form(&format!("/forms/{}", form.id), &[("ticket", young.as_str()), ("language", "en")])
        .await;
    assert!(page.words().contains("That was very fast"), "{}", page.words());
    let again = answer.json();
    app.advance(TimeDelta::milliseconds(again["retryAfterMs"].as_i64().unwrap()));
    assert_eq!(
        post(&app, &form, &embed(again["ticket"].as_str().unwrap(), "ada@example.org")).await.status,
        202
    );
    assert_eq!(post(&app, &form, &embed(&good, "bob@example.org")).await.status, 202);
    assert_eq!(app.count("submission").await, 2);
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_rendered_form_sent_twice_counts_once_whenever_the_second_comes() {
    let app = with_budgets(|budgets| budgets).await;
    let newsletter = app.newsletter_form().await;
    let quote = quote_beside(&app, &newsletter).await;
    for (form, email) in [(&newsletter, "ada@example.org"), (&quote, "bob@example.org")] {
        let ticket = app.visitor().ticket(form).await;
        let body = embed(&ticket, email);
        let submissions = app.count("submission").await;
        let (first, second) = tokio::join!(post(&app, form, &body), post(&app, form, &body));
        assert_eq!((first.status, seen(&first)), (202, seen(&second)), "at the same moment");
        app.run_jobs().await;
        assert_eq!(seen(&post(&app, form, &body).await), seen(&first), "after it was looked at");
        app.run_jobs().await;
        app.visitor().post_form(&app.only_mail_to(email).link("confirm"), &[]).await;
        app.run_jobs().await;
        let mails = app.mails_to(email).len();
        app.advance(TimeDelta::hours(1));
        assert_eq!(seen(&post(&app, form, &body).await), seen(&first), "after it was confirmed");
        app.run_jobs().await;
        assert_eq!(
            (app.count("submission").await - submissions, app.mails_to(email).len()),
            (1, mails),
            "{email}"
        );
    }
    assert_eq!(app.count("activity").await, 0, "no repeat is told to staff as something new");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_corrected_address_is_another_submission_and_the_sixth_of_one_rendered_form_is_told_that_nothing_was_kept()
 {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let ticket = app.visitor().ticket(&form).await;
    let path = format!("/forms/{}", form.id);
    let body = |n: u8| embed(&ticket, &format!("ada{n}@example.org"));
    for n in 0..5 {
        assert_eq!(post(&app, &form, &body(n)).await.status, 202);
    }
    let sixth = post(&app, &form, &body(5)).await;
    assert_eq!(
        (sixth.status, sixth.header("retry-after"), sixth.json()["code"].as_str()),
        (429, "1", Some("ticket_used_up")),
        "{}",
        sixth.text
    );
    assert_eq!(app.count("submission").await, 5, "what is not kept is not answered 202");
    assert_eq!(
        post(&app, &form, &body(2)).await.status,
        202,
        "a repeat of what is kept is told what the first was"
    );
    // The answer carries a ticket that works, for programs and for people.
    app.advance(TimeDelta::seconds(1));
    let again = post(&app, &form, &embed(sixth.json()["ticket"].as_str().unwrap(), "ada5@example.org")).await;
    assert_eq!((again.status, app.count("submission").await), (202, 6));
    let fields = [
        ("ticket", ticket.as_str()),
        ("language", "en"),
        ("email", "ada6@example.org"),
        ("consent", "newsletter:email"),
    ];
    let page = app.visitor().post_form(&path, &fields).await;
    assert_eq!(page.status, 429);
    assert!(
        page.text.contains("value=\"ada6@example.org\"") && page.text.contains("aria-labelledby=\"notice\""),
        "{}",
        page.words()
    );
    let (_, rest) = page.text.split_once("name=\"ticket\" value=\"").unwrap();
    let fresh = rest.split_once('"').unwrap().0;
    app.advance(TimeDelta::seconds(1));
    let fields = [&[("ticket", fresh)][..], &fields[1..]].concat();
    assert_eq!(
        (app.visitor().post_form(&path, &fields).await.status, app.count("submission").await),
        (303, 7)
    );
    app.run_jobs().await;
    assert_eq!(app.mails().len(), 7);
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_addresses_on_one_ticket_at_the_same_moment_are_five_kept_and_fifteen_told_so() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let ticket = app.visitor().ticket(&form).await;
    let bodies: Vec<Value> = (0..20).map(|n| embed(&ticket, &format!("ada{n}@example.org"))).collect();
    let answers = join_all(bodies.iter().map(|body| post(&app, &form, body))).await;
    let count = |status: u16| answers.iter().filter(|answer| answer.status == status).count();
    assert_eq!((count(202), count(429)), (5, 15));
    assert_eq!(app.count("submission").await, 5);
    // Submissions already stored are recognised again, in whatever order they come.
    for (body, answer) in bodies.iter().zip(&answers) {
        assert_eq!(post(&app, &form, body).await.status, answer.status);
    }
    app.run_jobs().await;
    assert_eq!(app.mails().len(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_fills_in_the_trap_is_told_what_everyone_is_told_and_nothing_is_kept() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let ticket = app.visitor().ticket(&form).await;
    let mut trapped = embed(&ticket, "bot@example.org");
    trapped["honeypot"] = json!("https://spam.example");
    let answer = post(&app, &form, &trapped).await;
    let fields = [("email", "bot@example.org"), ("consent", "newsletter:email"), ("leave_blank", "x")];
    let page = app.visitor().submit_fields(&form, &fields).await;
    assert_eq!((app.count("submission").await, app.count("job").await), (0, 0));

    assert_eq!(seen(&answer), seen(&post(&app, &form, &embed(&ticket, "ada@example.org")).await));
    assert_eq!(seen(&page), seen(&app.visitor().submit_fields(&form, &fields[..2]).await));
    assert_eq!(app.count("submission").await, 2);
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_over_its_budget_is_told_when_to_come_again_and_others_are_not_touched() {
    let app = with_budgets(|budgets| Budgets { submissions_per_network: few("few", 2), ..budgets }).await;
    let form = app.newsletter_form().await;
    let path = format!("/forms/{}", form.id);
    for n in 0..2 {
        let ticket = app.visitor().ticket(&form).await;
        assert_eq!(post(&app, &form, &embed(&ticket, &format!("ada{n}@example.org"))).await.status, 202);
    }
    let ticket = app.visitor().ticket(&form).await;
    let over = app
        .visitor()
        .header("origin", SITE)
        .from("203.0.113.250")
        .post_json(&path, &embed(&ticket, "ada3@example.org"))
        .await;
    let wait: u64 = over.header("retry-after").parse().unwrap();
    assert!(over.status == 429 && (1..=600).contains(&wait), "{} {wait}", over.status);
    assert_eq!(
        (over.json()["code"].clone(), over.header("access-control-expose-headers")),
        (json!("too_many"), "retry-after")
    );
    let fields =
        [("ticket", ticket.as_str()), ("email", "ada3@example.org"), ("consent", "newsletter:email")];
    let page = app.visitor().header("accept-language", "fr").post_form(&path, &fields).await;
    assert_eq!((page.status, page.header("retry-after")), (429, over.header("retry-after")));
    assert!(
        page.header("content-type").starts_with("text/html")
            && page.text.contains("<html lang=\"fr\"")
            && !page.text.contains("ada3"),
        "{}",
        page.text
    );
    assert_eq!(app.count("submission").await, 2);

    for (other, email) in [("203.0.114.7", "bob@example.org"), ("2001:db8::7", "eve@example.org")] {
        assert_eq!(
            app.visitor().from(other).post_json(&path, &embed(&ticket, email)).await.status,
            202,
            "{other}"
        );
    }
    app.advance(TimeDelta::seconds(i64::try_from(wait).unwrap()));
    assert_eq!(app.visitor().post_json(&path, &embed(&ticket, "ada3@example.org")).await.status, 202);
    app.run_jobs().await;

    let app = with_budgets(|budgets| Budgets { views_per_network: few("few views", 2), ..budgets }).await;
    let form = app.newsletter_form().await;
    let path = format!("/forms/{}", form.id);
    app.visitor().get(&path).await;
    app.visitor().get(&format!("{path}/definition")).await;
    for path in [path.clone(), format!("{path}/definition"), format!("{path}/received")] {
        let over = app.visitor().get(&path).await;
        assert!(over.status == 429 && over.header("retry-after").parse::<u64>().unwrap() > 0, "{path}");
    }
    assert_eq!(app.visitor().from("198.51.100.1").get(&path).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn forwarded_for_is_believed_only_from_configured_proxies() {
    let submit = async |app: &TestApp, peer: &str, forwarded: &str| {
        let form = app
            .newsletter_form_in(app.other_workspace(&format!("w{}", app.count("workspace").await)).await)
            .await;
        let ticket = app.visitor().from("192.0.2.200").ticket(&form).await;
        let visitor = app.visitor().from(peer).header("x-forwarded-for", forwarded);
        visitor.post_json(&format!("/forms/{}", form.id), &embed(&ticket, "ada@example.org")).await.status
    };
    let strict = with_budgets(|budgets| Budgets { submissions_per_network: few("strict", 1), ..budgets })
        .await
        .leaving_jobs();
    assert_eq!(submit(&strict, "203.0.113.7", "198.51.100.1").await, 202);
    assert_eq!(submit(&strict, "203.0.113.7", "198.51.101.1").await, 429, "a claim buys no new budget");

    let budgets = Budgets { submissions_per_network: few("behind", 1), ..Budgets::unlimited() };
    let trusted_proxies = vec!["10.0.0.0/8".parse().unwrap()];
    let behind = TestApp::with(Some(Mailer::Memory(Arc::default())), |config| Config {
        budgets,
        trusted_proxies,
        ..config
    })
    .await
    .leaving_jobs();
    assert_eq!(submit(&behind, "10.0.0.1", "198.51.100.1").await, 202);
    assert_eq!(
        submit(&behind, "10.0.0.1", "198.51.101.1").await,
        202,
        "another visitor behind the same proxy"
    );
    assert_eq!(
        submit(&behind, "10.0.0.2", "1.2.3.4, 198.51.100.9").await,
        429,
        "what the visitor claims themself is ignored"
    );
    assert_eq!(submit(&behind, "203.0.113.7", "198.51.102.1").await, 202);
    assert_eq!(submit(&behind, "203.0.113.7", "198.51.103.1").await, 429, "not from a proxy");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quote_request_makes_an_unverified_contact_at_once_and_records_the_basis() {
    let app = TestApp::new().await;
    let form = app.quote_form().await;
    let answer = app
        .visitor()
        .submit_fields(
            &form,
            &[("email", "ada@example.org"), ("given_name", "Ada"), ("note", "Ten lamps, please")],
        )
        .await;
    assert_eq!(answer.status, 303);
    app.run_jobs().await;
    let db = app.app.db();
    let (ada, address) = (
        contact::Entity::find().one(db).await.unwrap().unwrap(),
        contact_address::Entity::find().one(db).await.unwrap().unwrap(),
    );
    assert_eq!(
        (ada.given_name.as_str(), address.email.as_str(), address.verified_at, ada.last_contact_at),
        ("Ada", "ada@example.org", None, None)
    );
    assert!(
        provenance::Entity::find()
            .all(db)
            .await
            .unwrap()
            .iter()
            .all(|row| !row.proven && row.source == form.version.to_string())
    );
    let recorded = basis::Entity::find().one(db).await.unwrap().unwrap();
    let entry = app.journal().await.into_iter().find(|entry| entry.kind == "basis.recorded").unwrap();
    let bytes: Value = serde_json::from_str(&entry.bytes).unwrap();
    assert_eq!(
        (entry.id, &bytes["data"]["legalBasis"], &bytes["data"]["purpose"]),
        (recorded.entry_id, &json!("CONTRACT"), &json!(recorded.purpose_id))
    );
    assert!(
        bytes["data"]["purposeVersion"].is_string()
            && entry.commitment.is_some()
            && entry.subject == Some(ada.id.to_string())
    );
    assert_eq!(app.count("consent").await, 0, "nothing was ticked");
    let mail = app.only_mail_to("ada@example.org");
    assert!(
        mail.subject.starts_with("We have received your request")
            && !mail.text.contains("/confirm/")
            && !mail.raw.contains("lamps"),
        "{}",
        mail.raw
    );
    let row = submission::Entity::find().one(db).await.unwrap().unwrap();
    assert_eq!((row.state, row.sealed), (SubmissionState::Accepted, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quote_request_with_a_known_address_edits_nothing_and_is_there_for_staff_to_read() {
    let app = TestApp::new().await;
    let newsletter = app.newsletter_form().await;
    let quote = quote_beside(&app, &newsletter).await;
    app.confirmed(&newsletter, "ada@example.org").await;
    app.advance(TimeDelta::minutes(6));
    let before = held(&app).await;
    let fields = [("email", "Ada@Example.org"), ("given_name", "Mallory"), ("note", "Ten lamps, please")];
    app.visitor().submit_fields(&quote, &fields).await;
    app.run_jobs().await;
    assert_eq!(held(&app).await, before);
    let told = activity::Entity::find().all(app.app.db()).await.unwrap();
    assert_eq!(told.len(), 1);
    assert!(
        told[0].body.contains("Mallory") && told[0].body.contains("Ten lamps, please"),
        "{}",
        told[0].body
    );
    assert_eq!(app.count("basis").await, 1);
    assert!(app.journal_kinds().await.contains(&"activity.logged".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn consents_on_a_quote_form_still_wait_for_the_mailbox() {
    let app = TestApp::new().await;
    let form = app.quote_form().await;
    app.visitor().submit(&form, "ada@example.org").await;
    app.run_jobs().await;
    assert_eq!((app.count("contact").await, app.count("basis").await), (1, 1));
    assert_ne!(app.consent_of("ada@example.org").await, Some(ConsentState::Given));
    let link = app.only_mail_to("ada@example.org").link("confirm");
    app.visitor().post_form(&link, &[]).await;
    app.run_jobs().await;
    assert_eq!(
        (app.count("contact").await, app.consent_of("ada@example.org").await),
        (1, Some(ConsentState::Given))
    );
    assert!(contact_address::Entity::find().one(app.app.db()).await.unwrap().unwrap().verified_at.is_some());

    // "This was not me" deletes everything but the request that has another legal basis.
    app.visitor().submit(&form, "bob@example.org").await;
    app.run_jobs().await;
    let link = app.only_mail_to("bob@example.org").link("confirm");
    app.visitor().post_form(&format!("{link}/decline"), &[]).await;
    assert_eq!((app.count("contact").await, app.consent_of("bob@example.org").await), (2, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn evidence_of_the_page_is_origin_path_and_utm_and_only_of_the_forms_own_sites() {
    let app = with_budgets(|budgets| budgets).await;
    let form = app.newsletter_form().await;
    let page = async |email: &str, claimed: &str, referer: Option<&str>| {
        let ticket = app.visitor().ticket(&form).await;
        let mut body = embed(&ticket, email);
        body["page"] = json!(claimed);
        let visitor = app.visitor().header(
            "user-agent",
            "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0 (secret-7)",
        );
        let visitor = if let Some(referer) = referer { visitor.header("referer", referer) } else { visitor };
        assert_eq!(visitor.post_json(&format!("/forms/{}", form.id), &body).await.status, 202);
        app.run_jobs().await;
        let mail = app.only_mail_to(email);
        assert!(!mail.raw.contains("secret") && !mail.raw.contains("evil"), "{}", mail.raw);
        app.visitor().post_form(&mail.link("confirm"), &[]).await;
        app.run_jobs().await;
        let newest = consent::Entity::find()
            .all(app.app.db())
            .await
            .unwrap()
            .into_iter()
            .max_by_key(|row| row.id)
            .unwrap();
        let proof =
            prove_consent(&app.app, app.workspace, Actor::Operator, &[newest]).await.unwrap().remove(0);
        let evidence = proof.evidence.unwrap();
        assert_eq!((evidence.mailbox.as_str(), evidence.submitted_with.as_str()), (email, "Firefox 143"));
        serde_json::to_value(evidence.page).unwrap()
    };
    let nothing = json!({"origin": "", "path": "", "utm": {}});
    let full = "https://user:secret@site.example/landing?utm_source=x&utm_medium=m%20m&utm_secret=1&email=secret@example.org&gclid=secret#secret";
    assert_eq!(
        page("a@example.org", full, None).await,
        json!({"origin": SITE, "path": "/landing", "utm": {"utm_source": "x", "utm_medium": "m m"}})
    );
    let long = format!("{SITE}/{}?utm_source={}", "p".repeat(500), "s%0D%0A%00".repeat(300));
    let short = page("b@example.org", &long, None).await;
    assert_eq!(
        (short["path"].as_str().unwrap().len(), short["utm"]["utm_source"].as_str().unwrap()),
        (200, "s".repeat(200).as_str())
    );
    for (email, foreign) in [
        ("c@example.org", "https://evil.example/secret"),
        ("d@example.org", "https://site.example.evil.example/"),
        ("e@example.org", "javascript:evil"),
    ] {
        assert_eq!(page(email, foreign, Some("https://evil.example/secret")).await, nothing, "{foreign}");
    }
    let own = json!({"origin": SITE, "path": "/from", "utm": {"utm_campaign": "c"}});
    let referer = "https://site.example/from?utm_campaign=c&id=secret";
    assert_eq!(page("f@example.org", "", Some(referer)).await, own);
    assert_eq!(page("g@example.org", "https://evil.example/", Some(referer)).await, own);
    assert_eq!(
        page("h@example.org", "http://localhost:8080/forms/x?lang=fr", None).await,
        json!({"origin": "http://localhost:8080", "path": "/forms/x", "utm": {}})
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_agrees_to_calls_gives_a_number_that_can_be_called() {
    let app = TestApp::new().await;
    let newsletter = app.purpose("newsletter", LegalBasis::Consent).await;
    let offers =
        [Channel::Email, Channel::Phone].map(|channel| ConsentOffer { purpose_id: newsletter, channel });
    let form = app.publish_in(app.workspace, definition(offers.to_vec(), None), newsletter).await;
    let send = async |phone: &str, consents: &[&str]| {
        let ticket = app.visitor().ticket(&form).await;
        let body = json!({"ticket": ticket, "language": "en", "values": {"email": "ada@example.org", "phone": phone}, "consents": consents});
        post(&app, &form, &body).await
    };
    let problem = |answer: &Answer| {
        let problems = answer.json()["problems"].as_array().unwrap().clone();
        assert_eq!((answer.status, problems.len()), (422, 1), "{}", answer.text);
        (problems[0]["code"].as_str().unwrap().to_owned(), problems[0]["field"].as_str().unwrap().to_owned())
    };
    let required = ("required".to_owned(), "phone".to_owned());
    for blank in ["", "  "] {
        assert_eq!(problem(&send(blank, &["newsletter:phone"]).await), required);
        assert_eq!(problem(&send(blank, &["newsletter:email", "newsletter:phone"]).await), required);
    }
    for no_number in ["123", "06 12 34", "call me"] {
        assert_eq!(
            problem(&send(no_number, &["newsletter:phone"]).await),
            ("invalid".to_owned(), "phone".to_owned()),
            "{no_number}"
        );
    }
    assert_eq!(
        (app.count("submission").await, send("", &["newsletter:email"]).await.status),
        (0, 202),
        "a letter needs no number"
    );
    assert_eq!(send("01 99 00 12 34", &["newsletter:phone"]).await.status, 202);
    app.run_jobs().await;
    app.visitor().post_form(&app.mails().last().unwrap().link("confirm"), &[]).await;
    app.run_jobs().await;
    // It does not matter which of the two requests the link was for: confirm the other one, too.
    let ids: Vec<String> = entity::opt_in::Entity::find()
        .all(app.app.db())
        .await
        .unwrap()
        .iter()
        .map(|row| row.id.to_string())
        .collect();
    for id in &ids {
        app.visitor().post_form(&app.mails()[0].link("confirm"), &[("opt_in", id)]).await;
    }
    app.run_jobs().await;
    let consents = consent::Entity::find().all(app.app.db()).await.unwrap();
    assert!(consents.iter().any(|row| row.channel == Channel::Phone && row.state == ConsentState::Given));
    assert_eq!(contact::Entity::find().one(app.app.db()).await.unwrap().unwrap().phone, "+33199001234");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_offers_calls_without_asking_for_a_number_is_not_published() {
    let app = TestApp::new().await;
    let newsletter = app.purpose("newsletter", LegalBasis::Consent).await;
    let offers =
        [Channel::Email, Channel::Phone].map(|channel| ConsentOffer { purpose_id: newsletter, channel });
    let mut draft = definition(offers.to_vec(), None);
    draft.fields.retain(|field| field.kind != FieldKind::Phone);
    let form = create_form(&app.app, app.workspace, Actor::Operator, "No number", &draft).await.unwrap();
    let Err(Error::Rejected(problems)) =
        publish_form(&app.app, app.workspace, Actor::Operator, form.id).await
    else {
        panic!("it was published")
    };
    assert_eq!((problems.len(), problems[0].field.as_deref()), (1, Some("consents.1")), "{problems:?}");
    assert!(problems[0].message.contains("kind PHONE"), "{problems:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_shown_counts_though_the_form_was_published_again_meanwhile() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let shown = app.visitor().ticket(&form).await;
    let text = PurposeText {
        title: "Newer".into(),
        description: String::new(),
        wording: "A newer wording".into(),
        wording_sha256: String::new(),
    };
    let texts = BTreeMap::from([("en".to_owned(), text.clone()), ("fr".to_owned(), text)]);
    publish_purpose_version(&app.app, app.workspace, Actor::Operator, form.newsletter, texts).await.unwrap();
    publish_form(&app.app, app.workspace, Actor::Operator, form.id).await.unwrap();

    assert_eq!(post(&app, &form, &embed(&shown, "ada@example.org")).await.status, 202);
    app.run_jobs().await;
    let mail = app.only_mail_to("ada@example.org");
    let link = mail.link("confirm");
    let page = app.visitor().get(&link).await.words();
    assert!(
        page.contains("Yes, do this (newsletter)")
            && !page.contains("newer wording")
            && !mail.text.contains("newer wording"),
        "{page}"
    );
    app.visitor().post_form(&link, &[]).await;
    app.run_jobs().await;
    let rows = consent::Entity::find().all(app.app.db()).await.unwrap();
    let proof = prove_consent(&app.app, app.workspace, Actor::Operator, &rows).await.unwrap().remove(0);
    assert_eq!(
        (proof.wording.unwrap().text.as_str(), proof.form_version.unwrap().id),
        ("Yes, do this (newsletter)", form.version)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn over_budget_mails_are_held_and_paced_and_the_marketer_is_told() {
    let held_by = async |budgets: Budgets, which: &str| {
        let app =
            TestApp::with(Some(Mailer::Memory(Arc::default())), |config| Config { budgets, ..config }).await;
        let form = app.newsletter_form().await;
        for n in 0..5 {
            app.visitor().submit(&form, &format!("ada{n}@example.org")).await;
        }
        app.run_jobs().await;
        assert_eq!(app.mails().len(), 2, "{which}: the others are held");
        let told: Vec<Value> = app
            .journal()
            .await
            .iter()
            .filter(|entry| entry.kind == "mail.held")
            .map(|entry| serde_json::from_str(&entry.bytes).unwrap())
            .collect();
        assert_eq!(told.len(), 3);
        assert!(
            told.iter().all(|entry| entry["data"]["budget"] == which
                && entry["object"] == json!(form.id)
                && entry["data"]["until"].is_string()),
            "{told:?}"
        );
        assert_eq!(app.count("submission").await, 5, "a flood closes no form");
        let waiting = job::Entity::find().all(app.app.db()).await.unwrap();
        assert!(waiting.len() == 3 && waiting.iter().all(|job| job.run_at > app.app.now()));
        let mut sent = vec![2];
        while *sent.last().unwrap() < 5 && sent.len() < 9 {
            app.advance(TimeDelta::minutes(5));
            app.run_jobs().await;
            sent.push(app.mails().len());
        }
        assert_eq!(
            sent,
            [2, 2, 3, 4, 5],
            "{which}: each ten minutes let as many through as the budget says, one after the other"
        );
    };
    held_by(Budgets { mails_per_form: few("form", 2), ..Budgets::unlimited() }, "form").await;
    held_by(Budgets { mails_per_domain: few("domain", 2), ..Budgets::unlimited() }, "recipient_domain").await;
    held_by(Budgets { mails_per_workspace: few("workspace", 2), ..Budgets::unlimited() }, "workspace").await;
}
