//! The two databases behind one door. What must differ between SQLite and PostgreSQL is in this file; nowhere else asks.
//!
//! SQLite: one writer behind a fair mutex, readers apart; `BEGIN IMMEDIATE`, WAL, `synchronous = FULL`, foreign keys,
//! `recursive_triggers`, `secure_delete`. PostgreSQL: READ COMMITTED and row locks.

use std::{path::PathBuf, sync::Arc, time::Duration};

use sea_orm::{
    ColumnTrait, ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, SqliteTransactionMode,
    Statement, TransactionOptions, TransactionTrait, Value,
    sea_query::{Expr, postgres_array::NotU8},
};
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::{files, traces};

/// A connected database.
#[derive(Clone, Debug)]
pub struct Db {
    reader: DatabaseConnection,
    writer: DatabaseConnection,
    /// SQLite's single writer: fair, so nobody starves (sqlite's own busy timeout is not).
    gate: Option<Arc<Mutex<()>>>,
}

/// How much of a pool of connections is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolUse {
    /// `all`; with SQLite `readers` and `writer`.
    pub name: &'static str,
    /// Connections that work.
    pub in_use: u32,
    /// Connections that wait for work.
    pub idle: u32,
    /// The most there may be.
    pub most: u32,
}

/// An open transaction. Dropping it rolls back.
#[derive(Debug)]
pub struct Tx {
    inner: DatabaseTransaction,
    _gate: Option<OwnedMutexGuard<()>>,
}

/// A statement of ours; `$1`, `$2` … on both databases.
pub fn sql<I: IntoIterator<Item = Value>>(connection: &impl ConnectionTrait, text: &str, values: I) -> Statement {
    Statement::from_sql_and_values(connection.get_database_backend(), text, values)
}

/// `FOR UPDATE` where rows are locked; nothing on SQLite, whose writer is alone anyway.
pub fn for_update(connection: &impl ConnectionTrait) -> &'static str {
    match connection.get_database_backend() {
        DbBackend::Postgres => " FOR UPDATE",
        _ => "",
    }
}

/// `FOR UPDATE SKIP LOCKED`, likewise.
pub fn for_update_skip_locked(connection: &impl ConnectionTrait) -> &'static str {
    match connection.get_database_backend() {
        DbBackend::Postgres => " FOR UPDATE SKIP LOCKED",
        _ => "",
    }
}

/// That a column is one of these ids: one array on PostgreSQL, whose text then does not depend on how many there are (measured: a
/// quarter faster than a list of places); a list elsewhere.
pub fn among<C, V>(connection: &impl ConnectionTrait, column: C, values: impl IntoIterator<Item = V>) -> Expr
where
    C: ColumnTrait,
    V: Into<Value> + NotU8,
{
    match connection.get_database_backend() {
        DbBackend::Postgres => column.eq_any(values),
        _ => column.is_in(values),
    }
}

/// What stands behind the `@` of a column that holds keys of addresses, written as the index on it is (`migration/src/sql.rs`).
pub fn domain_of(connection: &impl ConnectionTrait, column: &str) -> String {
    match connection.get_database_backend() {
        DbBackend::Postgres => format!("split_part({column}, '@', 2)"),
        _ => format!("substr({column}, instr({column}, '@') + 1)"),
    }
}

/// The statement that appends `rows` journal entries and moves the head, for databases that can do both at once.
pub fn can_update_in_cte(connection: &impl ConnectionTrait) -> bool {
    connection.get_database_backend() == DbBackend::Postgres
}

impl Db {
    /// Connects. `connections` bounds the pool (readers on SQLite).
    ///
    /// # Errors
    /// When the database cannot be reached or opened.
    pub async fn connect(url: &str, connections: u32) -> Result<Self, DbErr> {
        if let Some(path) = sqlite_path(url) {
            files::make_database(&path).map_err(|error| DbErr::Custom(files::not_writable(&path, &error, "ACCORD_DATABASE_URL")))?;
            let writer = Database::connect(sqlite_options(&path, 1)).await?;
            let reader = Database::connect(sqlite_options(&path, connections)).await?;
            return Ok(Self { reader, writer, gate: Some(Arc::new(Mutex::new(()))) });
        }
        let mut options = base_options(url, connections);
        options.set_application_name("accord").statement_timeout(Duration::from_secs(30));
        let pool = Database::connect(options).await?;
        Ok(Self { reader: pool.clone(), writer: pool, gate: None })
    }

