//! The secret key, its rotation, and the keys behind signed links.

use accord::{
    app::App,
    config::Config,
    link_uses::Use,
    platform::{
        db::Db,
        tokens::Link,
        vault::{SecretKey, rotate},
    },
};
use chrono::TimeDelta;
use entity::{ConsentState, OptInId, instance_key};
use sea_orm::EntityTrait;

use crate::support::TestApp;

const ADA: &str = "ada@example.org";

/// A process that starts on the test's database with these secret keys.
async fn start_with(app: &TestApp, keys: &[SecretKey]) -> anyhow::Result<App> {
    let config = Config { secret_keys: keys.to_vec(), ..app.app.config.clone() };
    let db = Db::connect(&config.database_url, 2).await?;
    App::build(config, db, app.app.ledger.clock.clone(), Some(app.app.mailer.clone()), app.app.pages.clone())
        .await
}

async fn wrapped(app: &TestApp) -> Vec<(String, Vec<u8>)> {
    let mut rows: Vec<_> = instance_key::Entity::find()
        .all(app.app.db())
        .await
        .unwrap()
        .into_iter()
        .map(|row| (row.kid, row.wrapped))
        .collect();
    rows.sort();
    rows
}

fn kid(app: &App, workspace: entity::WorkspaceId) -> String {
    let token =
        app.vault.sign(Use::ConfirmOptIn, &Link { workspace, row: OptInId::new().0, extra: Vec::new() });
    token.split('.').nth(1).expect("a key id").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_secret_key_stops_the_start_and_says_what_to_do() {
    let app = TestApp::new().await;
    let before = wrapped(&app).await;
    let refused = start_with(&app, &[SecretKey::generate()]).await.err().expect("no start");
    let line = format!("{refused:#}");
    assert!(
        line.contains("ACCORD_SECRET_KEY is not the key this database was made with") && !line.contains('\n'),
        "{line}"
    );
    let config = Config { secret_keys: vec![SecretKey::generate()], ..app.app.config.clone() };
    assert!(accord::serve::start(config, false).await.is_err(), "serve neither");
    assert_eq!(wrapped(&app).await, before, "and no new masters were made beside");
    assert!(start_with(&app, &app.app.config.secret_keys).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn masters_that_were_changed_or_swapped_stop_the_start() {
    for change in [
        "UPDATE instance_key SET kid = 'z' WHERE purpose = 'link'",
        "UPDATE instance_key SET purpose = 'seal' WHERE purpose = 'link'",
        "DELETE FROM instance_key WHERE purpose <> 'canary'",
    ] {
        let app = TestApp::new().await;
        app.app.ledger.db.touch(change, vec![]).await.unwrap();
        assert!(start_with(&app, &app.app.config.secret_keys).await.is_err(), "{change}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rotation_goes_old_then_both_then_new_and_everything_sealed_still_opens() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.visitor().submit(&form, ADA).await;
    app.run_jobs().await;
    let link = app.only_mail_to(ADA).link("confirm");
    let fingerprint = app.app.vault.fingerprint(app.workspace, ADA);
    let (old, new) = (app.app.config.secret_keys.clone(), SecretKey::generate());
    let both = [vec![new.clone()], old.clone()].concat();

    assert!(start_with(&app, &both).await.is_ok(), "before the rotation, both are given");
    assert!(start_with(&app, std::slice::from_ref(&new)).await.is_err());
    assert_eq!(rotate(&app.app.ledger.db, &both, false, app.app.now()).await.unwrap(), 4);
    assert!(start_with(&app, &old).await.is_err(), "the old one opens nothing any more");
    assert!(start_with(&app, &both).await.is_ok());
    let after = start_with(&app, &[new]).await.unwrap();
    assert_eq!(after.vault.fingerprint(app.workspace, ADA), fingerprint, "the erased stay recognisable");
    let token = link.rsplit('/').next().unwrap();
    let visit = accord::intake::Visit::default();
    let confirmed = accord::intake::confirm_opt_in(&after, token, None, &visit).await.unwrap();
    assert!(matches!(confirmed, accord::intake::Confirmation::Confirmed(_)), "{confirmed:?}");
    assert_eq!(app.consent_of(ADA).await, Some(ConsentState::Given));
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rotation_without_the_old_key_changes_nothing() {
    let app = TestApp::new().await;
    let before = wrapped(&app).await;
    assert!(rotate(&app.app.ledger.db, &[SecretKey::generate()], true, app.app.now()).await.is_err());
    assert!(rotate(&app.app.ledger.db, &[], true, app.app.now()).await.is_err());
    assert_eq!(wrapped(&app).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_link_key_signs_only_once_every_node_can_know_it() {
    let app = TestApp::new().await;
    let keys = app.app.config.secret_keys.clone();
    let other = app.second_node().await;
    let reload = async |node: &App| node.vault.reload(&node.ledger.db, &keys, app.app.now()).await.unwrap();
    let old = kid(&app.app, app.workspace);
    rotate(&app.app.ledger.db, &keys, true, app.app.now()).await.unwrap();
    reload(&app.app).await;
    assert_eq!(kid(&app.app, app.workspace), old, "made, known, and not used yet");
    app.advance(TimeDelta::seconds(119));
    reload(&app.app).await;
    assert_eq!(kid(&app.app, app.workspace), old);
    reload(&other).await;
    app.advance(TimeDelta::seconds(2));
    reload(&app.app).await;
    let new = kid(&app.app, app.workspace);
    assert_ne!(new, old);
    // The other node read its keys before the rotation, and accepts what the first one signs.
    let link = Link { workspace: app.workspace, row: OptInId::new().0, extra: Vec::new() };
    for usage in [Use::ConfirmOptIn, Use::Unsubscribe, Use::FormTicket, Use::Received] {
        let token = app.app.vault.sign(usage, &link);
        assert_eq!(other.vault.verify(usage, &token), Some(link.clone()));
        let theirs = other.vault.sign(usage, &link);
        assert_eq!(app.app.vault.verify(usage, &theirs), Some(link.clone()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retired_link_key_verifies_unsubscribe_only() {
    let app = TestApp::new().await;
    let keys = app.app.config.secret_keys.clone();
    let link = Link { workspace: app.workspace, row: OptInId::new().0, extra: Vec::new() };
    let uses = [Use::ConfirmOptIn, Use::Unsubscribe, Use::FormTicket, Use::Received];
    let tokens = uses.map(|usage| app.app.vault.sign(usage, &link));
    rotate(&app.app.ledger.db, &keys, true, app.app.now()).await.unwrap();
    for (days, good) in [(13, 4), (15, 1)] {
        let now = app.app.now() + TimeDelta::days(days);
        app.app.vault.reload(&app.app.ledger.db, &keys, now).await.unwrap();
        let still: Vec<Use> = uses
            .into_iter()
            .zip(&tokens)
            .filter(|(usage, token)| app.app.vault.verify(*usage, token).is_some())
            .map(|(usage, _)| usage)
            .collect();
        assert_eq!(still.len(), good, "{days} days later: {still:?}");
        assert!(still.contains(&Use::Unsubscribe));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_that_start_at_once_on_an_empty_database_agree_on_the_keys() {
    let app = TestApp::new().await;
    app.app.ledger.db.touch("DELETE FROM instance_key", vec![]).await.unwrap();
    let keys = app.app.config.secret_keys.clone();
    let (one, two) = tokio::join!(start_with(&app, &keys), start_with(&app, &keys));
    let (one, two) = (one.unwrap(), two.unwrap());
    assert_eq!(instance_key::Entity::find().all(app.app.db()).await.unwrap().len(), 4);
    assert_eq!(one.vault.fingerprint(app.workspace, ADA), two.vault.fingerprint(app.workspace, ADA));
    let link = Link { workspace: app.workspace, row: OptInId::new().0, extra: Vec::new() };
    assert_eq!(two.vault.verify(Use::ConfirmOptIn, &one.vault.sign(Use::ConfirmOptIn, &link)), Some(link));
}
