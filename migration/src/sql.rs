//! Runs plain SQL on both databases. `{id}`, `{time}`, `{bytes}` and `{bool}` stand for the column types that
//! differ, `{c}` for the collation by code point, `{domain_of_email_key}` for the part of `email_key` after
//! the `@`; statements end with `;` at the end of a line.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

/// Runs statements on both databases.
pub async fn run(manager: &SchemaManager<'_>, both: &str) -> Result<(), DbErr> {
    let types = match manager.get_database_backend() {
        DbBackend::Postgres => [
            ("{id}", "uuid"),
            ("{time}", "timestamptz"),
            ("{bytes}", "bytea"),
            ("{bool}", "boolean"),
            ("{c}", "COLLATE \"C\""),
            ("{domain_of_email_key}", "(split_part(email_key, '@', 2))"),
        ],
        _ => [
            ("{id}", "uuid_text"),
            ("{time}", "timestamp_with_timezone_text"),
            ("{bytes}", "blob"),
            ("{bool}", "boolean"),
            ("{c}", ""),
            ("{domain_of_email_key}", "substr(email_key, instr(email_key, '@') + 1)"),
        ],
    };
    for statement in both.split(";\n").map(str::trim).filter(|statement| !statement.is_empty()) {
        let statement = types.iter().fold(statement.to_owned(), |text, (name, sql)| text.replace(name, sql));
        manager.get_connection().execute_unprepared(&statement).await?;
    }
    Ok(())
}

/// One statement on PostgreSQL only.
pub async fn postgres(manager: &SchemaManager<'_>, statement: &str) -> Result<(), DbErr> {
    if manager.get_database_backend() == DbBackend::Postgres {
        manager.get_connection().execute_unprepared(statement).await?;
    }
    Ok(())
}

/// One statement on SQLite only.
pub async fn sqlite(manager: &SchemaManager<'_>, statement: &str) -> Result<(), DbErr> {
    if manager.get_database_backend() == DbBackend::Sqlite {
        manager.get_connection().execute_unprepared(statement).await?;
    }
    Ok(())
}
