//! The SQL that differs between SQLite and PostgreSQL.

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, Statement, Value,
    sea_query::{Expr, postgres_array::NotU8},
};

/// A hand-written statement; placeholders are `$1`, `$2` … on both databases.
pub fn sql<I: IntoIterator<Item = Value>>(
    connection: &impl ConnectionTrait,
    text: &str,
    values: I,
) -> Statement {
    Statement::from_sql_and_values(connection.get_database_backend(), text, values)
}

/// `FOR UPDATE` on PostgreSQL; nothing on SQLite, which has only one writer anyway.
pub fn for_update(connection: &impl ConnectionTrait) -> &'static str {
    match connection.get_database_backend() {
        DbBackend::Postgres => " FOR UPDATE",
        _ => "",
    }
}

/// `FOR UPDATE SKIP LOCKED` on PostgreSQL; nothing on SQLite.
pub fn for_update_skip_locked(connection: &impl ConnectionTrait) -> &'static str {
    match connection.get_database_backend() {
        DbBackend::Postgres => " FOR UPDATE SKIP LOCKED",
        _ => "",
    }
}

/// Condition that a column is one of these IDs. On PostgreSQL it is one array, so the statement's text does
/// not depend on their number (measured: a quarter faster than a list of placeholders); on SQLite a list.
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

/// The domain (the part behind the `@`) of a column that holds address keys, written exactly as the index on
/// it (`migration/src/sql.rs`).
pub fn domain_of(connection: &impl ConnectionTrait, column: &str) -> String {
    match connection.get_database_backend() {
        DbBackend::Postgres => format!("split_part({column}, '@', 2)"),
        _ => format!("substr({column}, instr({column}, '@') + 1)"),
    }
}

/// The hour of a time in UTC, like `2026-11-23 09`, to group by; `hour_read` reads it.
pub fn hour_of(connection: &impl ConnectionTrait, column: impl ColumnTrait) -> Expr {
    let column = column.as_column_ref();
    match connection.get_database_backend() {
        DbBackend::Postgres => {
            Expr::cust_with_expr("to_char($1 AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24')", Expr::col(column))
        }
        _ => Expr::cust_with_expr("strftime('%Y-%m-%d %H', ?)", Expr::col(column)),
    }
}

/// The beginning of an hour that `hour_of` wrote.
#[must_use]
pub fn hour_read(hour: &str) -> Option<DateTime<Utc>> {
    let text = format!("{hour}:00");
    chrono::NaiveDateTime::parse_from_str(&text, "%Y-%m-%d %H:%M").ok().map(|time| time.and_utc())
}

/// Whether one statement can both increment the journal's counter and insert entries (an UPDATE inside a
/// CTE).
pub fn can_update_in_cte(connection: &impl ConnectionTrait) -> bool {
    connection.get_database_backend() == DbBackend::Postgres
}
