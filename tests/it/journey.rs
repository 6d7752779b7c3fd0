//! The main user journey, from the form to the consent.

use entity::ConsentState;

use crate::support::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn promise_2_opening_the_link_does_not_confirm_but_pressing_the_button_does() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.visitor().submit(&form, "ada@example.org").await;
    assert_eq!(app.count("contact").await, 0);
    app.run_jobs().await;
    let link = app.only_mail_to("ada@example.org").link("confirm");

    let page = app.visitor().get(&link).await;
    assert_eq!(page.status, 200);
    assert!(page.words().contains("Yes, I asked for this"));
    assert_eq!(app.consent_of("ada@example.org").await, None);
    assert_eq!(app.count("contact").await, 0);

    let page = app.visitor().post_form(&link, &[]).await;
    assert!(page.words().contains("your request is confirmed"), "{}", page.words());
    assert_eq!(app.consent_of("ada@example.org").await, Some(ConsentState::Given));
    app.run_jobs().await;
    let receipt = app.mails_to("ada@example.org").remove(1);
    assert!(receipt.headers["List-Unsubscribe"].contains("/unsubscribe/"));

    let again = app.visitor().post_form(&link, &[]).await;
    assert!(again.words().contains("You have already confirmed it"), "{}", again.words());
    let kinds = app.journal_kinds().await;
    assert_eq!(kinds.iter().filter(|kind| *kind == "consent.given").count(), 1);
    assert_eq!(app.run_jobs().await, 0);
}