    /// Tells `hear` of every statement that reads, for tests and measurements.
    #[must_use]
    pub fn hearing(mut self, hear: impl Fn(&sea_orm::metric::Info<'_>) + Send + Sync + 'static) -> Self {
        self.reader.set_metric_callback(hear);
        self
    }

    /// Shows statements in traces. Costs a look at each, so only when traces are exported.
    #[must_use]
    pub fn traced(mut self) -> Self {
        self.reader.set_metric_callback(|info| traces::hear(info, false));
        self.writer.set_metric_callback(|info| traces::hear(info, true));
        self
    }

    /// The pools of connections, and how much of each is taken.
    #[must_use]
    pub fn pools(&self) -> Vec<PoolUse> {
        fn of<D: sea_orm::sqlx::Database>(name: &'static str, pool: &sea_orm::sqlx::Pool<D>) -> PoolUse {
            let (size, idle) = (pool.size(), u32::try_from(pool.num_idle()).unwrap_or(u32::MAX));
            PoolUse { name, in_use: size.saturating_sub(idle), idle: idle.min(size), most: pool.options().get_max_connections() }
        }
        if self.is_embedded() {
            vec![of("readers", self.reader.get_sqlite_connection_pool()), of("writer", self.writer.get_sqlite_connection_pool())]
        } else {
            vec![of("all", self.writer.get_postgres_connection_pool())]
        }
    }

    /// For statements that change nothing.
    #[must_use]
    pub fn read(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// Begins a transaction that will write.
    pub async fn begin(&self) -> Result<Tx, DbErr> {
        let gate = match &self.gate {
            Some(gate) => Some(gate.clone().lock_owned().await),
            None => None,
        };
        let options = TransactionOptions { sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate), ..Default::default() };
        let inner = self.writer.begin_with_options(options).await?;
        Ok(Tx { inner, _gate: gate })
    }

    /// One statement outside any unit of work: only leases, `last_used_at` and schedules (ARCHITECTURE.md lists them).
    pub async fn touch(&self, text: &str, values: Vec<Value>) -> Result<u64, DbErr> {
        let _gate = match &self.gate {
            Some(gate) => Some(gate.lock().await),
            None => None,
        };
        Ok(self.writer.execute_raw(sql(&self.writer, text, values)).await?.rows_affected())
    }

    /// One statement that writes and returns rows, outside any unit of work: claiming jobs.
    pub async fn touch_returning(&self, text: &str, values: Vec<Value>) -> Result<Vec<sea_orm::QueryResult>, DbErr> {
        let _gate = match &self.gate {
            Some(gate) => Some(gate.lock().await),
            None => None,
        };
        self.writer.query_all_raw(sql(&self.writer, text, values)).await
    }

    /// The connection migrations run on.
    #[must_use]
    pub fn for_migrations(&self) -> &DatabaseConnection {
        &self.writer
    }

    /// Whether this is the embedded database.
    #[must_use]
    pub fn is_embedded(&self) -> bool {
        self.gate.is_some()
    }

    /// Closes every connection.
    pub async fn close(&self) {
        let _ = self.reader.clone().close().await;
        let _ = self.writer.clone().close().await;
    }
}

impl Tx {
    /// For statements inside the transaction.
    #[must_use]
    pub fn connection(&self) -> &DatabaseTransaction {
        &self.inner
    }

    /// Makes everything durable, then lets the next writer in.
    pub async fn commit(self) -> Result<(), DbErr> {
        self.inner.commit().await
    }
}

/// The file of an SQLite URL, or none for another database.
#[must_use]
pub fn sqlite_path(url: &str) -> Option<PathBuf> {
    let rest = url.strip_prefix("sqlite:")?;
    Some(PathBuf::from(rest.strip_prefix("//").unwrap_or(rest)))
}

fn base_options(url: &str, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(8))
        .connect_timeout(Duration::from_secs(8))
        .sqlx_logging(false)
        .record_stmt_in_spans(false)
        .test_before_acquire_if_idle_for(Duration::from_secs(10));
    options
}

fn sqlite_options(path: &std::path::Path, connections: u32) -> ConnectOptions {
    use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
    let mut options = base_options("sqlite::memory:", connections);
    let path = path.to_owned();
    options.map_sqlx_sqlite_opts(move |sqlite| {
        sqlite
            .filename(&path)
            .in_memory(false)
            .shared_cache(false)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(8))
            .pragma("recursive_triggers", "ON")
            .pragma("secure_delete", "ON")
    });
    options
}
