//! SQLite ends a transaction on its own on some errors: disk full, I/O error, out of memory, corrupt file,
//! interrupted statement. Each is provoked here. In every case the failed unit stores nothing, and the next
//! one stores everything.

use std::{
    fs::OpenOptions,
    io::{Seek, SeekFrom, Write},
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use accord::{
    error::describe,
    platform::db::{Db, Tx, sqlite_path},
};
use sea_orm::{
    ConnectionTrait,
    sqlx::{Sqlite, pool::PoolConnection},
};
use tokio::signal::unix::{SignalKind, signal};

use crate::support::{TestApp, on_postgres};

/// The signal sent to a process that exceeds the file size limit (POSIX).
const SIGXFSZ: i32 = 25;

/// The write connection, to break it on purpose.
async fn writer(app: &TestApp) -> PoolConnection<Sqlite> {
    app.app.ledger.db.for_migrations().get_sqlite_connection_pool().acquire().await.unwrap()
}

async fn note(tx: &Tx, name: &str) -> Result<(), sea_orm::DbErr> {
    let text = format!(
        "INSERT INTO schedule (name, next_run_at) VALUES ('{name}', '2026-11-23T12:00:00.000+00:00')"
    );
    tx.execute_unprepared(&text).await.map(drop)
}

/// What is really in the file, read through another connection, and not what our connection believes.
async fn kept(app: &TestApp) -> Vec<String> {
    let other = Db::connect(&app.url, 1).await.unwrap();
    let rows = other
        .read()
        .query_all_raw(accord::platform::db::sql(other.read(), "SELECT name FROM schedule ORDER BY name", []))
        .await
        .unwrap();
    other.close().await;
    rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}

/// Lets a statement fail in the middle of a unit, and continues as if nothing had happened. `code` is
/// SQLite's error code.
async fn fail_within(app: &TestApp, statement: &str, code: &str, arm: impl FnOnce()) {
    let tx = app.app.ledger.db.begin().await.unwrap();
    note(&tx, "before").await.unwrap();
    arm();
    let failed = tx.execute_unprepared(statement).await.unwrap_err();
    assert_eq!(describe(&failed).trim(), code);
    assert!(note(&tx, "after").await.is_err(), "after an error the unit runs nothing more");
    assert!(tx.commit().await.is_err(), "nor does it commit");
}

async fn the_next_is_kept(app: &TestApp) {
    for name in ["next", "next but one"] {
        let tx = app.app.ledger.db.begin().await.unwrap();
        note(&tx, name).await.unwrap();
        tx.commit().await.unwrap();
        assert!(kept(app).await.contains(&name.to_owned()), "answered, and not kept: {name}");
    }
    assert_eq!(kept(app).await, ["next", "next but one"], "and nothing of the unit that failed");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_commit_that_failed_what_is_answered_is_kept() {
    if on_postgres() {
        return;
    }
    let app = TestApp::new().await.leaving_jobs();
    let form = app.newsletter_form().await;
    writer(&app).await.lock_handle().await.unwrap().set_commit_hook(|| false);
    let refused = app.visitor().submit_fields(&form, &fields("a@example.org")).await;
    assert_eq!(refused.status, 500, "the commit was refused");
    for n in 0..5 {
        app.visitor().submit(&form, &format!("b{n}@example.org")).await;
        assert_eq!(received(&app).await, n + 1, "answered, and not kept");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn while_nothing_can_be_written_forms_are_answered_503_and_afterwards_everything_answered_is_kept() {
    if on_postgres() {
        return;
    }
    // With a signal handler, exceeding the limit is a write error instead of the end of the process.
    let _heard = signal(SignalKind::from_raw(SIGXFSZ)).unwrap();
    let app = TestApp::new().await.leaving_jobs();
    let form = app.newsletter_form().await;
    app.visitor().submit(&form, "first@example.org").await;
    let log = sqlite_path(&app.url).unwrap().with_extension("db-wal");
    limit_files(&std::fs::metadata(log).unwrap().len().to_string());
    for n in 0..10 {
        let answer = app
            .visitor()
            .from(&format!("198.51.{n}.7"))
            .submit_fields(&form, &fields(&format!("full{n}@example.org")))
            .await;
        assert_eq!(answer.status, 503, "{}", answer.words());
        assert!(!answer.header("retry-after").is_empty());
    }
    limit_files("unlimited");
    for n in 0..10 {
        app.visitor().from(&format!("203.0.{n}.7")).submit(&form, &format!("again{n}@example.org")).await;
    }
    assert_eq!(received(&app).await, 11, "the first, and the ten that were answered afterwards");
}

/// Sets this process's file size limit by `prlimit`: Rust's standard library cannot.
fn limit_files(most: &str) {
    let arguments = [format!("--pid={}", std::process::id()), format!("--fsize={most}:")];
    assert!(Command::new("prlimit").args(arguments).status().unwrap().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_database_refuses_what_it_cannot_keep_and_keeps_what_it_answers() {
    if on_postgres() {
        return;
    }
    let app = TestApp::new().await.leaving_jobs();
    let form = app.newsletter_form().await;
    // Limited to its current size.
    app.app.ledger.db.touch("PRAGMA max_page_count = 1", vec![]).await.unwrap();
    let (mut taken, mut refused) = (0, 0);
    for n in 0..60 {
        match app
            .visitor()
            .from(&format!("198.51.{n}.7"))
            .submit_fields(&form, &fields(&format!("v{n}@example.org")))
            .await
            .status
        {
            303 => taken += 1,
            503 => refused += 1,
            other => panic!("{other}"),
        }
    }
    assert!(refused > 0, "it was never full");
    assert_eq!(received(&app).await, taken);
    app.app.ledger.db.touch("PRAGMA max_page_count = 4294967294", vec![]).await.unwrap();
    for n in 0..5 {
        app.visitor().from(&format!("203.0.{n}.7")).submit(&form, &format!("w{n}@example.org")).await;
    }
    assert_eq!(received(&app).await, taken + 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_within_a_unit_ends_it() {
    if on_postgres() {
        return;
    }
    let app = TestApp::new().await;
    app.app.ledger.db.touch("PRAGMA max_page_count = 1", vec![]).await.unwrap();
    let much = "INSERT INTO schedule (name, next_run_at) VALUES (hex(randomblob(500000)), '')";
    fail_within(&app, much, "13", || ()).await;
    the_next_is_kept(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_statement_ends_its_unit() {
    if on_postgres() {
        return;
    }
    let app = TestApp::new().await;
    let interrupts = Arc::new(AtomicBool::new(false));
    let goes_on = Arc::clone(&interrupts);
    writer(&app)
        .await
        .lock_handle()
        .await
        .unwrap()
        .set_progress_handler(1, move || !goes_on.load(Ordering::SeqCst));
    fail_within(&app, "UPDATE schedule SET next_run_at = ''", "9", || {
        interrupts.store(true, Ordering::SeqCst);
    })
    .await;
    interrupts.store(false, Ordering::SeqCst);
    the_next_is_kept(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_for_which_memory_is_short_ends_its_unit() {
    if on_postgres() {
        return;
    }
    let app = TestApp::new().await;
    // Applies to the whole process for good; other statements need far less.
    app.app.ledger.db.touch("PRAGMA hard_heap_limit = 100000000", vec![]).await.unwrap();
    let much = "INSERT INTO schedule (name, next_run_at) VALUES (hex(randomblob(100000000)), '')";
    fail_within(&app, much, "7", || ()).await;
    the_next_is_kept(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_page_ends_the_unit_that_meets_it_and_no_other() {
    if on_postgres() {
        return;
    }
    let app = TestApp::new().await;
    let page = app
        .query(
            "SELECT rootpage, (SELECT page_size FROM pragma_page_size) FROM sqlite_schema WHERE name = 'tag'",
            vec![],
        )
        .await;
    let (page, size): (i64, i64) =
        (page[0].try_get_by_index(0).unwrap(), page[0].try_get_by_index(1).unwrap());
    let mut file = OpenOptions::new().write(true).open(sqlite_path(&app.url).unwrap()).unwrap();
    file.seek(SeekFrom::Start(u64::try_from((page - 1) * size).unwrap())).unwrap();
    file.write_all(&vec![0xAB; usize::try_from(size).unwrap()]).unwrap();
    fail_within(&app, "DELETE FROM tag", "11", || ()).await;
    the_next_is_kept(&app).await;
}

fn fields(email: &str) -> [(&str, &str); 3] {
    [("email", email), ("given_name", "Ada"), ("consent", "newsletter:email")]
}

/// Submissions in the file, read through another connection.
async fn received(app: &TestApp) -> i64 {
    let other = Db::connect(&app.url, 1).await.unwrap();
    let rows = other
        .read()
        .query_all_raw(accord::platform::db::sql(other.read(), "SELECT count(*) FROM submission", []))
        .await
        .unwrap();
    other.close().await;
    rows[0].try_get_by_index(0).unwrap()
}
