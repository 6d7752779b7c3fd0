//! Deadlocks: PostgreSQL rolls one transaction back after a second, and no caller notices.

use std::time::Duration;

use accord::platform::db::{Db, Tx, sql};
use entity::{ConsentState, Role};
use sea_orm::ConnectionTrait;
use serde_json::json;
use tokio::time::sleep;

use crate::support::{TestApp, on_postgres};

/// A foreign transaction that holds a lock. Its `deadlock_timeout` is longer than ours, so ours is the one
/// rolled back.
async fn foreign(app: &TestApp, lock: &str) -> Tx {
    let tx = Db::connect(&app.url, 1).await.unwrap().begin().await.unwrap();
    tx.execute_unprepared("SET LOCAL deadlock_timeout = '20s'").await.unwrap();
    tx.execute_unprepared(lock).await.unwrap();
    tx
}

/// Requests the lock that our transaction holds, once ours waits for the foreign one.
async fn cross(app: &TestApp, tx: Tx, lock: &str) {
    let waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let watch = Db::connect(&app.url, 1).await.unwrap();
    while watch
        .read()
        .query_one_raw(sql(watch.read(), waits, []))
        .await
        .unwrap()
        .unwrap()
        .try_get_by_index::<i64>(0)
        .unwrap()
        == 0
    {
        sleep(Duration::from_millis(10)).await;
    }
    watch.close().await;
    tx.execute_unprepared(lock).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pressed_button_is_done_again_when_the_database_rolled_it_back_for_anothers_sake() {
    if !on_postgres() {
        return;
    }
    let app = TestApp::new().await.leaving_jobs();
    let form = app.newsletter_form().await;
    app.visitor().submit(&form, "ada@example.org").await;
    app.run_jobs().await;
    let link = app.only_mail_to("ada@example.org").link("confirm");
    let other = foreign(&app, "SELECT 1 FROM opt_in FOR UPDATE").await;
    let visitor = app.visitor();
    let (answer, ()) =
        tokio::join!(visitor.post_form(&link, &[]), cross(&app, other, "SELECT 1 FROM mailbox FOR UPDATE"));
    assert_eq!(answer.status, 200, "{}", answer.words());
    assert_eq!(app.consent_of("ada@example.org").await, Some(ConsentState::Given));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mutation_is_done_again_when_the_database_rolled_it_back_for_anothers_sake() {
    if !on_postgres() {
        return;
    }
    let app = TestApp::new().await.leaving_jobs();
    let form = app.newsletter_form().await;
    for email in ["ada@example.org", "ada@work.example"] {
        app.confirmed(&form, email).await;
    }
    let rows = app.query("SELECT id, version FROM contact ORDER BY id", vec![]).await;
    let [(one, v1), (two, v2)] = [0, 1].map(|at| {
        (
            rows[at].try_get::<entity::ContactId>("", "id").unwrap(),
            rows[at].try_get::<i32>("", "version").unwrap(),
        )
    });
    let merge = "mutation($input: MergeContactsInput!) { mergeContacts(input: $input) { contact { id } userErrors { code message } } }";
    let input = json!({ "survivorId": one, "mergedId": two, "expectedSurvivorVersion": v1, "expectedMergedVersion": v2 });
    let client = app.api_key(Role::Sales).await;
    let lock = |id: entity::ContactId| format!("SELECT 1 FROM contact WHERE id = '{}' FOR UPDATE", id.0);
    let (other, ours) = (foreign(&app, &lock(two)).await, lock(one));
    let (answer, ()) =
        tokio::join!(client.gql_raw(merge, json!({ "input": input })), cross(&app, other, &ours));
    assert_eq!(answer["data"]["mergeContacts"]["contact"]["id"], one.to_string(), "{answer:#}");
    assert_eq!(app.count("contact").await, 1, "once");
}
