//! How connections are opened, and which of them a pool keeps.

use std::{path::Path, time::Duration};

use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DbErr,
    sqlx::{
        Connection,
        sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
    },
};

/// Timeout for getting a connection, or the turn to write.
pub(super) const PATIENCE: Duration = Duration::from_secs(8);
/// `lock_timeout` on PostgreSQL: shorter than the time that others wait for the connection.
const LOCK_PATIENCE: &str = "5s";
/// `statement_timeout` on PostgreSQL.
const STATEMENT_PATIENCE: Duration = Duration::from_secs(30);

/// A pool of connections to PostgreSQL for requests and jobs.
pub(super) async fn postgres(url: &str, connections: u32) -> Result<DatabaseConnection, DbErr> {
    let mut options = base(url, connections);
    options.set_application_name("accord").statement_timeout(STATEMENT_PATIENCE);
    options.map_sqlx_postgres_opts(|options| options.options([("lock_timeout", LOCK_PATIENCE)]));
    Database::connect(options).await
}

/// The one connection to PostgreSQL for migrations. Migrations have no time limit, and the advisory lock
/// belongs to the session, so the pool must not close the session because of its age.
pub(super) async fn postgres_to_migrate(url: &str) -> Result<DatabaseConnection, DbErr> {
    let mut options = base(url, 1);
    options.set_application_name("accord migrate").max_lifetime(None).idle_timeout(None);
    Database::connect(options).await
}

/// The pool that reads an SQLite file.
pub(super) async fn sqlite_readers(path: &Path, connections: u32) -> Result<DatabaseConnection, DbErr> {
    Database::connect(sqlite(path, connections)).await
}

/// The pool with the only connection that writes an SQLite file.
///
/// A connection may be given back while a rollback was requested but has not run yet; `ping` runs it. If a
/// transaction is still open after that, ending it failed, and the driver would treat whatever comes next as
/// part of it: "begin" would only set a savepoint, and nothing would ever be committed. So that connection is
/// closed, and the pool opens another.
pub(super) async fn sqlite_writer(path: &Path) -> Result<DatabaseConnection, DbErr> {
    let mut options = sqlite(path, 1);
    options.map_sqlx_sqlite_pool_opts(|pool| {
        pool.after_release(|connection, _| {
            Box::pin(async move {
                connection.ping().await?;
                Ok(!connection.is_in_transaction())
            })
        })
    });
    options.map_sqlx_sqlite_before_acquire(|connection, _| {
        Box::pin(async move { Ok(!connection.is_in_transaction()) })
    });
    Database::connect(options).await
}

fn sqlite(path: &Path, connections: u32) -> ConnectOptions {
    let mut options = base("sqlite::memory:", connections);
    let path = path.to_owned();
    options.map_sqlx_sqlite_opts(move |options| sqlite_file(options, &path));
    options
}

/// The options of every connection to an SQLite file.
fn sqlite_file(options: SqliteConnectOptions, path: &Path) -> SqliteConnectOptions {
    options
        .filename(path)
        .in_memory(false)
        .shared_cache(false)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(PATIENCE)
        // The write-ahead log grows as needed and is truncated after a checkpoint, so that no data stays in
        // it.
        .pragma("journal_size_limit", "0")
        .pragma("recursive_triggers", "ON")
        .pragma("secure_delete", "ON")
}

fn base(url: &str, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .acquire_timeout(PATIENCE)
        .connect_timeout(PATIENCE)
        .sqlx_logging(false)
        .record_stmt_in_spans(false)
        .test_before_acquire_if_idle_for(Duration::from_secs(10));
    options
}
