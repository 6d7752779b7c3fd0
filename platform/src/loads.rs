//! Loads: read the rows of a table by the values of one column, for many values with one statement.
//!
//! A room declares the loads that GraphQL may use. Only rows of the given workspace are read.

use std::{collections::HashMap, hash::Hash};

use entity::{WorkspaceId, from_row::FromRow};
use sea_orm::{
    ConnectionTrait, Value,
    sea_query::{ValueType, postgres_array::NotU8},
};

use super::query::Query;
use crate::error::Result;

/// Rows of a table whose column has one of these values, in the given order, if any.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn rows_by<M, V>(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    table: &str,
    column: &str,
    values: &[V],
    order: Option<&str>,
) -> Result<Vec<M>>
where
    M: FromRow,
    V: Copy + Into<Value> + ValueType + NotU8,
{
    let mut query = Query::new("SELECT * FROM ");
    query.push(table).push(" WHERE workspace_id = ").bind(workspace);
    query.push(" AND ").among(db, column, values.iter().copied());
    if let Some(order) = order {
        query.push(" ORDER BY ").push(order);
    }
    query.all(db).await
}

/// Groups rows by the row they belong to, keeping their order.
pub fn group<K: Eq + Hash, T>(rows: Vec<T>, key: impl Fn(&T) -> K) -> HashMap<K, Vec<T>> {
    let mut grouped: HashMap<K, Vec<T>> = HashMap::new();
    for row in rows {
        grouped.entry(key(&row)).or_default().push(row);
    }
    grouped
}

/// Like `group`, but with an entry for every key, even if empty.
pub fn group_for<K: Clone + Eq + Hash, T>(
    keys: &[K],
    rows: Vec<T>,
    key: impl Fn(&T) -> K,
) -> HashMap<K, Vec<T>> {
    let mut grouped: HashMap<K, Vec<T>> = keys.iter().map(|key| (key.clone(), Vec::new())).collect();
    for row in rows {
        grouped.entry(key(&row)).or_default().push(row);
    }
    grouped
}

/// Declares functions that load rows by ID: `deals_by_id(DealId) -> deal;` reads the table `deal`, which has the
/// name of its entity.
#[macro_export]
macro_rules! loads_by_id {
    ($($(#[$doc:meta])* $name:ident($id:ty) -> $table:ident;)*) => {$(
        $(#[$doc])*
        pub async fn $name(
            db: &impl sea_orm::ConnectionTrait,
            workspace: entity::WorkspaceId,
            ids: &[$id],
        ) -> $crate::error::Result<std::collections::HashMap<$id, entity::$table::Model>> {
            let rows: Vec<entity::$table::Model> =
                $crate::loads::rows_by(db, workspace, stringify!($table), "id", ids, None).await?;
            Ok(rows.into_iter().map(|row| (row.id, row)).collect())
        }
    )*};
}
pub use crate::loads_by_id;

/// Declares functions that load all rows that belong to a row, in a fixed order; each owner gets a list, even if
/// empty.
#[macro_export]
macro_rules! loads_of {
    ($($(#[$doc:meta])* $name:ident($owner:ty) -> $table:ident by $column:ident, in order of $order:literal;)*) => {$(
        $(#[$doc])*
        pub async fn $name(
            db: &impl sea_orm::ConnectionTrait,
            workspace: entity::WorkspaceId,
            owners: &[$owner],
        ) -> $crate::error::Result<std::collections::HashMap<$owner, Vec<entity::$table::Model>>> {
            let (table, column) = (stringify!($table), stringify!($column));
            let rows: Vec<entity::$table::Model> =
                $crate::loads::rows_by(db, workspace, table, column, owners, Some($order)).await?;
            Ok($crate::loads::group_for(owners, rows, |row| row.$column))
        }
    )*};
}
pub use crate::loads_of;
