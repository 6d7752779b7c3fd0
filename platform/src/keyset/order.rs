//! Orders of lists, and the cursors that mark a place in them.

use chrono::DateTime;
use entity::Time;
use sea_orm::{QueryResult, Value, prelude::Uuid};
use serde::{Deserialize, Serialize};

use crate::{
    error::{Error, ProblemCode, Result},
    lists::PageRequest,
};

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
    pub(super) key: Key,
    #[serde(rename = "i")]
    pub(super) id: Uuid,
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
    pub(super) by: By,
    run: Run,
}

pub(super) const UP: &str = " ASC";
const DOWN: &str = " DESC";

/// The rows that one statement reads: an order by a nullable column has two parts, rows with and without a
/// value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
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

    pub(super) fn parts(&self) -> &'static [Part] {
        match &self.by {
            By::Id | By::Column { nullable: false, .. } => &[Part::Whole],
            By::Column { nullable: true, .. } | By::Beside { .. } => &[Part::With, Part::Without],
        }
    }

    pub(super) fn part_of(&self, key: &Key) -> Part {
        match (self.parts(), key) {
            ([Part::Whole], _) => Part::Whole,
            (_, Key::None) => Part::Without,
            _ => Part::With,
        }
    }

    /// The direction as written in a statement.
    pub(super) fn direction(&self, backward: bool) -> &'static str {
        if (self.run == Run::Up) == backward { DOWN } else { UP }
    }

    pub(super) fn key_of(&self, part: Part, row: &QueryResult) -> Result<Key> {
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

pub(super) fn value(key: &Key) -> Value {
    match key {
        Key::None => Value::BigInt(None),
        Key::Text(text) => text.clone().into(),
        Key::Time(at) => time(*at).into(),
        Key::Int(number) => (*number).into(),
        Key::Number(number) => (*number).into(),
    }
}
