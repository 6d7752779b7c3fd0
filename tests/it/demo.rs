//! The data that `accord demo` starts with, and that it is generated only once.

use std::collections::BTreeMap;

use accord::demo::settle;
use entity::{ConsentState, DataClass, MailState, Role};
use sea_orm::EntityTrait;

use crate::support::TestApp;

const SITE: &str = "http://127.0.0.1:8081";
/// Tables that a second start must not change.
const TABLES: [&str; 14] = [
    "workspace",
    "member",
    "company",
    "contact",
    "contact_address",
    "purpose",
    "form",
    "form_version",
    "pipeline",
    "deal",
    "activity",
    "consent",
    "sealed_value",
    "mail",
];

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_holds_a_year_of_work_and_a_second_start_adds_a_key_only() {
    let app = TestApp::new().await;
    let first = settle(&app.app, SITE).await.expect("a demo");
    for (table, count) in
        [("contact", 400), ("company", 60), ("pipeline", 2), ("deal", 80), ("workspace", 2), ("member", 7)]
    {
        assert_eq!(app.count(table).await, count, "{table}");
    }

    let mut states: BTreeMap<ConsentState, usize> = BTreeMap::new();
    for row in entity::consent::Entity::find().all(app.app.db()).await.unwrap() {
        *states.entry(row.state).or_default() += 1;
    }
    for state in [ConsentState::Given, ConsentState::Withdrawn, ConsentState::Revoked, ConsentState::Expired]
    {
        assert!(states.get(&state).is_some_and(|count| *count > 0), "{state}: {states:?}");
    }

    // The data goes back a year, and none of it will ever be mailed.
    let activities = entity::activity::Entity::find().all(app.app.db()).await.unwrap();
    let oldest = activities.iter().map(|row| row.created_at).min().unwrap();
    assert!(
        activities.len() > 150 && app.app.now() - oldest > chrono::TimeDelta::days(350),
        "{} since {oldest}",
        activities.len()
    );
    assert_eq!(app.count("job").await, 0);
    assert_eq!(app.mails().len(), 0);
    assert!(
        entity::mail::Entity::find()
            .all(app.app.db())
            .await
            .unwrap()
            .iter()
            .all(|mail| mail.state == MailState::Sent)
    );

    let fields = entity::field::Entity::find().all(app.app.db()).await.unwrap();
    for class in DataClass::ALL {
        assert!(fields.iter().any(|field| field.class == *class), "{class}");
    }
    assert!(app.count("sealed_value").await > 10);

    assert_eq!(first.members[0].role, Role::Owner);
    let mut passwords: Vec<&str> = first.members.iter().map(|one| one.password.as_str()).collect();
    passwords.dedup();
    assert_eq!(passwords.len(), 7);

    let mut before = Vec::new();
    for table in TABLES {
        before.push(app.count(table).await);
    }
    let second = settle(&app.app, SITE).await.expect("the same demo");
    assert!(second.members.is_empty() && second.form == first.form && second.api_key != first.api_key);
    for (table, count) in TABLES.iter().zip(before) {
        assert_eq!(app.count(table).await, count, "{table}");
    }
    assert_eq!(app.count("api_key").await, 2);
}
