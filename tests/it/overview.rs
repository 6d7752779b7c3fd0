//! Counts per day, which the dashboard's overview shows.

use chrono::TimeDelta;
use entity::{LegalBasis, Role};
use serde_json::{Value, json};

use crate::support::TestApp;

const DAYS: &str = "query($days: Int!) { journalDays(days: $days) { date kind count } }";

async fn create_contact(app: &TestApp, name: &str) {
    let text = "mutation($name: String!, $basis: ID!) { createContact(input: { familyName: $name, basisPurposeId: $basis, source: BUSINESS_CARD }) { contact { id } userErrors { message } } }";
    let basis = app.purpose(&name.to_lowercase().replace(' ', "_"), LegalBasis::LegitimateInterests).await;
    let made =
        app.api_key(Role::Owner).await.gql(text, json!({ "name": name, "basis": basis.to_string() })).await;
    assert!(made["createContact"]["contact"]["id"].is_string(), "{made}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happened_is_counted_on_the_days_of_the_controllers_country() {
    let app = TestApp::new().await.leaving_jobs();
    // 12:00 UTC on 23 November; Paris is an hour ahead.
    create_contact(&app, "Noon").await;
    app.app.ledger.clock.advance(TimeDelta::minutes(10 * 60 + 30));
    create_contact(&app, "Late").await;
    app.app.ledger.clock.advance(TimeDelta::minutes(60));
    create_contact(&app, "After midnight").await;
    let client = app.api_key(Role::Reader).await;

    let days = client.gql(DAYS, json!({ "days": 30 })).await;
    let day = |date: &str, count: i64| json!({ "date": date, "kind": "contact.created", "count": count });
    assert_eq!(days["journalDays"], json!([day("2026-11-23", 2), day("2026-11-24", 1)]));

    let today = client.gql(DAYS, json!({ "days": 1 })).await;
    assert_eq!(today["journalDays"], json!([day("2026-11-24", 1)]));

    let other = app.other_workspace("other").await;
    let foreign = app.api_key_in(other, Role::Owner).await.gql(DAYS, json!({ "days": 30 })).await;
    assert_eq!(foreign["journalDays"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_days_are_refused_with_the_remedy() {
    let app = TestApp::new().await;
    for days in [0, -1, 93] {
        let answer: Value = app.api_key(Role::Reader).await.gql_raw(DAYS, json!({ "days": days })).await;
        assert!(answer.to_string().contains("Ask for 1 to 92 days."), "{answer}");
    }
}
