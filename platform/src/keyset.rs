//! Keyset pagination of lists in any order: `WHERE (sort key, id) > (…) ORDER BY sort key, id LIMIT …` with
//! row values, which an index serves at any depth; an OR of two comparisons, or OFFSET, would not.
//!
//! A cursor holds a row's sort key, its ID and the name of the order. Rows without a sort key come last in
//! both directions, by ID. They are read by a second statement, only when the first leaves the page unfilled,
//! so no row is lost and both databases put them in the same place.

use chrono::DateTime;
use entity::{
    Time,
    from_row::{FromRow, Reader},
};
use sea_orm::{ConnectionTrait, QueryResult, Value, prelude::Uuid};
use serde::{Deserialize, Serialize};

use super::{
    graphql::{Page, PageRequest},
    query::{Query, columns_of},
};
use crate::error::{Error, ProblemCode, Result};

/// The direction of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Run {
    /// Smallest key first.
    Up,
    /// Greatest key first: with IDs that sort by time, the newest.
    Down,
}

/// The type of a sort key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text in byte order.
    Text,
    /// A time.
    Time,
    /// A whole number.
    Int,
    /// A number with decimals.
    Number,
}

/// A sort key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Key {
    /// No key: the order is by ID alone, or the row has no value.
    #[serde(rename = "-")]
    None,
    /// Text.
    #[serde(rename = "s")]
    Text(String),
    /// Milliseconds since 1970.
    #[serde(rename = "t")]
    Time(i64),
    /// A whole number.
    #[serde(rename = "i")]
    Int(i64),
    /// A number with decimals.
    #[serde(rename = "n")]
    Number(f64),
}

/// A row's position in an order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cursor {
    /// The order's name.
    #[serde(rename = "o")]
    order: String,
    #[serde(rename = "k")]
    key: Key,
    #[serde(rename = "i")]
    id: Uuid,
}

/// What a list is sorted by, before the ID.
#[derive(Clone, Debug)]
pub enum By {
    /// Only by ID.
    Id,
    /// By a column of the row.
    Column {
        /// The column, with its table alias.
        column: &'static str,
        /// Its type.
        kind: Kind,
        /// Whether it may be NULL.
        nullable: bool,
    },
    /// By a column of another table, which has at most one row per row of ours.
    Beside {
        /// The other table.
        table: &'static str,
        /// Columns with fixed values that select the other table's rows.
        fixed: Vec<(&'static str, Value)>,
        /// Its column with the ID of our row.
        row: &'static str,
        /// The sort key.
        column: &'static str,
        /// Its type.
        kind: Kind,
    },
}

/// The order of a list.
#[derive(Clone, Debug)]
pub struct Order {
    name: String,
    by: By,
    run: Run,
}

/// A list: its rows and their order.
pub struct Listing<'a> {
    /// The table.
    pub table: &'static str,
    /// The table's alias in statements.
    pub alias: &'static str,
    /// The order.
    pub order: &'a Order,
    /// Writes joins that the condition needs.
    pub joins: &'a (dyn Fn(&mut Query) + Send + Sync),
    /// Writes the condition.
    pub condition: &'a (dyn Fn(&mut Query) + Send + Sync),
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
const UP: &str = " ASC";
const DOWN: &str = " DESC";

/// The rows that one statement reads: an order by a nullable column has two parts, rows with and without a
/// value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Whole,
    With,
    Without,
}

impl Order {
    /// An order. `name` identifies the list and the order in cursors.
    #[must_use]
    pub fn new(name: impl Into<String>, by: By, run: Run) -> Self {
        let name = name.into();
        let sign = if run == Run::Up { '+' } else { '-' };
        Self { name: format!("{name}{sign}"), by, run }
    }

    /// Checks that a request's cursors belong to this order.
    ///
    /// # Errors
    /// `Rejected` when a cursor is of another order or list.
    pub fn check(&self, request: &PageRequest<Cursor>) -> Result<()> {
        for (cursor, field) in [(&request.after, "after"), (&request.before, "before")] {
            if cursor.as_ref().is_some_and(|cursor| !self.knows(cursor)) {
                return Err(Error::rejected(
                    ProblemCode::Invalid,
                    field,
                    "is not a cursor of this list in this order",
                ));
            }
        }
        Ok(())
    }

