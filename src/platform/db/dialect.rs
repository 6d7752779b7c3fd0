//! What is written differently for SQLite and for PostgreSQL.

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, Statement, Value,
    sea_query::{Expr, postgres_array::NotU8},
};

/// A statement of ours; `$1`, `$2` … on both databases.
pub fn sql<I: IntoIterator<Item = Value>>(
    connection: &impl ConnectionTrait,
    text: &str,
    values: I,
) -> Statement {
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

/// That a column is one of these ids: one array on PostgreSQL, whose text then does not depend on how many
/// there are (measured: a quarter faster than a list of places); a list elsewhere.
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

/// What stands behind the `@` of a column that holds keys of addresses, written as the index on it is
/// (`migration/src/sql.rs`).
pub fn domain_of(connection: &impl ConnectionTrait, column: &str) -> String {
    match connection.get_database_backend() {
        DbBackend::Postgres => format!("split_part({column}, '@', 2)"),
        _ => format!("substr({column}, instr({column}, '@') + 1)"),
    }
}

/// The statement that appends `rows` journal entries and moves the head, for databases that can do both at
/// once.
pub fn can_update_in_cte(connection: &impl ConnectionTrait) -> bool {
    connection.get_database_backend() == DbBackend::Postgres
}
