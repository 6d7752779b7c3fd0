//! Migrations: run by one process at a time, up or down, however long they take, while other nodes serve.

use std::time::Duration;

use accord::{
    platform::db::{Migrating, sql},
    serve::{bring_up_to_date, take_back},
};
use entity::Role;
use sea_orm::ConnectionTrait;
use serde_json::json;
use tokio::time::timeout;

use crate::support::{TestApp, on_postgres};

#[tokio::test(flavor = "multi_thread")]
async fn going_up_and_going_down_wait_for_whoever_migrates_already() {
    let app = TestApp::new().await.leaving_jobs();
    let first = Migrating::begin(&app.url).await.unwrap();
    let config = &app.app.config;
    let (mut up, mut down) = (Box::pin(bring_up_to_date(config)), Box::pin(take_back(config, 1, false)));
    assert!(timeout(Duration::from_millis(300), &mut up).await.is_err());
    assert!(timeout(Duration::from_millis(300), &mut down).await.is_err());
    first.end().await;
    let (up, down) = tokio::join!(up, down);
    up.unwrap();
    let refused = down.unwrap_err().to_string();
    assert!(refused.contains("add --yes"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_migration_and_its_wait_for_locks_have_no_time_limit() {
    if !on_postgres() {
        return;
    }
    let app = TestApp::new().await;
    let migrating = Migrating::begin(&app.url).await.unwrap();
    let connection = migrating.db().for_migrations();
    for limit in ["statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"] {
        let row =
            connection.query_one_raw(sql(connection, &format!("SHOW {limit}"), [])).await.unwrap().unwrap();
        assert_eq!(row.try_get_by_index::<String>(0).unwrap(), "0", "{limit}");
    }
    let rows = app.query("SHOW statement_timeout", vec![]).await;
    assert_eq!(rows[0].try_get_by_index::<String>(0).unwrap(), "30s", "everybody else has one");
    migrating.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_whose_tables_are_taken_away_answers_503_and_goes_on_when_they_are_back() {
    let app = TestApp::new().await.leaving_jobs();
    let form = app.newsletter_form().await;
    let client = app.api_key(Role::Owner).await;
    client.gql("{ journalHead forms(first: 1) { nodes { id } } }", json!({})).await;
    let ticket = app.visitor().ticket(&form).await;
    let steps = u32::try_from(<migration::Migrator as migration::MigratorTrait>::migrations().len()).unwrap();
    take_back(&app.app.config, steps, true).await.unwrap();
    let seen = app.visitor().get(&format!("/forms/{}/definition", entity::FormId::new())).await;
    assert_eq!(seen.status, 503, "{}", seen.text);
    let fields = [
        ("ticket", ticket.as_str()),
        ("language", "en"),
        ("email", "a@example.org"),
        ("consent", "newsletter:email"),
    ];
    let sent = app.visitor().post_form(&format!("/forms/{}", form.id), &fields).await;
    assert_eq!(sent.status, 503, "{}", sent.words());
    let answer = client.gql_raw("{ forms(first: 1) { nodes { id } } }", json!({})).await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "BUSY", "{answer}");
    bring_up_to_date(&app.app.config).await.unwrap();
    let workspace = app.other_workspace("anew").await;
    app.newsletter_form_in(workspace).await;
    let client = app.api_key_in(workspace, Role::Owner).await;
    let answer = client.gql("{ forms(first: 5) { nodes { id } } journalHead }", json!({})).await;
    assert_eq!(answer["forms"]["nodes"].as_array().map(Vec::len), Some(1), "{answer}");
}
