//! A statement under construction, with its text and its values together: values never get into the text, and
//! placeholders are always numbered correctly.
//!
//! For lists, whose text depends on the request. Fixed statements only need `db::sql`.

use entity::from_row::{FromRow, Reader, read_all};
use sea_orm::{
    ConnectionTrait, DbBackend, QueryResult, Statement, Value,
    sea_query::{ValueType, postgres_array::NotU8},
};

use super::db::sql;
use crate::error::Result;

/// A statement under construction.
#[derive(Clone, Debug, Default)]
pub struct Query {
    text: String,
    values: Vec<Value>,
}

impl Query {
    /// Starts with this text.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self { text: text.to_owned(), values: Vec::new() }
    }

    /// Appends text, which must not contain a value.
    pub fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Appends the value's placeholder (`$n`).
    pub fn bind(&mut self, value: impl Into<Value>) -> &mut Self {
        let place = self.place(value);
        self.push(&place)
    }

    /// Adds a value and returns its placeholder (`$n`), for a text that uses it several times.
    #[must_use]
    pub fn place(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    /// Adds values and returns their placeholders (`$4,$5,$6`), for `IN (…)` in a text.
    #[must_use]
    pub fn places<V: Into<Value>>(&mut self, values: impl IntoIterator<Item = V>) -> String {
        values.into_iter().map(|value| self.place(value)).collect::<Vec<_>>().join(",")
    }

    /// Appends a condition that the column is one of these values; an empty list matches nothing.
    pub fn is_any<V: Into<Value>>(&mut self, column: &str, values: impl IntoIterator<Item = V>) -> &mut Self {
        let mut values = values.into_iter();
        let Some(first) = values.next() else { return self.push("1 = 0") };
        self.push(column).push(" IN (").bind(first);
        for value in values {
            self.push(", ").bind(value);
        }
        self.push(")")
    }

    /// Like `is_any`, for many values: one array on PostgreSQL, so the text does not depend on their number
    /// (see [`super::db::among`]). A single value is not sent as an array: PostgreSQL's generic plan assumes
    /// ten elements, is rejected as too expensive, and the statement is planned again each time.
    pub fn among<V>(
        &mut self,
        db: &impl ConnectionTrait,
        column: &str,
        values: impl IntoIterator<Item = V>,
    ) -> &mut Self
    where
        V: Into<Value> + ValueType + NotU8,
    {
        let values: Vec<V> = values.into_iter().collect();
        match db.get_database_backend() {
            DbBackend::Postgres if values.len() > 1 => {
                self.push(column).push(" = ANY(").bind(values).push(")")
            }
            _ => self.is_any(column, values),
        }
    }

    /// Wraps the statement in other text, which must not contain a value.
    #[must_use]
    pub fn within(mut self, before: &str, after: &str) -> Self {
        self.text = format!("{before}{}{after}", self.text);
        self
    }

    /// Builds the statement.
    pub fn statement(self, db: &impl ConnectionTrait) -> Statement {
        sql(db, &self.text, self.values)
    }

    /// The text and its values.
    #[must_use]
    pub fn into_parts(self) -> (String, Vec<Value>) {
        (self.text, self.values)
    }

    /// Runs a statement that writes. Returns the number of rows it changed.
    ///
    /// # Errors
    /// Database errors only.
    pub async fn run(self, db: &impl ConnectionTrait) -> Result<u64> {
        let statement = self.statement(db);
        Ok(db.execute_raw(statement).await?.rows_affected())
    }

    /// Runs the statement and reads its rows.
    ///
    /// # Errors
    /// Database errors only.
    pub async fn all<M: FromRow>(self, db: &impl ConnectionTrait) -> Result<Vec<M>> {
        Ok(read_all(&self.rows(db).await?)?)
    }

    /// Runs the statement and reads two models from each row: one from the plain column names, and the joined
    /// one whose columns `columns_of` wrote, if it is not NULL.
    ///
    /// # Errors
    /// Database errors only.
    pub async fn all_with<M, N>(self, db: &impl ConnectionTrait, table: &str) -> Result<Vec<(M, Option<N>)>>
    where
        M: FromRow,
        N: FromRow,
    {
        let rows = self.rows(db).await?;
        let Some(first) = rows.first() else { return Ok(Vec::new()) };
        let (own, joined) = (Reader::new(first, "")?, Reader::new(first, &format!("{table}_"))?);
        rows.iter().map(|row| Ok((own.read(row)?, joined.read_optional(row)?))).collect()
    }

    /// Runs the statement and returns the raw rows.
    ///
    /// # Errors
    /// Database errors only.
    pub async fn rows(self, db: &impl ConnectionTrait) -> Result<Vec<QueryResult>> {
        let statement = self.statement(db);
        Ok(db.query_all_raw(statement).await?)
    }

    /// Runs the statement and reads the number in column `n`.
    ///
    /// # Errors
    /// Database errors only.
    pub async fn count(self, db: &impl ConnectionTrait) -> Result<i64> {
        let statement = self.statement(db);
        let row = db.query_one_raw(statement).await?;
        Ok(row.map(|row| row.try_get("", "n")).transpose()?.unwrap_or_default())
    }
}

/// The columns of a table joined under this name, each as `name_column`, for `all_with`.
#[must_use]
pub fn columns_of<N: FromRow>(name: &str) -> String {
    let columns = N::COLUMNS.iter().map(|column| format!("{name}.\"{column}\" AS {name}_{column}"));
    columns.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_numbered_as_they_come_and_never_in_the_text() {
        let mut query = Query::new("SELECT * FROM t WHERE ");
        let place = query.place("x");
        query
            .push(&format!("a = {place} AND b <> {place} AND "))
            .is_any("c", [1, 2])
            .push(" AND ")
            .is_any("d", Vec::<i32>::new());
        query.push(" LIMIT ").bind(3_i64);
        let places = query.places(["x", "y"]);
        assert_eq!(places, "$5,$6");
        assert_eq!(
            query.text,
            "SELECT * FROM t WHERE a = $1 AND b <> $1 AND c IN ($2, $3) AND 1 = 0 LIMIT $4"
        );
        assert_eq!(query.values.len(), 6);
    }
}
