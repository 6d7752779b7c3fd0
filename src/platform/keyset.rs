//! Pages of lists in any order: `WHERE (sort key, id) > (…) ORDER BY sort key, id LIMIT …` with row values, which an index serves
//! at any depth; OFFSET, or an OR of two comparisons as `cursor_by` of sea-orm writes it, would not.
//!
//! A cursor is a row's sort key and id, and names the order it belongs to. Rows without a sort key come last in either
//! direction, by id: they are a second statement, read only when the first leaves the page unfilled, so no row is ever lost and
//! both databases agree on where it stands.

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

/// Which way a list runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Run {
    /// Smallest key first.
    Up,
    /// Greatest key first: with ids that sort by time, the newest.
    Down,
}

/// What a sort key is.
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
    /// There is none: the id alone decides, or the row has no value.
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

/// A row's place in an order.
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

/// By what a list is ordered, before the id.
#[derive(Clone, Debug)]
pub enum By {
    /// By nothing else.
    Id,
    /// By a column of the row.
    Column {
        /// With its alias.
        column: &'static str,
        /// What it is.
        kind: Kind,
        /// Whether rows may have none.
        nullable: bool,
    },
    /// By a column of another table, which has at most one row for each of ours.
    Beside {
        /// The other table.
        table: &'static str,
        /// What its rows have in common.
        fixed: Vec<(&'static str, Value)>,
        /// Its column that names our row.
        row: &'static str,
        /// The sort key.
        column: &'static str,
        /// What it is.
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

/// A list: which rows, and how they are ordered.
pub struct Listing<'a> {
    /// The table.
    pub table: &'static str,
    /// What statements call its row.
    pub alias: &'static str,
    /// The order.
    pub order: &'a Order,
    /// Writes joins, for conditions that need them.
    pub joins: &'a (dyn Fn(&mut Query) + Send + Sync),
    /// Writes the condition.
    pub condition: &'a (dyn Fn(&mut Query) + Send + Sync),
}

/// A row that each row of a list may name, of the same workspace.
#[derive(Clone, Copy)]
pub struct Named {
    /// Its table.
    pub table: &'static str,
    /// The column that holds its id.
    pub by: &'static str,
}

/// What statements call such a row.
const NAMED: &str = "named";
const UP: &str = " ASC";
const DOWN: &str = " DESC";

/// One run of rows: an order by a column that may be missing has two.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Whole,
    With,
    Without,
}

impl Order {
    /// An order. `name` says which list and which order, for cursors.
    #[must_use]
    pub fn new(name: impl Into<String>, by: By, run: Run) -> Self {
        let name = name.into();
        let sign = if run == Run::Up { '+' } else { '-' };
        Self { name: format!("{name}{sign}"), by, run }
    }

    /// Lets through what a page of this order may be asked.
    ///
    /// # Errors
    /// `Rejected` when the cursor is of another order or list.
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

    /// A row's place in this order.
    #[must_use]
    pub fn at(&self, key: Key, id: Uuid) -> Cursor {
        Cursor { order: self.name.clone(), key, id }
    }

    /// What a page is asked for, as keys and ids: for lists that are read otherwise than by `Listing`.
    ///
    /// # Errors
    /// `Rejected` when the cursor is of another order or list.
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
            // PostgreSQL knows no text with this sign.
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

    /// As statements write it.
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

/// A time of a cursor, if there is such a time on both databases.
fn time(millis: i64) -> Option<Time> {
    if TIMES.contains(&millis) { DateTime::from_timestamp_millis(millis) } else { None }
}

/// From the year 1 to the year 9999, in milliseconds since 1970.
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

    /// The same, and the rows that those of the page name, as often as they are named.
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

    /// How many rows there are on all pages.
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
        // The sort key and the id, both from one table, so that its index gives the order.
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
        // Also where the key is missing from every row: then an index over key and id still gives the order.
        if let Some(key) = &key {
            query.push(key).push(direction).push(", ");
        }
        query.push(&id).push(direction).push(&format!(" LIMIT {limit}"));
        query
    }

    /// The rows that those of a page name, beside them. Of the page alone: joined before it is cut, all rows of the list would be.
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
