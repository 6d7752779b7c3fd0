//! One interface to the two databases. Everything that differs between SQLite and PostgreSQL is in this
//! folder; no other code asks which one it is.
//!
//! SQLite: one writer behind a fair mutex, separate readers; `BEGIN IMMEDIATE`, WAL, `synchronous = FULL`,
//! foreign keys, `recursive_triggers`, `secure_delete`. PostgreSQL: READ COMMITTED and row locks.
//!
//! Writers and readers have separate connections, and journal subscriptions may use only a limited share of
//! the readers. So neither a lock that blocks all writers nor hundreds of subscriptions catching up keep a
//! form from being shown.

mod connections;
mod dialect;
mod migrating;
mod tx;
mod wipe;

use std::{path::PathBuf, sync::Arc, time::Duration};

use sea_orm::{
    ConnAcquireErr, ConnectionTrait, DatabaseConnection, DbErr, QueryTrait, SqliteTransactionMode,
    TransactionOptions, TransactionTrait, Value, sqlx,
};
use tokio::sync::{Mutex, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore};

pub use dialect::{
    among, can_update_in_cte, domain_of, for_update, for_update_skip_locked, hour_of, hour_read, sql,
};
pub use migrating::Migrating;
pub use tx::Tx;

use super::{files, traces};

/// How long a request that only reads waits for an incidental write, such as `last_used_at`.
const IN_PASSING: Duration = Duration::from_millis(100);

/// A connected database.
#[derive(Clone, Debug)]
pub struct Db {
    reader: DatabaseConnection,
    writer: DatabaseConnection,
    /// SQLite's single writer. The mutex is fair, so no writer starves (SQLite's own busy timeout is not
    /// fair).
    gate: Option<Arc<Mutex<()>>>,
    /// Whether one connection serves all reads and writes.
    shared: bool,
    /// Limits how many journal subscriptions read at once.
    followers: Arc<Semaphore>,
    wiping: wipe::Wiping,
}

/// The number of connections for each kind of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Shares {
    writers: u32,
    readers: u32,
    followers: u32,
}

impl Shares {
    /// Splits `connections`. With a single connection to PostgreSQL there are no shares: everything takes
    /// turns on it.
    fn of(connections: u32, embedded: bool) -> Self {
        let writers = if embedded { 1 } else { (connections / 2).max(1) };
        let readers = connections.saturating_sub(writers).max(1);
        Self { writers, readers, followers: (readers / 3).max(1) }
    }
}

/// How many connections of a pool are in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolUse {
    /// `readers` and `writers`; `all` where both share the only connection.
    pub name: &'static str,
    /// Connections in use.
    pub in_use: u32,
    /// Idle connections.
    pub idle: u32,
    /// The pool's maximum size.
    pub most: u32,
}

impl Db {
    /// Connects, with at most `connections` connections; SQLite uses at least two, because its writer has its
    /// own.
    ///
    /// # Errors
    /// When the database cannot be reached or opened.
    pub async fn connect(url: &str, connections: u32) -> Result<Self, DbErr> {
        let path = sqlite_path(url);
        let shares = Shares::of(connections, path.is_some());
        let followers = Arc::new(Semaphore::new(usize::try_from(shares.followers).unwrap_or(1)));
        if let Some(path) = path {
            files::make_database(&path)
                .map_err(|error| DbErr::Custom(files::not_writable(&path, &error, "ACCORD_DATABASE_URL")))?;
            let writer = connections::sqlite_writer(&path).await?;
            let reader = connections::sqlite_readers(&path, shares.readers).await?;
            return Ok(Self {
                reader,
                writer,
                gate: Some(Arc::default()),
                shared: false,
                followers,
                wiping: wipe::Wiping::default(),
            });
        }
        let writer = connections::postgres(url, shares.writers).await?;
        if connections == 1 {
            return Ok(Self::of_one(writer));
        }
        let reader = connections::postgres(url, shares.readers).await?;
        Ok(Self { reader, writer, gate: None, shared: false, followers, wiping: wipe::Wiping::default() })
    }

    /// Uses one connection for all reads and writes.
    fn of_one(connection: DatabaseConnection) -> Self {
        Self {
            reader: connection.clone(),
            writer: connection,
            gate: None,
            shared: true,
            followers: Arc::new(Semaphore::new(1)),
            wiping: wipe::Wiping::default(),
        }
    }

