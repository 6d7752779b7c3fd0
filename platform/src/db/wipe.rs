//! Removes destroyed data from the database's files. A deleted row is gone for every statement at once, but
//! its bytes stay: SQLite keeps earlier versions of pages in the write-ahead log until the log restarts, and
//! PostgreSQL keeps dead rows in the table's file until VACUUM.
//!
//! SQLite: code that destroys data calls `wipe_soon`, and within a second or two the log is written into the
//! database (where `secure_delete` has overwritten the deleted rows) and truncated to nothing. PostgreSQL: a
//! schedule runs VACUUM. docs/operating.md, "Data that was destroyed", explains what that means.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::Duration,
};

use sea_orm::{
    DbErr, RuntimeErr,
    sqlx::{
        self, AssertSqlSafe, ConnectOptions as _, Connection, Executor, Row, postgres::PgConnection,
        sqlite::SqliteConnection,
    },
};

use super::Db;
use crate::error::describe;

/// Waits this long so that one wipe covers everything destroyed meanwhile.
const GATHER: Duration = Duration::from_millis(500);
/// Delay before the next try, when a reader still uses an earlier state of the database.
const AGAIN: Duration = Duration::from_secs(1);
/// Longest time that emptying the log waits for readers, because nobody can write meanwhile.
const BRIEFLY: Duration = Duration::from_millis(100);
/// Largest size in bytes of the key table for which it is rewritten as a whole: that takes less than a
/// second, during which the table is locked.
const SMALL: i64 = 64 * 1024 * 1024;

/// What remains to wipe. Shared by the clones of a `Db`.
#[derive(Clone, Debug)]
pub(super) struct Wiping {
    /// Set while a task is scheduled that will wipe everything destroyed before it starts.
    soon: Arc<AtomicBool>,
    /// PostgreSQL: number of changed or deleted rows in the key table when it was last rewritten.
    done: Arc<AtomicI64>,
}

impl Default for Wiping {
    fn default() -> Self {
        // -1: what happened before this process started is unknown.
        Self { soon: Arc::default(), done: Arc::new(AtomicI64::new(-1)) }
    }
}

impl Db {
    /// Reports that data was destroyed and committed. Returns at once; on PostgreSQL the schedule does the
    /// rest.
    pub fn wipe_soon(&self) {
        if !self.is_embedded() || self.wiping.soon.swap(true, Ordering::AcqRel) {
            return;
        }
        let db = self.clone();
        tokio::spawn(async move {
            tokio::time::sleep(GATHER).await;
            // Data destroyed from here on needs another task.
            db.wiping.soon.store(false, Ordering::Release);
            loop {
                match db.empty_log().await {
                    Ok(true) => return,
                    Ok(false) => {}
                    Err(_) if db.writer.get_sqlite_connection_pool().is_closed() => return,
                    Err(error) => {
                        tracing::warn!(error.kind = %describe(&error), "the write-ahead log could not be emptied; it is tried again");
                    }
                }
                tokio::time::sleep(AGAIN).await;
            }
        });
    }

    /// Wipes what was destroyed since the last time. `keys` is the table of keys without which the contents
    /// of the `sealed` tables cannot be read.
    ///
    /// # Errors
    /// When the database is unreachable, or another session holds a lock on the key table.
    pub async fn wipe(&self, keys: &str, sealed: &[&str]) -> Result<(), DbErr> {
        if self.is_embedded() {
            return self.empty_log().await.map(drop);
        }
        // VACUUM cannot run inside a transaction, and takes longer than the statement timeout allows.
        let options = (*self.writer.get_postgres_connection_pool().connect_options()).clone();
        let options =
            options.options([("statement_timeout", "0"), ("lock_timeout", "2s")]).disable_statement_logging();
        let mut connection = PgConnection::connect_with(&options).await.map_err(fault)?;
        let wiped = self.vacuum(&mut connection, keys, sealed).await;
        let _ = connection.close().await;
        wiped
    }

    async fn vacuum(&self, connection: &mut PgConnection, keys: &str, sealed: &[&str]) -> Result<(), DbErr> {
        let known = "SELECT pg_relation_size(relid), n_tup_upd + n_tup_del FROM pg_stat_user_tables WHERE relid = to_regclass($1)";
        let known = sqlx::query(known).bind(keys).fetch_one(&mut *connection).await.map_err(fault)?;
        let (size, gone): (i64, i64) = (known.try_get(0).map_err(fault)?, known.try_get(1).map_err(fault)?);
        if size <= SMALL && self.wiping.done.load(Ordering::Acquire) != gone {
            // A plain VACUUM only marks the space as free; VACUUM FULL rewrites the table without the dead
            // rows.
            connection
                .execute(AssertSqlSafe(format!("VACUUM (FULL, ANALYZE) {keys}")))
                .await
                .map_err(fault)?;
            self.wiping.done.store(gone, Ordering::Release);
        } else {
            connection.execute(AssertSqlSafe(format!("VACUUM {keys}"))).await.map_err(fault)?;
        }
        for table in sealed {
            connection.execute(AssertSqlSafe(format!("VACUUM {table}"))).await.map_err(fault)?;
        }
        Ok(())
    }

    /// Writes SQLite's log into the database and truncates it to nothing. False when a reader still uses an
    /// earlier state.
    async fn empty_log(&self) -> Result<bool, DbErr> {
        let _turn = self.enter().await?;
        let options = (*self.writer.get_sqlite_connection_pool().connect_options()).clone();
        // A connection of its own, so that the short busy timeout affects no other statement.
        let mut connection =
            SqliteConnection::connect_with(&options.create_if_missing(false).busy_timeout(BRIEFLY))
                .await
                .map_err(fault)?;
        let emptied = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&mut connection).await;
        let busy: i64 = emptied.and_then(|row| row.try_get(0)).map_err(fault)?;
        let _ = connection.close().await;
        Ok(busy == 0)
    }
}

fn fault(error: sqlx::Error) -> DbErr {
    DbErr::Exec(RuntimeErr::SqlxError(Arc::new(error)))
}
