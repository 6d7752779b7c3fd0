//! Connections of a single page, and the cost of lists.

use async_graphql::{
    ObjectType, OutputType,
    connection::{Connection, Edge, EmptyFields, OpaqueCursor},
};
use sea_orm::{ColumnTrait, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect, Select, Value};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    error::{Error, ProblemCode, Result},
    platform::{
        graphql::{
            Page, PageRequest,
            page::{MAX_PAGE, Total},
        },
        keyset::{Cursor, Run},
    },
};

/// A connection as our lists return it: edges, nodes, page info, and a total that is counted only when
/// selected.
pub(crate) type List<K, N> = Connection<OpaqueCursor<K>, N, Total>;

/// Estimated cost of a list: rows are loaded in batches, so four of them cost as much as one field loaded
/// alone.
pub(crate) fn cost(first: Option<i32>, last: Option<i32>, child: usize) -> usize {
    let rows = first.or(last).unwrap_or(MAX_PAGE).clamp(1, MAX_PAGE).unsigned_abs() as usize;
    child.saturating_mul(rows.div_ceil(4)).saturating_add(1)
}

/// Selects one page of rows sorted by this one column.
pub(crate) fn keyset<E, C, K>(select: Select<E>, column: C, request: &PageRequest<K>, run: Run) -> Select<E>
where
    E: EntityTrait,
    C: ColumnTrait,
    K: Clone + Into<Value>,
{
    let mut select = select;
    if let Some(after) = request.after.clone() {
        select = select.filter(if run == Run::Up { column.gt(after) } else { column.lt(after) });
    }
    if let Some(before) = request.before.clone() {
        select = select.filter(if run == Run::Up { column.lt(before) } else { column.gt(before) });
    }
    let order = if (run == Run::Up) == request.backward { Order::Desc } else { Order::Asc };
    select.order_by(column, order).limit(request.limit)
}

/// The connection of a page's rows.
pub(crate) fn list<T, K, N>(
    page: Page<T>,
    key: impl Fn(&T) -> K,
    mut node: impl FnMut(T) -> N,
    total: Total,
) -> List<K, N>
where
    K: Serialize + DeserializeOwned + Send + Sync,
    N: OutputType,
{
    let mut list = List::with_additional_fields(page.has_previous, page.has_next, total);
    list.edges = page
        .rows
        .into_iter()
        .map(|row| Edge::<_, _, EmptyFields>::new(OpaqueCursor(key(&row)), node(row)))
        .collect();
    list
}

/// The connection of a page with a sort order of its own, and with more fields than a count.
pub(crate) fn ordered<T, N, F>(
    page: Page<(Cursor, T)>,
    mut node: impl FnMut(T) -> N,
    fields: F,
) -> Connection<OpaqueCursor<Cursor>, N, F>
where
    N: OutputType,
    F: ObjectType,
{
    let mut list = Connection::with_additional_fields(page.has_previous, page.has_next, fields);
    list.edges = page
        .rows
        .into_iter()
        .map(|(cursor, row)| Edge::<_, _, EmptyFields>::new(OpaqueCursor(cursor), node(row)))
        .collect();
    list
}

/// The number of rows to return, for lists without pages.
pub(crate) fn most(field: &str, asked: i32) -> Result<u64> {
    match u64::try_from(asked) {
        Ok(most) if (1..=MAX_PAGE).contains(&asked) => Ok(most),
        _ => Err(Error::rejected(ProblemCode::Invalid, field, "must be between 1 and 100")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_costs_by_its_length() {
        assert_eq!(cost(Some(100), None, 10), 251);
        assert_eq!(cost(None, Some(1), 10), 11);
        assert_eq!(cost(Some(i32::MAX), None, usize::MAX), usize::MAX);
        assert_eq!(cost(Some(-5), None, 10), 11, "refused later, but must not wrap here");
    }
}