    /// Calls `hear` for every statement that reads; for tests and measurements.
    #[must_use]
    pub fn hearing(mut self, hear: impl Fn(&sea_orm::metric::Info<'_>) + Send + Sync + 'static) -> Self {
        self.reader.set_metric_callback(hear);
        self
    }

    /// Calls `hear` for every statement of a unit of work; for tests and measurements.
    #[must_use]
    pub fn hearing_units(
        mut self,
        hear: impl Fn(&sea_orm::metric::Info<'_>) + Send + Sync + 'static,
    ) -> Self {
        self.writer.set_metric_callback(hear);
        self
    }

    /// Adds statements to traces. This inspects every statement, so only use it when traces are exported.
    #[must_use]
    pub fn traced(mut self) -> Self {
        self.reader.set_metric_callback(|info| traces::hear(info, false));
        self.writer.set_metric_callback(|info| traces::hear(info, true));
        self
    }

    /// The connection pools and how much of each is in use.
    #[must_use]
    pub fn pools(&self) -> Vec<PoolUse> {
        fn of<D: sqlx::Database>(name: &'static str, pool: &sqlx::Pool<D>) -> PoolUse {
            let (size, idle) = (pool.size(), u32::try_from(pool.num_idle()).unwrap_or(u32::MAX));
            PoolUse {
                name,
                in_use: size.saturating_sub(idle),
                idle: idle.min(size),
                most: pool.options().get_max_connections(),
            }
        }
        if self.is_embedded() {
            return vec![
                of("readers", self.reader.get_sqlite_connection_pool()),
                of("writers", self.writer.get_sqlite_connection_pool()),
            ];
        }
        let (readers, writers) =
            (self.reader.get_postgres_connection_pool(), self.writer.get_postgres_connection_pool());
        if self.shared {
            vec![of("all", writers)]
        } else {
            vec![of("readers", readers), of("writers", writers)]
        }
    }

    /// The connection for statements that change nothing. Don't use it while a unit of work is open: reads
    /// inside one go through its own connection, or it would hold one connection while it waits for another.
    #[must_use]
    pub fn read(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// Waits until one more journal subscription may read. Dropping the permit frees the place.
    pub async fn follow(&self) -> Option<OwnedSemaphorePermit> {
        // The semaphore is never closed, so this never returns `None`.
        Arc::clone(&self.followers).acquire_owned().await.ok()
    }

    /// Begins a transaction that will write.
    ///
    /// # Errors
    /// When there is no connection, or on SQLite no turn to write, within eight seconds.
    pub async fn begin(&self) -> Result<Tx, DbErr> {
        let gate = self.enter().await?;
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..Default::default()
        };
        let inner = self.writer.begin_with_options(options).await?;
        Ok(Tx::new(inner, gate))
    }

    /// Runs one statement outside any unit of work: only for leases, `last_used_at` and schedules
    /// (docs/decisions/0005-written-outside-units.md lists them).
    ///
    /// # Errors
    /// Nothing was written, unless the connection broke meanwhile.
    pub async fn touch(&self, text: &str, values: Vec<Value>) -> Result<u64, DbErr> {
        let _gate = self.enter().await?;
        Ok(self.writer.execute_raw(sql(&self.writer, text, values)).await?.rows_affected())
    }

    /// Like `touch`, for a change that sea-orm's builder says.
    ///
    /// # Errors
    /// Nothing was written, unless the connection broke meanwhile.
    pub async fn touch_rows(&self, change: &(impl QueryTrait + Sync)) -> Result<u64, DbErr> {
        let _gate = self.enter().await?;
        let statement = change.build(self.writer.get_database_backend());
        Ok(self.writer.execute_raw(statement).await?.rows_affected())
    }

    /// Like `touch_rows`, for an incidental write during a request that only reads: skipped (0 rows) if the
    /// turn to write does not come within 100 ms.
    ///
    /// # Errors
    /// Nothing was written, unless the connection broke meanwhile.
    pub async fn touch_in_passing(&self, change: &(impl QueryTrait + Sync)) -> Result<u64, DbErr> {
        tokio::time::timeout(IN_PASSING, self.touch_rows(change)).await.unwrap_or(Ok(0))
    }

    /// Runs one statement that writes and returns rows, outside any unit of work: claiming jobs.
    ///
    /// # Errors
    /// Nothing was written, unless the connection broke meanwhile.
    pub async fn touch_returning(
        &self,
        text: &str,
        values: Vec<Value>,
    ) -> Result<Vec<sea_orm::QueryResult>, DbErr> {
        let _gate = self.enter().await?;
        self.writer.query_all_raw(sql(&self.writer, text, values)).await
    }

    /// Waits for the turn to write on SQLite; PostgreSQL has no such turn.
    async fn enter(&self) -> Result<Option<OwnedMutexGuard<()>>, DbErr> {
        let Some(gate) = &self.gate else { return Ok(None) };
        match tokio::time::timeout(connections::PATIENCE, Arc::clone(gate).lock_owned()).await {
            Ok(turn) => Ok(Some(turn)),
            Err(_) => Err(DbErr::ConnectionAcquire(ConnAcquireErr::Timeout)),
        }
    }

    /// The writing connections, for migrations, measurements and tests.
    #[must_use]
    pub fn for_migrations(&self) -> &DatabaseConnection {
        &self.writer
    }

    /// Whether this is SQLite.
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

/// The file path of an SQLite URL, or `None` for another database.
#[must_use]
pub fn sqlite_path(url: &str) -> Option<PathBuf> {
    let rest = url.strip_prefix("sqlite:")?;
    Some(PathBuf::from(rest.strip_prefix("//").unwrap_or(rest)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_work_has_a_share_and_together_they_are_no_more_than_allowed() {
        let shares = |writers, readers, followers| Shares { writers, readers, followers };
        assert_eq!(Shares::of(16, false), shares(8, 8, 2));
        assert_eq!(Shares::of(16, true), shares(1, 15, 5));
        for connections in 2..=64 {
            for embedded in [false, true] {
                let of = Shares::of(connections, embedded);
                assert!(
                    of.writers >= 1 && of.followers >= 1 && of.writers + of.readers == connections,
                    "{connections}: {of:?}"
                );
                assert!(
                    of.readers < 4 || of.followers * 2 < of.readers,
                    "readers are left whatever followers do: {of:?}"
                );
            }
        }
        assert_eq!(Shares::of(1, false), shares(1, 1, 1), "one connection is shared");
    }
}
