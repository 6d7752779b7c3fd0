//! Reads a page of a list: the statements.

use entity::from_row::{FromRow, Reader};
use sea_orm::{ConnectionTrait, Value};

use super::order::{By, Cursor, Order, Part, UP, value};
use crate::{
    error::Result,
    lists::{Page, PageRequest},
    query::{Query, columns_of},
};

/// A list: its rows and their order.
pub struct Listing<'a> {
    /// The table.
    pub table: &'static str,
    /// The table's alias in statements.
    pub alias: &'static str,
    /// The order.
    pub order: &'a Order,
    /// Which of the table's rows it has.
    pub rows: &'a dyn Rows,
}

/// Which rows of its table a list has.
pub trait Rows: Send + Sync {
    /// Writes joins that the condition needs.
    fn write_joins(&self, query: &mut Query);

    /// Writes the condition.
    fn write_condition(&self, query: &mut Query);
}

/// A row of the same workspace that each row of a list may refer to.
#[derive(Clone, Copy)]
pub struct Named {
    /// Its table.
    pub table: &'static str,
    /// The column of the list's table that holds its ID.
    pub by: &'static str,
}

/// The alias of such a row in statements.
const NAMED: &str = "named";

impl Listing<'_> {
    /// Reads one page, in at most two statements.
    ///
    /// # Errors
    /// `Rejected` when the cursor is of another order or list.
    pub async fn page<M: FromRow>(
        &self,
        db: &impl ConnectionTrait,
        request: &PageRequest<Cursor>,
    ) -> Result<Page<(Cursor, M)>> {
        Ok(self.read_page::<M, M>(db, request, None).await?.0)
    }

    /// Like `page`, with the rows that those of the page refer to; a row that is referred to several times is
    /// returned several times.
    ///
    /// # Errors
    /// `Rejected` when the cursor is of another order or list.
    pub async fn page_with<M: FromRow, N: FromRow>(
        &self,
        db: &impl ConnectionTrait,
        request: &PageRequest<Cursor>,
        named: Named,
    ) -> Result<(Page<(Cursor, M)>, Vec<N>)> {
        self.read_page(db, request, Some(named)).await
    }

    async fn read_page<M: FromRow, N: FromRow>(
        &self,
        db: &impl ConnectionTrait,
        request: &PageRequest<Cursor>,
        named: Option<Named>,
    ) -> Result<(Page<(Cursor, M)>, Vec<N>)> {
        self.order.check(request)?;
        let cursor = if request.backward { request.before.as_ref() } else { request.after.as_ref() };
        let mut parts = self.order.parts().to_vec();
        if request.backward {
            parts.reverse();
        }
        if let Some(cursor) = cursor {
            let from = self.order.part_of(&cursor.key);
            parts = parts.into_iter().skip_while(|part| *part != from).collect();
        }
        let (mut rows, mut beside) = (Vec::new(), Vec::new());
        for (at, part) in parts.into_iter().enumerate() {
            let left = request.limit - rows.len() as u64;
            if left == 0 {
                break;
            }
            let mut query = self.read(part, if at == 0 { cursor } else { None }, request.backward, left);
            if let Some(named) = named {
                query = self.beside::<N>(query, named, part, request.backward);
            }
            let found = query.rows(db).await?;
            let Some(first) = found.first() else { continue };
            let (own, other) = (
                Reader::new(first, "")?,
                named.map(|_| Reader::new(first, &format!("{NAMED}_"))).transpose()?,
            );
            for row in &found {
                let cursor = self.order.at(self.order.key_of(part, row)?, row.try_get("", "id")?);
                rows.push((cursor, own.read(row)?));
                if let Some(other) = &other {
                    beside.extend(other.read_optional(row)?);
                }
            }
        }
        Ok((request.page(rows), beside))
    }

    /// The number of rows on all pages.
    ///
    /// # Errors
    /// Database errors only.
    pub async fn count(&self, db: &impl ConnectionTrait) -> Result<i64> {
        let mut query = Query::new("SELECT count(*) AS n FROM ");
        query.push(self.table).push(" ").push(self.alias);
        self.rows.write_joins(&mut query);
        query.push(" WHERE ");
        self.rows.write_condition(&mut query);
        query.count(db).await
    }

    fn read(&self, part: Part, after: Option<&Cursor>, backward: bool, limit: u64) -> Query {
        let Self { table, alias, order, .. } = *self;
        let mut query = Query::new("SELECT ");
        query.push(alias).push(".*");
        let own_id = format!("{alias}.id");
        // The sort key and the ID come from the same table, so that its index gives the order.
        let (key, id) = match (&order.by, part) {
            (By::Column { column, .. }, _) => (Some((*column).to_owned()), own_id),
            (By::Beside { column, row, .. }, Part::With) => {
                (Some(format!("sort.{column}")), format!("sort.{row}"))
            }
            (By::Id | By::Beside { .. }, _) => (None, own_id),
        };
        if let (Some(key), true) = (&key, part != Part::Without) {
            query.push(", ").push(key).push(" AS sort_key");
        }
        query.push(" FROM ");
        if let (By::Beside { table: beside, row, .. }, Part::With) = (&order.by, part) {
            let join = format!(
                "{beside} sort JOIN {table} {alias} ON {alias}.workspace_id = sort.workspace_id AND {alias}.id = sort.{row}"
            );
            query.push(&join);
        } else {
            query.push(table).push(" ").push(alias);
        }
        self.rows.write_joins(&mut query);
        query.push(" WHERE ");
        self.rows.write_condition(&mut query);
        match (&order.by, part) {
            (By::Beside { fixed, column, .. }, Part::With) => {
                write_fixed(query.push(" AND "), fixed);
                query.push(&format!(" AND sort.{column} IS NOT NULL"));
            }
            (By::Beside { table, fixed, row, column, .. }, Part::Without) => {
                query.push(&format!(" AND NOT EXISTS (SELECT 1 FROM {table} sort WHERE sort.{row} = {alias}.id AND sort.{column} IS NOT NULL AND "));
                write_fixed(&mut query, fixed);
                query.push(")");
            }
            (By::Column { column, .. }, Part::With) => {
                query.push(" AND ").push(column).push(" IS NOT NULL");
            }
            (By::Column { column, .. }, Part::Without) => {
                query.push(" AND ").push(column).push(" IS NULL");
            }
            _ => {}
        }
        let direction = order.direction(backward);
        let sign = if direction == UP { " > " } else { " < " };
        if let Some(cursor) = after {
            query.push(" AND ");
            match &key {
                Some(key) if part != Part::Without => {
                    query.push("(").push(key).push(", ").push(&id).push(")").push(sign);
                    query.push("(").bind(value(&cursor.key)).push(", ").bind(cursor.id).push(")");
                }
                _ => {
                    query.push(&id).push(sign).bind(cursor.id);
                }
            }
        }
        query.push(" ORDER BY ");
        // Also written where the key is NULL in every row: then an index over key and ID still gives the
        // order.
        if let Some(key) = &key {
            query.push(key).push(direction).push(", ");
        }
        query.push(&id).push(direction).push(&format!(" LIMIT {limit}"));
        query
    }

    /// Joins the rows that the page's rows refer to. It joins the page after LIMIT; otherwise all rows of the
    /// list would be joined.
    fn beside<N: FromRow>(&self, page: Query, named: Named, part: Part, backward: bool) -> Query {
        let Named { table, by } = named;
        let direction = self.order.direction(backward);
        let key = if part == Part::Without || matches!(self.order.by, By::Id) {
            String::new()
        } else {
            format!("page.sort_key{direction}, ")
        };
        page.within(
            &format!("SELECT page.*, {} FROM (", columns_of::<N>(NAMED)),
            &format!(
                ") AS page LEFT JOIN {table} {NAMED} ON {NAMED}.workspace_id = page.workspace_id AND {NAMED}.id = page.{by} \
                 ORDER BY {key}page.id{direction}"
            ),
        )
    }
}

fn write_fixed(query: &mut Query, fixed: &[(&'static str, Value)]) {
    for (at, (column, value)) in fixed.iter().enumerate() {
        query.push(if at == 0 { "sort." } else { " AND sort." }).push(column).push(" = ").bind(value.clone());
    }
}
