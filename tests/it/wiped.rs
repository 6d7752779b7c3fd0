//! Destroyed data is not left in the database's files either.

use std::time::Duration;

use accord::platform::db::sqlite_path;

use crate::support::{TestApp, on_postgres};

/// The wrapped key and the sealed content of the only submission.
async fn secrets(app: &TestApp) -> [Vec<u8>; 2] {
    let text = "SELECT k.wrapped, s.sealed FROM submission s JOIN data_key k ON k.workspace_id = s.workspace_id AND k.id = s.data_key_id";
    let row = app.query(text, vec![]).await.remove(0);
    [row.try_get_by_index(0).unwrap(), row.try_get_by_index(1).unwrap()]
}

fn contains(file: &[u8], bytes: &[u8]) -> bool {
    // A long value may span two pages, so its beginning is enough.
    let bytes = &bytes[..bytes.len().min(32)];
    file.windows(bytes.len()).any(|window| window == bytes)
}

/// Whether the files hold these bytes. On PostgreSQL, the key table's file on disk.
async fn in_files(app: &TestApp, bytes: &[u8]) -> bool {
    if let Some(path) = sqlite_path(&app.url) {
        return ["", "-wal"].iter().any(|ending| {
            let file = std::path::PathBuf::from(format!("{}{ending}", path.display()));
            std::fs::read(file).is_ok_and(|file| contains(&file, bytes))
        });
    }
    app.query("CHECKPOINT", vec![]).await;
    let row =
        app.query("SELECT pg_read_binary_file(pg_relation_filepath('data_key'))", vec![]).await.remove(0);
    contains(&row.try_get_by_index::<Vec<u8>>(0).unwrap(), bytes)
}

async fn decline(app: &TestApp) {
    let link = app.mails().last().unwrap().link("confirm");
    assert_eq!(app.visitor().post_form(&format!("{link}/decline"), &[]).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_not_me_neither_the_key_nor_what_was_sent_is_in_the_files() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.visitor().submit(&form, "ada@example.org").await;
    app.run_jobs().await;
    let [key, sealed] = secrets(&app).await;
    assert!(in_files(&app, &key).await, "it can be found while it is there");
    decline(&app).await;
    assert_eq!(app.count("data_key").await, 0);
    if on_postgres() {
        assert!(in_files(&app, &key).await, "a deleted row stays in the file until VACUUM has passed");
        // As the schedule does.
        app.advance(chrono::TimeDelta::hours(1));
        accord::jobs::queue_due(&app.app).await.unwrap();
        app.run_jobs().await;
        assert!(!in_files(&app, &key).await);
        return;
    }
    for _ in 0..100 {
        if !in_files(&app, &key).await && !in_files(&app, &sealed).await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the bytes are still in the files");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_reads_meanwhile_delays_the_wiping_and_nobody_who_writes() {
    if on_postgres() {
        return;
    }
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.visitor().submit(&form, "ada@example.org").await;
    app.run_jobs().await;
    let [key, _] = secrets(&app).await;
    // A reader whose snapshot is from before.
    let pool = app.app.db().get_sqlite_connection_pool();
    let mut reader = pool.acquire().await.unwrap();
    let begin = sea_orm::sqlx::query("BEGIN");
    begin.execute(&mut *reader).await.unwrap();
    sea_orm::sqlx::query("SELECT count(*) FROM submission").fetch_one(&mut *reader).await.unwrap();
    decline(&app).await;
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert!(in_files(&app, &key).await, "the reader may still need it");
    let visitor = app.visitor();
    let written = tokio::time::timeout(Duration::from_secs(2), visitor.submit(&form, "bob@example.org"));
    written.await.expect("who writes does not wait for the reader");
    sea_orm::sqlx::query("ROLLBACK").execute(&mut *reader).await.unwrap();
    drop(reader);
    app.run_jobs().await;
    for _ in 0..100 {
        if !in_files(&app, &key).await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the bytes are still in the files");
}