    /// A row's position in this order.
    #[must_use]
    pub fn at(&self, key: Key, id: Uuid) -> Cursor {
        Cursor { order: self.name.clone(), key, id }
    }

    /// Converts a request's cursors with `place`, for lists that are not read by `Listing`.
    ///
    /// # Errors
    /// `Rejected` when a cursor is of another order or list.
    pub fn places<P>(
        &self,
        request: PageRequest<Cursor>,
        place: impl Fn(Key, Uuid) -> P,
    ) -> Result<PageRequest<P>> {
        self.check(&request)?;
        let place = |cursor: Cursor| place(cursor.key, cursor.id);
        Ok(PageRequest {
            limit: request.limit,
            after: request.after.map(place),
            before: request.before.map(place),
            backward: request.backward,
        })
    }

    fn knows(&self, cursor: &Cursor) -> bool {
        let (kind, nullable) = match &self.by {
            By::Id => return cursor.order == self.name && cursor.key == Key::None,
            By::Column { kind, nullable, .. } => (*kind, *nullable),
            By::Beside { kind, .. } => (*kind, true),
        };
        let fits = match &cursor.key {
            Key::None => nullable,
            // PostgreSQL cannot store this character.
            Key::Text(text) => kind == Kind::Text && !text.contains('\0'),
            Key::Time(at) => kind == Kind::Time && time(*at).is_some(),
            Key::Int(_) => kind == Kind::Int,
            Key::Number(_) => kind == Kind::Number,
        };
        cursor.order == self.name && fits
    }

    fn parts(&self) -> &'static [Part] {
        match &self.by {
            By::Id | By::Column { nullable: false, .. } => &[Part::Whole],
            By::Column { nullable: true, .. } | By::Beside { .. } => &[Part::With, Part::Without],
        }
    }

    fn part_of(&self, key: &Key) -> Part {
        match (self.parts(), key) {
            ([Part::Whole], _) => Part::Whole,
            (_, Key::None) => Part::Without,
            _ => Part::With,
        }
    }

    /// The direction as written in a statement.
    fn direction(&self, backward: bool) -> &'static str {
        if (self.run == Run::Up) == backward { DOWN } else { UP }
    }

    fn key_of(&self, part: Part, row: &QueryResult) -> Result<Key> {
        let kind = match &self.by {
            By::Id => return Ok(Key::None),
            _ if part == Part::Without => return Ok(Key::None),
            By::Column { kind, .. } | By::Beside { kind, .. } => *kind,
        };
        Ok(match kind {
            Kind::Text => Key::Text(row.try_get("", "sort_key")?),
            Kind::Time => Key::Time(row.try_get::<Time>("", "sort_key")?.timestamp_millis()),
            Kind::Int => Key::Int(row.try_get("", "sort_key")?),
            Kind::Number => Key::Number(row.try_get("", "sort_key")?),
        })
    }
}

/// The time of a cursor, if both databases can represent it.
fn time(millis: i64) -> Option<Time> {
    if TIMES.contains(&millis) { DateTime::from_timestamp_millis(millis) } else { None }
}

/// From year 1 to year 9999, in milliseconds since 1970.
pub const TIMES: std::ops::Range<i64> = -62_135_596_800_000..253_402_300_800_000;

fn value(key: &Key) -> Value {
    match key {
        Key::None => Value::BigInt(None),
        Key::Text(text) => text.clone().into(),
        Key::Time(at) => time(*at).into(),
        Key::Int(number) => (*number).into(),
        Key::Number(number) => (*number).into(),
    }
}

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
                let cursor = Cursor {
                    order: self.order.name.clone(),
                    key: self.order.key_of(part, row)?,
                    id: row.try_get("", "id")?,
                };
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
        (self.joins)(&mut query);
        query.push(" WHERE ");
        (self.condition)(&mut query);
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
        (self.joins)(&mut query);
        query.push(" WHERE ");
        (self.condition)(&mut query);
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
