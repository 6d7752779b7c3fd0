//! Loads: rows of one table by what stands in one of its columns, for many at once and with one statement.
//!
//! A room names the loads that others may read through; nothing outside a workspace is ever loaded.

use std::{collections::HashMap, hash::Hash};

use entity::{WorkspaceId, from_row::FromRow};
use sea_orm::{
    ConnectionTrait, Value,
    sea_query::{ValueType, postgres_array::NotU8},
};

use super::query::Query;
use crate::error::Result;

/// Rows of a table whose column holds one of these; in this order, if one is given.
///
/// # Errors
/// `Busy` when the database is away.
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

/// Rows by what they belong to, in the order they came.
pub fn group<K: Eq + Hash, T>(rows: Vec<T>, key: impl Fn(&T) -> K) -> HashMap<K, Vec<T>> {
    let mut grouped: HashMap<K, Vec<T>> = HashMap::new();
    for row in rows {
        grouped.entry(key(&row)).or_default().push(row);
    }
    grouped
}

/// The same with something for every key, if only nothing.
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

/// Names loads of rows by their ids: `deals_by_id(DealId) -> deal;` reads the table `deal`, whose entity is called like it.
macro_rules! loads_by_id {
    ($($(#[$doc:meta])* $name:ident($id:ty) -> $table:ident;)*) => {$(
        $(#[$doc])*
        pub async fn $name(
            db: &impl sea_orm::ConnectionTrait,
            workspace: entity::WorkspaceId,
            ids: &[$id],
        ) -> $crate::error::Result<std::collections::HashMap<$id, entity::$table::Model>> {
            let rows: Vec<entity::$table::Model> =
                $crate::platform::loads::rows_by(db, workspace, stringify!($table), "id", ids, None).await?;
            Ok(rows.into_iter().map(|row| (row.id, row)).collect())
        }
    )*};
}
pub(crate) use loads_by_id;

/// Names loads of what belongs to rows, all of it and in an order; each of them gets an answer, if only an empty one.
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
                $crate::platform::loads::rows_by(db, workspace, table, column, owners, Some($order)).await?;
            Ok($crate::platform::loads::group_for(owners, rows, |row| row.$column))
        }
    )*};
}
pub(crate) use loads_of;
