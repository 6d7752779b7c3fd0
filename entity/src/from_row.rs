//! Rows read by the places of their columns.
//!
//! sea-orm looks each column up by its name, twice, in every row, and writes a text about every null. In a board of a hundred deals with
//! their companies and contacts that was a third of all our work. Here names are looked up once for all rows of an answer.

use std::marker::PhantomData;

use sea_orm::{
    DbErr, QueryResult, RuntimeErr,
    sqlx::{self, Column, Row, postgres::PgRow, sqlite::SqliteRow},
};
use uuid::Uuid;

use crate::Time;

/// A row as the driver gave it.
#[derive(Clone, Copy)]
pub enum Raw<'r> {
    /// PostgreSQL's.
    Postgres(&'r PgRow),
    /// SQLite's.
    Sqlite(&'r SqliteRow),
}

/// What is made of a row. Implemented by [`from_row!`](crate::from_row!).
pub trait FromRow: Sized {
    /// The columns it is made of. The first is never null.
    const COLUMNS: &'static [&'static str];

    /// Reads the columns from these places.
    ///
    /// # Errors
    /// A column is of another type, or null and must not be.
    fn from_row(row: Raw<'_>, places: &[usize]) -> Result<Self, DbErr>;
}

/// A value that a column holds; null is none.
pub trait Stored: Sized {
    /// Reads the column at this place.
    ///
    /// # Errors
    /// The column is of another type.
    fn stored(row: Raw<'_>, place: usize) -> Result<Option<Self>, DbErr>;
}

/// A field of what is made of a row: a value, or one that may be missing.
pub trait Field: Sized {
    /// Reads the column at this place.
    ///
    /// # Errors
    /// The column is of another type, or null and must not be.
    fn field(row: Raw<'_>, place: usize) -> Result<Self, DbErr>;
}

impl<T: Stored> Field for T {
    fn field(row: Raw<'_>, place: usize) -> Result<Self, DbErr> {
        T::stored(row, place)?.ok_or_else(|| DbErr::Type(format!("column {place} is null")))
    }
}

impl<T: Stored> Field for Option<T> {
    fn field(row: Raw<'_>, place: usize) -> Result<Self, DbErr> {
        T::stored(row, place)
    }
}

macro_rules! stored {
    ($($type:ty),*) => {$(
        impl Stored for $type {
            fn stored(row: Raw<'_>, place: usize) -> Result<Option<Self>, DbErr> {
                match row {
                    Raw::Postgres(row) => row.try_get(place),
                    Raw::Sqlite(row) => row.try_get(place),
                }
                .map_err(failed)
            }
        }
    )*};
}

stored!(String, Vec<u8>, bool, i32, i64, f64, Uuid, Time);

/// Reads a text without a copy of it.
pub(crate) fn text(row: Raw<'_>, place: usize) -> Result<Option<&str>, DbErr> {
    match row {
        Raw::Postgres(row) => row.try_get(place),
        Raw::Sqlite(row) => row.try_get(place),
    }
    .map_err(failed)
}

/// Says how a row is read: its type and all of its fields, which are called like the columns.
#[macro_export]
macro_rules! from_row {
    ($type:ty { $($column:ident),* $(,)? }) => {
        impl $crate::from_row::FromRow for $type {
            const COLUMNS: &'static [&'static str] = &[$(stringify!($column)),*];

            fn from_row(row: $crate::from_row::Raw<'_>, places: &[usize]) -> std::result::Result<Self, sea_orm::DbErr> {
                let &[$($column),*] = places else {
                    return Err(sea_orm::DbErr::Type("a row is read with the places of another".to_owned()));
                };
                Ok(Self { $($column: $crate::from_row::Field::field(row, $column)?),* })
            }
        }
    };
}

/// Knows where the columns are in the rows of one answer.
pub struct Reader<M> {
    places: Vec<usize>,
    made: PhantomData<fn() -> M>,
}

impl<M: FromRow> Reader<M> {
    /// Looks the columns up in the first row. `prefix` stands before the names, where a statement joins tables.
    ///
    /// # Errors
    /// A column is missing.
    pub fn new(first: &QueryResult, prefix: &str) -> Result<Self, DbErr> {
        let row = raw(first)?;
        let place = |name: &&str| {
            if prefix.is_empty() { row.place(name) } else { row.place(&format!("{prefix}{name}")) }
        };
        Ok(Self { places: M::COLUMNS.iter().map(place).collect::<Result<_, _>>()?, made: PhantomData })
    }

    /// Reads a row of the same answer.
    ///
    /// # Errors
    /// A column is of another type, or null and must not be.
    pub fn read(&self, row: &QueryResult) -> Result<M, DbErr> {
        M::from_row(raw(row)?, &self.places)
    }

    /// Reads a row that a LEFT JOIN may not have found.
    ///
    /// # Errors
    /// A column is of another type, or null and must not be.
    pub fn read_optional(&self, row: &QueryResult) -> Result<Option<M>, DbErr> {
        let row = raw(row)?;
        let is_there = self.places.first().is_some_and(|first| !row.is_null(*first));
        is_there.then(|| M::from_row(row, &self.places)).transpose()
    }
}

/// Reads all rows of an answer.
///
/// # Errors
/// A column is missing, of another type, or null and must not be.
pub fn read_all<M: FromRow>(rows: &[QueryResult]) -> Result<Vec<M>, DbErr> {
    let Some(first) = rows.first() else { return Ok(Vec::new()) };
    let reader = Reader::new(first, "")?;
    rows.iter().map(|row| reader.read(row)).collect()
}

impl Raw<'_> {
    fn place(self, name: &str) -> Result<usize, DbErr> {
        match self {
            Self::Postgres(row) => row.try_column(name).map(Column::ordinal),
            Self::Sqlite(row) => row.try_column(name).map(Column::ordinal),
        }
        .map_err(failed)
    }

    fn is_null(self, place: usize) -> bool {
        use sqlx::ValueRef;
        match self {
            Self::Postgres(row) => row.try_get_raw(place).is_ok_and(|value| value.is_null()),
            Self::Sqlite(row) => row.try_get_raw(place).is_ok_and(|value| value.is_null()),
        }
    }
}

fn raw(row: &QueryResult) -> Result<Raw<'_>, DbErr> {
    let postgres = row.try_as_pg_row().map(Raw::Postgres);
    postgres
        .or_else(|| row.try_as_sqlite_row().map(Raw::Sqlite))
        .ok_or_else(|| DbErr::Type("a row of a database we do not know".to_owned()))
}

fn failed(error: sqlx::Error) -> DbErr {
    DbErr::Query(RuntimeErr::SqlxError(error.into()))
}
