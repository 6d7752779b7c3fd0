//! Mails and pages of a form name the company and the form, and offer nothing that cannot be done.

use chrono::TimeDelta;
use entity::ConsentState;

use crate::support::{TestApp, TestMail};

const ADA: &str = "ada@example.org";

/// Asserts that company and form are named, and that no host appears outside links.
fn names_company_and_form(mail: &TestMail, company: &str, form: &str) {
    assert!(mail.subject.contains(form), "{}", mail.subject);
    for text in [&mail.text, &mail.html] {
        assert!(text.contains(company) && text.contains(form), "{text}");
        let words = text
            .split_whitespace()
            .filter(|word| !word.contains("://") && !word.contains('@'))
            .collect::<Vec<_>>()
            .join(" ");
        assert!(!words.contains("localhost") && !words.contains("site.example"), "{words}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_question_the_receipt_and_what_is_no_news_name_the_company_and_the_form() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, ADA).await;
    app.advance(TimeDelta::minutes(10));
    app.visitor().submit(&form, ADA).await;
    app.run_jobs().await;
    let mails = app.mails_to(ADA);
    assert_eq!(mails.len(), 3);
    for mail in &mails {
        names_company_and_form(mail, "Atelier Lumen SAS", "Our letter");
        assert!(
            mail.text.contains("(Paris time)") && !mail.text.contains("UTC"),
            "a time names its clock: {}",
            mail.text
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_on_another_basis_is_received_by_its_name() {
    let app = TestApp::new().await;
    let form = app.quote_form().await;
    app.visitor().submit_fields(&form, &[("email", ADA)]).await;
    app.run_jobs().await;
    let mail = app.only_mail_to(ADA);
    names_company_and_form(&mail, "Atelier Lumen SAS", "Our letter");
    assert!(mail.text.contains("What it is about: Purpose quote"), "{}", mail.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_french_mail_names_them_in_french() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let ticket = app.visitor().ticket(&form).await;
    let fields =
        [("ticket", ticket.as_str()), ("language", "fr"), ("email", ADA), ("consent", "newsletter:email")];
    assert_eq!(app.visitor().post_form(&format!("/forms/{}", form.id), &fields).await.status, 303);
    app.run_jobs().await;
    let mail = app.only_mail_to(ADA);
    names_company_and_form(&mail, "Atelier Lumen SAS", "Our letter (fr)");
    assert!(
        mail.text.contains("«\u{a0}Our letter (fr)\u{a0}»") && mail.text.contains("(heure de Paris)"),
        "{}",
        mail.text
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_behind_the_question_names_form_and_company_and_no_address_of_ours() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    // From our own hosted page, whose address would mean nothing to the reader.
    let at_home = app.visitor().header("referer", &format!("http://localhost:8080/forms/{}", form.id));
    at_home.submit(&form, ADA).await;
    app.run_jobs().await;
    let page = app.visitor().get(&app.only_mail_to(ADA).link("confirm")).await;
    assert!(
        page.words().contains("Our letter") && page.words().contains("A form of Atelier Lumen SAS"),
        "{}",
        page.words()
    );
    assert!(!page.words().contains("localhost") && page.words().contains("(Paris time)"), "{}", page.words());
}

#[tokio::test(flavor = "multi_thread")]
async fn after_one_click_the_page_says_so_and_shows_a_way_back() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, ADA).await;
    let path = app.mails_to(ADA)[1].link("unsubscribe");
    assert_eq!(app.visitor().post_form(&path, &[("List-Unsubscribe", "One-Click")]).await.status, 200);
    assert_eq!(app.consent_of(ADA).await, Some(ConsentState::Withdrawn));
    let page = app.visitor().get(&path).await;
    assert!(
        page.words().contains("You are unsubscribed") && page.words().contains("Earlier subscriptions"),
        "{}",
        page.words()
    );
    assert!(
        !page.text.contains("value=\"newsletter:email\"") && page.text.matches("<button").count() == 1,
        "{}",
        page.text
    );
    let back = format!("/forms/{}?lang=en", form.id);
    assert!(page.text.contains(&back.replace('&', "&amp;")), "{}", page.text);
    assert_eq!(app.visitor().get(&back).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_stopping_everything_nothing_is_offered_but_the_way_back() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, ADA).await;
    let path = app.mails_to(ADA)[1].link("unsubscribe");
    let done = app.visitor().post_form(&path, &[("scope", "all")]).await;
    let later = app.visitor().get(&path).await;
    for page in [&done, &later] {
        assert!(page.words().contains("You will not receive any of our messages"), "{}", page.words());
        assert!(!page.text.contains("<button") && !page.text.contains("See or change"), "{}", page.text);
        assert!(
            page.text.contains(&format!("/forms/{}", form.id))
                && page.words().contains("You can subscribe again"),
            "{}",
            page.text
        );
    }
    let archived = accord::forms::archive_form(
        &app.app,
        app.workspace,
        accord::platform::actor::Actor::Operator,
        form.id,
    )
    .await;
    assert!(archived.is_ok());
    let later = app.visitor().get(&path).await;
    assert!(!later.text.contains("/forms/"), "a closed form is no way back: {}", later.text);
    assert!(
        later.words().contains("You can subscribe again with any form on our website"),
        "{}",
        later.words()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_works_with_the_punctuation_that_a_mail_program_took_along() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.visitor().submit(&form, ADA).await;
    app.run_jobs().await;
    let confirm = app.only_mail_to(ADA).link("confirm");
    for glued in [".", ")", "%3E", ").", ",", "%C2%BB", "%E2%80%A6", "'"] {
        let page = app.visitor().get(&format!("{confirm}{glued}")).await;
        assert!(
            page.status == 200 && page.text.contains(&format!("action=\"{confirm}\"")),
            "{glued}: {} {}",
            page.status,
            page.words()
        );
        assert_eq!(app.visitor().get(&format!("/forms/{}{glued}", form.id)).await.status, 200, "{glued}");
    }
    assert_eq!(app.visitor().post_form(&format!("{confirm}."), &[]).await.status, 200);
    app.run_jobs().await;
    let stop = app.mails_to(ADA)[1].link("unsubscribe");
    assert_eq!(app.visitor().get(&format!("{stop}%3E")).await.status, 200);
    // A link with a missing or damaged part is not a link.
    assert_eq!(app.visitor().get(&confirm[..confirm.len() - 1]).await.status, 404);
    assert_eq!(app.visitor().get(&confirm.replacen('.', ")", 1)).await.status, 404);
}
