//! Units of work and their connections.

use std::time::Duration;

use accord::{
    error::Error,
    platform::db::{Db, Tx},
};
use sea_orm::{ConnectionTrait, DbErr};
use tokio::time::timeout;

use crate::support::{TestApp, on_postgres};

async fn note(tx: &Tx, name: &str) -> Result<(), DbErr> {
    let text = format!(
        "INSERT INTO schedule (name, next_run_at) VALUES ('{name}', '2026-11-23T12:00:00.000+00:00')"
    );
    tx.execute_unprepared(&text).await.map(drop)
}

async fn noted(app: &TestApp) -> Vec<String> {
    app.query("SELECT name FROM schedule ORDER BY name", vec![])
        .await
        .iter()
        .map(|row| row.try_get_by_index(0).unwrap())
        .collect()
}

/// Two at once, so that whichever connection the pool hands out next is tried.
async fn the_next_are_kept(app: &TestApp) {
    for name in ["next", "next but one"] {
        let tx = app.app.ledger.db.begin().await.unwrap();
        note(&tx, name).await.unwrap();
        tx.commit().await.unwrap();
    }
    assert_eq!(noted(app).await, ["next", "next but one"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_of_which_a_statement_failed_keeps_nothing_even_if_it_goes_on() {
    let app = TestApp::new().await;
    let tx = app.app.ledger.db.begin().await.unwrap();
    note(&tx, "twice").await.unwrap();
    assert!(note(&tx, "twice").await.is_err(), "the key is taken");
    assert!(note(&tx, "after").await.is_err());
    assert!(tx.commit().await.is_err(), "PostgreSQL would answer this commit with success, and keep nothing");
    the_next_are_kept(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_of_which_a_statement_was_given_up_keeps_nothing_even_if_it_goes_on() {
    let app = TestApp::new().await;
    let tx = app.app.ledger.db.begin().await.unwrap();
    note(&tx, "before").await.unwrap();
    // Long enough that it is still running when it is cancelled.
    let long = if on_postgres() {
        "SELECT pg_sleep(0.3)"
    } else {
        "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 3000000) SELECT count(*) FROM n"
    };
    assert!(timeout(Duration::from_millis(1), tx.execute_unprepared(long)).await.is_err());
    assert!(note(&tx, "after").await.is_err());
    assert!(tx.commit().await.is_err());
    the_next_are_kept(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_that_is_given_up_at_any_step_leaves_nothing_in_the_way_of_the_next() {
    let app = TestApp::new().await;
    for steps in 0..40 {
        let unit = async {
            let tx = app.app.ledger.db.begin().await.unwrap();
            note(&tx, "given up").await.unwrap();
            note(&tx, "given up too").await.unwrap();
            drop(tx);
        };
        // Polled `steps` times, then dropped wherever it is.
        let mut unit = Box::pin(unit);
        for _ in 0..steps {
            if futures_util::poll!(unit.as_mut()).is_ready() {
                break;
            }
            tokio::time::sleep(Duration::from_micros(200)).await;
        }
    }
    the_next_are_kept(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_whose_answer_is_not_waited_for_is_whole_or_not_at_all() {
    let app = TestApp::new().await;
    for n in 0..30 {
        let tx = app.app.ledger.db.begin().await.unwrap();
        note(&tx, &format!("{n} a")).await.unwrap();
        note(&tx, &format!("{n} b")).await.unwrap();
        let mut commit = Box::pin(tx.commit());
        for _ in 0..n % 4 {
            if futures_util::poll!(commit.as_mut()).is_ready() {
                break;
            }
            tokio::task::yield_now().await;
        }
    }
    let tx = app.app.ledger.db.begin().await.unwrap();
    note(&tx, "last").await.unwrap();
    tx.commit().await.unwrap();
    let noted = noted(&app).await;
    assert!(noted.contains(&"last".to_owned()));
    for n in 0..30 {
        let halves = ["a", "b"].map(|half| noted.contains(&format!("{n} {half}")));
        assert_eq!(halves[0], halves[1], "{n}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_breaks_within_a_unit_ends_it_as_busy_and_the_next_has_another() {
    if !on_postgres() {
        return;
    }
    let app = TestApp::new().await;
    for at_commit in [false, true] {
        let tx = app.app.ledger.db.begin().await.unwrap();
        note(&tx, "before").await.unwrap();
        let own = tx
            .query_one_raw(accord::platform::db::sql(&tx, "SELECT pg_backend_pid()", []))
            .await
            .unwrap()
            .unwrap();
        let own: i32 = own.try_get_by_index(0).unwrap();
        let other = Db::connect(&app.url, 1).await.unwrap();
        other.touch(&format!("SELECT pg_terminate_backend({own}, 2000)"), vec![]).await.unwrap();
        let broken = if at_commit { tx.commit().await } else { note(&tx, "after").await };
        assert!(matches!(Error::from(broken.unwrap_err()), Error::Busy(_)));
    }
    the_next_are_kept(&app).await;
}
