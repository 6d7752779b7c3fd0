//! Connections are scarce: writers, readers and journal followers have separate shares, and a unit of work
//! holds exactly one.

use std::{sync::Arc, time::Duration};

use accord::{
    error::{Error, describe},
    platform::db::Db,
};
use entity::{LegalBasis, Role};
use futures_util::future::join_all;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use tokio::time::{sleep, timeout};

use crate::{
    fields::{field, made},
    support::{TestApp, on_one_connection, on_postgres},
};

/// Longer than any of these operations takes when nothing blocks it, and shorter than the lock timeout.
const SOON: Duration = Duration::from_secs(3);

/// A foreign transaction that holds a lock, such as a forgotten `psql`, a migration or a backup.
async fn hold(app: &TestApp, lock: &str) -> accord::platform::db::Tx {
    let other = Db::connect(&app.url, 1).await.unwrap();
    let tx = other.begin().await.unwrap();
    tx.execute_unprepared(lock).await.unwrap();
    tx
}

#[tokio::test(flavor = "multi_thread")]
async fn while_a_foreign_lock_stops_every_writer_forms_are_shown_and_lists_are_read() {
    if on_one_connection() {
        return;
    }
    let app = TestApp::new().await.leaving_jobs();
    let (form, new) =
        (app.newsletter_form().await, app.newsletter_form_in(app.other_workspace("second").await).await);
    let client = app.api_key(Role::Owner).await;
    let mut bodies = Vec::new();
    for n in 0..24 {
        let ticket = app.visitor().ticket(&form).await;
        bodies.push((
            format!("198.51.{n}.7"),
            [
                ("ticket", ticket),
                ("language", "en".to_owned()),
                ("email", format!("v{n}@example.org")),
                ("consent", "newsletter:email".to_owned()),
            ],
        ));
    }
    let lock = if on_postgres() { "LOCK TABLE submission IN EXCLUSIVE MODE" } else { "SELECT 1" };
    let lock = hold(&app, lock).await;
    let posts = bodies.iter().map(|body| {
        let app = &app;
        async move {
            let (ip, body) = (&body.0, &body.1);
            let fields: Vec<(&str, &str)> =
                body.iter().map(|(name, value)| (*name, value.as_str())).collect();
            app.visitor().from(ip).post_form(&format!("/forms/{}", form.id), &fields).await.status
        }
    });
    let reads = async {
        sleep(Duration::from_millis(200)).await;
        // A form that this node has not shown before, so that the database is queried.
        let shown = timeout(SOON, app.visitor().get(&format!("/forms/{}/definition", new.id))).await;
        let listed =
            timeout(SOON, client.gql_raw("{ contacts(first: 5) { nodes { id } } }", json!({}))).await;
        drop(lock);
        (shown.map(|answer| answer.status), listed.map(|answer| answer["errors"].clone()))
    };
    let (posted, (shown, listed)) = tokio::join!(join_all(posts), reads);
    assert_eq!(shown, Ok(200));
    assert_eq!(listed, Ok(Value::Null));
    assert_eq!(posted, vec![303; 24], "and whoever waited is answered when the lock is gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn hundreds_of_followers_that_catch_up_leave_connections_to_others() {
    if on_one_connection() {
        return;
    }
    let app = TestApp::new().await.leaving_jobs();
    let form = app.newsletter_form().await;
    let followers: Vec<_> =
        join_all((0..300).map(|_| app.app.tails.follow(&app.app.ledger.db, app.workspace, 0))).await;
    // The slowest case: on PostgreSQL the journal cannot be read, on SQLite every follower permit is taken.
    let lock = if on_postgres() {
        Some(hold(&app, "LOCK TABLE journal IN ACCESS EXCLUSIVE MODE").await)
    } else {
        None
    };
    let mut turns = Vec::new();
    while !on_postgres()
        && let Ok(turn) = timeout(Duration::from_millis(20), app.app.ledger.db.follow()).await
    {
        turns.push(turn);
    }
    let catching_up: Vec<_> = followers
        .into_iter()
        .map(|tail| tokio::spawn(async move { tail.unwrap().next().await.map(|rows| rows.len()) }))
        .collect();
    sleep(Duration::from_millis(200)).await;
    let shown = timeout(SOON, app.visitor().get(&format!("/forms/{}/definition", form.id))).await;
    assert_eq!(shown.map(|answer| answer.status), Ok(200));
    drop((lock, turns));
    for follower in catching_up {
        assert!(follower.await.unwrap().unwrap() > 0, "and everybody is served when it is their turn");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_writes_at_once_on_one_connection_are_done_one_after_the_other() {
    let app = TestApp::with(Some(accord::platform::mailer::Mailer::Memory(Arc::default())), |mut config| {
        config.connections = 1;
        config
    })
    .await
    .leaving_jobs();
    let client = app.member(Role::Owner).await;
    client.stepped_up().await;
    made(&client, field("mobile", "PHONE", "OPEN")).await;
    made(&client, field("alarm", "PHONE", "CONFIDENTIAL")).await;
    let basis = app.purpose("orders", LegalBasis::Contract).await.to_string();
    let contact = "mutation($input: CreateContactInput!) { createContact(input: $input) { contact { id } userErrors { message } } }";
    let person = |n: usize| {
        let custom = json!([{ "key": "mobile", "value": "06 12 34 56 78" }, { "key": "alarm", "value": "01 42 68 53 00" }]);
        json!({ "basisPurposeId": basis, "source": "PHONE", "givenName": format!("N{n}"), "custom": custom })
    };
    let invite = "mutation($input: InviteMemberInput!) { inviteMember(input: $input) { member { id } userErrors { message } } }";
    let key = "mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) { apiKey { id } userErrors { message } } }";
    let new_field = "mutation($input: CreateFieldInput!) { createField(input: $input) { field { id } userErrors { message } } }";
    // Each is sent twice under one idempotency key, so half of them are repeats, which read the stored
    // result.
    let asked = (0..64).map(|n| {
        let (kind, which) = (n % 4, n / 8);
        let (text, mut input) = match kind {
            0 => (contact, person(which)),
            1 => {
                (invite, json!({ "email": format!("m{which}@staff.example"), "name": "M", "role": "SALES" }))
            }
            2 => (key, json!({ "name": format!("k{which}"), "role": "READER" })),
            _ => (new_field, field(&format!("f{which}"), "TEXT", "OPEN")),
        };
        input["idempotencyKey"] = json!(format!("{kind}-{which}"));
        let client = &client;
        async move { client.gql_raw(text, json!({ "input": input })).await }
    });
    for answer in join_all(asked).await {
        assert_eq!(answer["errors"], Value::Null, "{answer:#}");
        let payload = answer["data"].as_object().unwrap().values().next().unwrap();
        assert_eq!(payload["userErrors"], json!([]), "{answer:#}");
    }
    assert_eq!(app.count("contact").await, 8, "each once");
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_database_is_read_only_forms_are_shown_and_what_is_sent_is_answered_503() {
    if on_one_connection() {
        return;
    }
    let app = TestApp::new().await.leaving_jobs();
    let form = app.newsletter_form().await;
    let name = app.url.rsplit('/').next().unwrap().to_owned();
    let set = |on: bool| {
        if on_postgres() {
            format!(
                "ALTER DATABASE \"{name}\" SET default_transaction_read_only = {}",
                if on { "on" } else { "off" }
            )
        } else {
            format!("PRAGMA query_only = {}", if on { "ON" } else { "OFF" })
        }
    };
    let fields = [("email", "a@example.org"), ("given_name", "Ada"), ("consent", "newsletter:email")];
    app.app.ledger.db.touch(&set(true), vec![]).await.unwrap();
    if on_postgres() {
        // Only a new connection is refused.
        let others = "SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
        app.query(others, vec![]).await;
    }
    let mut told = String::new();
    for _ in 0..6 {
        // SQLite reports it when a transaction begins, PostgreSQL when it writes.
        told = match app.app.ledger.db.begin().await {
            Ok(tx) => tx
                .execute_unprepared("UPDATE schedule SET name = name")
                .await
                .map_err(|error| describe(&error))
                .unwrap_err(),
            Err(error) => describe(&error),
        };
    }
    assert_eq!(told.trim(), if on_postgres() { "25006" } else { "8" }, "it says that it is read-only");
    for _ in 0..3 {
        let answer = app.visitor().submit_fields(&form, &fields).await;
        assert_eq!(answer.status, 503, "{}", answer.words());
    }
    assert_eq!(app.visitor().get(&format!("/forms/{}/definition", form.id)).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_that_is_rolled_back_for_anothers_sake_is_busy_and_worth_another_try() {
    if !on_postgres() || on_one_connection() {
        return;
    }
    let app = TestApp::new().await;
    let db = &app.app.ledger.db;
    let (one, two) = (db.begin().await.unwrap(), db.begin().await.unwrap());
    let lock = |n: i64| format!("SELECT pg_advisory_xact_lock({n})");
    for (tx, n) in [(&one, 1), (&two, 2)] {
        tx.execute_unprepared("SET LOCAL deadlock_timeout = '20ms'").await.unwrap();
        tx.execute_unprepared(&lock(n)).await.unwrap();
    }
    let (first, second) = tokio::join!(
        async {
            let done = one.execute_unprepared(&lock(2)).await;
            drop(one);
            done
        },
        async {
            let done = two.execute_unprepared(&lock(1)).await;
            drop(two);
            done
        }
    );
    let errors: Vec<Error> = [first, second].into_iter().filter_map(Result::err).map(Error::from).collect();
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert!(errors[0].is_collision(), "{errors:?}");
}
