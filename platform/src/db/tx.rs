//! An open transaction: all of it is kept, or nothing.
//!
//! After its first error it runs no further statement and refuses to commit. SQLite rolls a transaction back
//! by itself on some errors (a full disk, for example), and later statements would then be committed one by
//! one. PostgreSQL reports success when a failed transaction is committed, and keeps nothing.

use std::{
    future::Future,
    sync::atomic::{AtomicBool, Ordering},
};

use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult, Statement,
    prelude::async_trait,
};
use tokio::sync::OwnedMutexGuard;

use crate::{error::is_collision, work::attempt};

/// An open transaction. Dropping it rolls back.
#[derive(Debug)]
pub struct Tx {
    inner: DatabaseTransaction,
    /// A statement failed, or was cancelled before its answer came: what a commit would keep is unknown.
    failed: AtomicBool,
    _gate: Option<OwnedMutexGuard<()>>,
}

impl Tx {
    pub(super) fn new(inner: DatabaseTransaction, gate: Option<OwnedMutexGuard<()>>) -> Self {
        Self { inner, failed: AtomicBool::new(false), _gate: gate }
    }

    /// The connection for statements inside the transaction.
    #[must_use]
    pub fn connection(&self) -> &Self {
        self
    }

    /// Commits, then lets the next writer in.
    ///
    /// # Errors
    /// Nothing is kept, unless the connection broke during the commit itself. The pool closes a connection
    /// whose transaction did not end (`connections.rs`).
    pub async fn commit(self) -> Result<(), DbErr> {
        self.check()?;
        let done = self.inner.commit().await;
        // Unless the database reported a rollback, the commit may have happened.
        if done.as_ref().is_err_and(is_collision) {
            attempt::collided();
        } else {
            attempt::committed();
        }
        done
    }

    fn check(&self) -> Result<(), DbErr> {
        if self.failed.load(Ordering::Acquire) {
            return Err(DbErr::Custom(
                "a statement of this transaction failed, so nothing of it is kept".to_owned(),
            ));
        }
        Ok(())
    }

    async fn run<T>(&self, statement: impl Future<Output = Result<T, DbErr>> + Send) -> Result<T, DbErr> {
        self.check()?;
        let mut step = Step { failed: &self.failed, done: false };
        let answer = statement.await;
        step.done = answer.is_ok();
        if answer.as_ref().is_err_and(is_collision) {
            attempt::collided();
        }
        answer
    }
}

/// A running statement. It counts as failed unless `done` is set when this is dropped.
struct Step<'a> {
    failed: &'a AtomicBool,
    done: bool,
}

impl Drop for Step<'_> {
    fn drop(&mut self) {
        if !self.done {
            self.failed.store(true, Ordering::Release);
        }
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Tx {
    fn get_database_backend(&self) -> DbBackend {
        self.inner.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.run(self.inner.execute_raw(statement)).await
    }

    async fn execute_unprepared(&self, text: &str) -> Result<ExecResult, DbErr> {
        self.run(self.inner.execute_unprepared(text)).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.run(self.inner.query_one_raw(statement)).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.run(self.inner.query_all_raw(statement)).await
    }
}
