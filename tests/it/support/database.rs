//! A migrated database per test: a copied SQLite file, or a clone of a PostgreSQL template. The template is
//! made once per run.

use std::{fs, path::PathBuf};

use accord::{config::Config, platform::hasher::PasswordCost, serve::bring_up_to_date};
use sea_orm::{ConnectionTrait, Database};

/// Whether tests run on PostgreSQL.
pub fn on_postgres() -> bool {
    setting("ACCORD_TEST_DATABASE").as_deref() == Some("postgres")
}

/// The URL of Redis, if tests run with it.
pub fn redis_url() -> Option<String> {
    setting("ACCORD_TEST_REDIS").and_then(|_| setting("ACCORD_TEST_REDIS_URL"))
}

#[expect(clippy::disallowed_methods, reason = "the test command says by environment where its servers are")]
pub fn setting(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Whether the suite runs on one connection to PostgreSQL: then code that takes a second one while holding
/// the first waits for ever.
pub fn on_one_connection() -> bool {
    on_postgres() && setting("ACCORD_TEST_CONNECTIONS").as_deref() == Some("1")
}

/// Settings for a database at `url` with data in `folder`.
pub fn settings(url: &str, folder: &std::path::Path) -> Config {
    Config::read(|name| match name {
        "ACCORD_DATABASE_URL" => Some(url.to_owned()),
        "ACCORD_SECRET_KEY" => {
            Some("0707070707070707070707070707070707070707070707070707070707070707".to_owned())
        }
        "ACCORD_PUBLIC_URL" => Some("http://localhost:8080".to_owned()),
        // Built or not, tests find the same pages.
        "ACCORD_DASHBOARD" => Some("false".to_owned()),
        "ACCORD_REDIS_URL" => redis_url(),
        "ACCORD_DB_CONNECTIONS" => Some(setting("ACCORD_TEST_CONNECTIONS").unwrap_or_else(|| "8".to_owned())),
        _ => None,
    })
    .map(|config| Config {
        data_dir: folder.to_owned(),
        password_cost: PasswordCost { memory_kib: 64, passes: 1, at_once: 4 },
        ..config
    })
    .expect("test settings")
}

/// The URL of a fresh, migrated database.
pub async fn fresh(folder: &std::path::Path) -> String {
    if on_postgres() { fresh_postgres().await } else { fresh_sqlite(folder).await }
}

async fn fresh_sqlite(folder: &std::path::Path) -> String {
    let template = template_folder().join("template.db");
    if !template.exists() {
        let making = template_folder()
            .join(format!("making-{}.db", hex::encode(accord::platform::keys::random::<8>())));
        let url = format!("sqlite://{}", making.display());
        bring_up_to_date(&settings(&url, folder)).await.expect("migrations");
        // After a clean close, the write-ahead log is in the file. Renaming is atomic, so several tests may
        // do this at once.
        fs::rename(&making, &template).expect("template");
    }
    let path = folder.join("accord.db");
    fs::copy(&template, &path).expect("copy of the template");
    format!("sqlite://{}", path.display())
}

async fn fresh_postgres() -> String {
    let admin = setting("ACCORD_TEST_POSTGRES_URL").expect("ACCORD_TEST_POSTGRES_URL: `make test` sets it");
    let base = admin.rsplit_once('/').expect("a database URL").0.to_owned();
    let server = Database::connect(
        sea_orm::ConnectOptions::new(&admin).max_connections(1).sqlx_logging(false).to_owned(),
    )
    .await
    .expect("the test server");
    let template = format!("accord_template_{}", version());
    server.execute_unprepared("SELECT pg_advisory_lock(4707)").await.expect("lock");
    let known = server.query_one_raw(sea_orm::Statement::from_string(
        server.get_database_backend(),
        format!("SELECT 1 FROM pg_database WHERE datname = '{template}'"),
    ));
    if known.await.expect("databases").is_none() {
        let making = format!("{template}_making");
        server.execute_unprepared(&format!("DROP DATABASE IF EXISTS {making}")).await.expect("drop");
        server.execute_unprepared(&format!("CREATE DATABASE {making}")).await.expect("create");
        bring_up_to_date(&settings(&format!("{base}/{making}"), &std::env::temp_dir()))
            .await
            .expect("migrations");
        server
            .execute_unprepared(&format!("ALTER DATABASE {making} RENAME TO {template}"))
            .await
            .expect("rename");
    }
    let name = format!("accord_{}", hex::encode(accord::platform::keys::random::<8>()));
    server.execute_unprepared(&format!("CREATE DATABASE {name} TEMPLATE {template}")).await.expect("clone");
    server.execute_unprepared("SELECT pg_advisory_unlock(4707)").await.expect("unlock");
    server.close().await.expect("close");
    format!("{base}/{name}")
}

/// Templates of different migrations exist side by side, named after the build of the test binary.
fn version() -> String {
    let binary = std::env::current_exe().expect("own path");
    let changed = fs::metadata(binary).and_then(|meta| meta.modified()).expect("own age");
    changed.duration_since(std::time::UNIX_EPOCH).expect("after 1970").as_nanos().to_string()
}

fn template_folder() -> PathBuf {
    let folder = std::env::temp_dir().join(format!("accord-tests-{}", version()));
    fs::create_dir_all(&folder).expect("template folder");
    folder
}
