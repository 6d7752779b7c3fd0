//! What was destroyed leaves the files too. A deleted row is gone for every statement at once, but its bytes
//! are not: SQLite keeps earlier versions of its pages in the write-ahead log until it begins that anew,
//! PostgreSQL keeps dead rows in the table's file until VACUUM has passed.
//!
//! SQLite: whoever destroys says so, and within a second or two the log is written into the database (where
//! `secure_delete` has overwritten what is gone) and cut to nothing. PostgreSQL: a schedule.
//! docs/operating.md, "Data that was destroyed", says what that means.

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

/// What is destroyed within so long of each other is wiped at once.
const GATHER: Duration = Duration::from_millis(500);
/// Until the next try, when somebody still reads what was there before.
const AGAIN: Duration = Duration::from_secs(1);
/// For so long the log's end waits for readers, while nobody can write.
const BRIEFLY: Duration = Duration::from_millis(100);
/// A table of keys up to this size, in bytes, is written anew as a whole: that takes less than a second, for
/// which it is locked.
const SMALL: i64 = 64 * 1024 * 1024;

/// What is left to wipe. Shared by the clones of a `Db`.
#[derive(Clone, Debug)]
pub(super) struct Wiping {
    /// A task is under way that will wipe whatever is destroyed until it begins.
    soon: Arc<AtomicBool>,
    /// PostgreSQL: how many rows of the keys' table had been changed or deleted when it was written anew
    /// last.
    done: Arc<AtomicI64>,
}

impl Default for Wiping {
    fn default() -> Self {
        // Of what was before this process, nothing is known.
        Self { soon: Arc::default(), done: Arc::new(AtomicI64::new(-1)) }
    }
}

impl Db {
    /// Something was destroyed, and committed. Returns at once; on PostgreSQL the schedule does the rest.
    pub fn wipe_soon(&self) {
        if !self.is_embedded() || self.wiping.soon.swap(true, Ordering::AcqRel) {
            return;
        }
        let db = self.clone();
        tokio::spawn(async move {
            tokio::time::sleep(GATHER).await;
            // From here on, what is destroyed needs another task.
            db.wiping.soon.store(false, Ordering::Release);
            loop {
                match db.empty_log().await {
                    Ok(true) => return,
                    Ok(false) => {}
                    Err(_) if db.writer.get_sqlite_connection_pool().is_closed() => return,
                    Err(error) => {
                        tracing::warn!(error.kind = %describe(&error), "the write-ahead log could not be emptied; it is tried again")
                    }
                }
                tokio::time::sleep(AGAIN).await;
            }
        });
    }

    /// Wipes what was destroyed since the last time. `keys` is the table without which what `sealed` tables
    /// hold cannot be read.
    ///
    /// # Errors
    /// When the database is away, or somebody holds a lock on the keys.
    pub async fn wipe(&self, keys: &str, sealed: &[&str]) -> Result<(), DbErr> {
        if self.is_embedded() {
            return self.empty_log().await.map(drop);
        }
        // Neither within a transaction nor within the time of other statements.
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
            // A plain VACUUM only forgets where the rows are; this writes the table anew without them.
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

    /// Writes SQLite's log into the database, and cuts it to nothing. False when somebody still reads an
    /// earlier state of it.
    async fn empty_log(&self) -> Result<bool, DbErr> {
        let _turn = self.enter().await?;
        let options = (*self.writer.get_sqlite_connection_pool().connect_options()).clone();
        // Of its own, so that its short patience is nobody else's.
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
