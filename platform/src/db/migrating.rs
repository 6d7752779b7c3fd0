//! The connection for migrations, and the lock that lets only one process migrate at a time, up or down.
//!
//! Large tables take long to migrate, and a second process waits until the first is done: nothing here has a
//! time limit.

use std::{fs::File, path::PathBuf};

use sea_orm::{ConnectionTrait, DbErr};

use super::{Db, connections, sql, sqlite_path};
use crate::files;

/// The key of our PostgreSQL advisory lock: an arbitrary number that nobody else uses.
const LOCK: i64 = 4_707_171_401;

/// A database connection that holds the migration lock.
#[derive(Debug)]
pub struct Migrating {
    db: Db,
    /// SQLite has no named locks, so a file beside the database is locked. PostgreSQL's lock belongs to the
    /// session.
    _file: Option<File>,
}

impl Migrating {
    /// Connects, and waits until no other process migrates this database.
    ///
    /// # Errors
    /// When the database cannot be reached or opened.
    pub async fn begin(url: &str) -> Result<Self, DbErr> {
        if let Some(path) = sqlite_path(url) {
            let db = Db::connect(url, 1).await?;
            let mut name = path.into_os_string();
            name.push("-migrations.lock");
            let path = PathBuf::from(name);
            let fault = |error: std::io::Error| {
                DbErr::Custom(files::not_writable(&path, &error, "ACCORD_DATABASE_URL"))
            };
            let file = lock(files::make_file(&path).map_err(fault)?).await.map_err(fault)?;
            return Ok(Self { db, _file: Some(file) });
        }
        let db = Db::of_one(connections::postgres_to_migrate(url).await?);
        let connection = db.for_migrations();
        let free = connection
            .query_one_raw(sql(connection, "SELECT pg_try_advisory_lock($1)", [LOCK.into()]))
            .await?;
        if !free.map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or(false) {
            say_that_we_wait();
            connection.execute_raw(sql(connection, "SELECT pg_advisory_lock($1)", [LOCK.into()])).await?;
        }
        Ok(Self { db, _file: None })
    }

    /// The database.
    #[must_use]
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// Closes the connection, which releases the lock.
    pub async fn end(self) {
        self.db.close().await;
    }
}

async fn lock(file: File) -> std::io::Result<File> {
    if file.try_lock().is_ok() {
        return Ok(file);
    }
    say_that_we_wait();
    let waited = tokio::task::spawn_blocking(move || file.lock().map(|()| file)).await;
    waited.unwrap_or_else(|_| Err(std::io::Error::other("the wait was given up")))
}

fn say_that_we_wait() {
    tracing::info!("another process migrates this database: waiting until it is done");
}
