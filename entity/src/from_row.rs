//! Reads rows by the positions of their columns.
//!
//! sea-orm looks each column up by its name, twice, in every row, and formats an error message for every
//! null. For a board of a hundred deals with their companies and contacts that was a third of all our work.
//! Here names are looked up once for all rows of a result.

use std::marker::PhantomData;

use sea_orm::{
    DbErr, QueryResult, RuntimeErr,
    sqlx::{self, Column, Row, postgres::PgRow, sqlite::SqliteRow},
};
use uuid::Uuid;

use crate::Time;

/// A row of the database driver.
#[derive(Clone, Copy)]
pub enum Raw<'r> {
    /// A row of PostgreSQL.
    Postgres(&'r PgRow),
    /// A row of SQLite.
    Sqlite(&'r SqliteRow),
}

/// A type that is read from a row. Implemented by [`from_row!`](crate::from_row!).
pub trait FromRow: Sized {
    /// Its columns. The first is never null.
    const COLUMNS: &'static [&'static str];

    /// Reads the columns at these positions.
    ///
    /// # Errors
    /// A column has another type, or is null but must not be.
    fn from_row(row: Raw<'_>, places: &[usize]) -> Result<Self, DbErr>;
}

/// A type of column value; null becomes `None`.
pub trait Stored: Sized {
    /// Reads the column at this position.
    ///
    /// # Errors
    /// The column has another type.
    fn stored(row: Raw<'_>, place: usize) -> Result<Option<Self>, DbErr>;
}

/// A field of a type that is read from a row: a value or an `Option`.
pub trait Field: Sized {
    /// Reads the column at this position.
    ///
    /// # Errors
    /// The column has another type, or is null but must not be.
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

/// Borrows a text from the row without copying it.
pub(crate) fn text(row: Raw<'_>, place: usize) -> Result<Option<&str>, DbErr> {
    match row {
        Raw::Postgres(row) => row.try_get(place),
        Raw::Sqlite(row) => row.try_get(place),
    }
    .map_err(failed)
}

/// Implements `FromRow` for a type, with all of its fields, which have the names of the columns.
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

/// The positions of a type's columns in the rows of one result.
pub struct Reader<M> {
    places: Vec<usize>,
    made: PhantomData<fn() -> M>,
}

impl<M: FromRow> Reader<M> {
    /// Looks the columns up in the first row. `prefix` precedes their names when a statement joins tables.
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

    /// Reads a row of the same result.
    ///
    /// # Errors
    /// A column has another type, or is null but must not be.
    pub fn read(&self, row: &QueryResult) -> Result<M, DbErr> {
        M::from_row(raw(row)?, &self.places)
    }

    /// Reads a row that a LEFT JOIN may not have matched.
    ///
    /// # Errors
    /// A column has another type, or is null but must not be.
    pub fn read_optional(&self, row: &QueryResult) -> Result<Option<M>, DbErr> {
        let row = raw(row)?;
        let is_there = self.places.first().is_some_and(|first| !row.is_null(*first));
        is_there.then(|| M::from_row(row, &self.places)).transpose()
    }
}

/// Reads all rows of a result.
///
/// # Errors
/// A column is missing, has another type, or is null but must not be.
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
