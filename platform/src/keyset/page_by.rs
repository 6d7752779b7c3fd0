//! Lists in the order of one column, by sea-orm's builder.

use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    Value,
};

use super::order::Run;
use crate::{
    error::Result,
    lists::{Page, PageRequest},
};

/// Reads one page of rows sorted by this one column, which is never NULL.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn page_by<E, C, K>(
    db: &impl ConnectionTrait,
    mut select: Select<E>,
    column: C,
    run: Run,
    request: &PageRequest<K>,
) -> Result<Page<E::Model>>
where
    E: EntityTrait,
    C: ColumnTrait,
    K: Clone + Into<Value>,
{
    if let Some(after) = request.after.clone() {
        select = select.filter(if run == Run::Up { column.gt(after) } else { column.lt(after) });
    }
    if let Some(before) = request.before.clone() {
        select = select.filter(if run == Run::Up { column.lt(before) } else { column.gt(before) });
    }
    let order = if (run == Run::Up) == request.backward { sea_orm::Order::Desc } else { sea_orm::Order::Asc };
    Ok(request.page(select.order_by(column, order).limit(request.limit).all(db).await?))
}

/// Counts rows.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn count_of<E>(db: &impl ConnectionTrait, select: Select<E>) -> Result<i64>
where
    E: EntityTrait,
    E::Model: Sync,
{
    Ok(i64::try_from(select.count(db).await?).unwrap_or(i64::MAX))
}
