//! Independent inserts into several tables, sent as one statement.
//!
//! On PostgreSQL each column is an array, so the statement's text is the same for any number of rows. Texts
//! that depend on the number of rows would evict each other from the connections' caches of prepared
//! statements.

use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DbBackend, EntityName, EntityTrait, IdenStatic, Iterable, QueryTrait,
    Value, sea_query::InsertStatement,
};

use super::query::Query;
use crate::error::Result;

/// Rows to insert.
#[derive(Default)]
pub struct Inserts {
    tables: Vec<Rows>,
}

/// Rows of one table.
struct Rows {
    /// The insert as SeaORM builds it.
    apart: Box<dyn FnOnce() -> InsertStatement + Send>,
    table: String,
    columns: Vec<&'static str>,
    /// The values of each row.
    values: Vec<Vec<Value>>,
}

impl Inserts {
    /// Adds rows of one table, each with a value for every column.
    pub fn add<A: ActiveModelTrait + Send + 'static>(
        &mut self,
        rows: impl IntoIterator<Item = A>,
    ) -> &mut Self {
        let models: Vec<A> = rows.into_iter().collect();
        if models.is_empty() {
            return self;
        }
        let columns: Vec<_> = <A::Entity as EntityTrait>::Column::iter().collect();
        let values = models
            .iter()
            .map(|row| columns.iter().filter_map(|column| row.get(*column).into_value()).collect())
            .collect();
        self.tables.push(Rows {
            table: A::Entity::default().table_name().to_owned(),
            columns: columns.iter().map(IdenStatic::as_str).collect(),
            values,
            apart: Box::new(|| <A::Entity as EntityTrait>::insert_many(models).into_query()),
        });
        self
    }

    /// Inserts all rows.
    ///
    /// # Errors
    /// Database errors only.
    pub async fn run(self, db: &impl ConnectionTrait) -> Result<()> {
        if self.tables.is_empty() {
            return Ok(());
        }
        if db.get_database_backend() == DbBackend::Postgres && self.tables.iter().all(Rows::can_be_together) {
            self.together().run(db).await?;
            return Ok(());
        }
        for rows in self.tables {
            db.execute(&(rows.apart)()).await?;
        }
        Ok(())
    }

    fn together(self) -> Query {
        let mut query = Query::default();
        for (at, rows) in self.tables.into_iter().enumerate() {
            query.push(if at == 0 { "WITH" } else { "," }).push(&format!(" t{at} AS ("));
            rows.write(&mut query);
            query.push(")");
        }
        query.push(" SELECT 1");
        query
    }
}

impl Rows {
    /// Whether every row sets all columns, and the columns can be sent as arrays, which must not contain
    /// nulls.
    fn can_be_together(&self) -> bool {
        let whole = self.values.iter().all(|row| row.len() == self.columns.len());
        whole && (self.values.len() == 1 || self.values.iter().flatten().all(Value::is_some))
    }

    fn write(self, query: &mut Query) {
        let columns: Vec<String> = self.columns.iter().map(|column| format!("\"{column}\"")).collect();
        query.push(&format!("INSERT INTO {} ({}) ", self.table, columns.join(", ")));
        if self.values.len() == 1 {
            let places = query.places(self.values.into_iter().flatten());
            query.push("VALUES (").push(&places).push(")");
            return;
        }
        let mut arrays: Vec<Vec<Value>> =
            columns.iter().map(|_| Vec::with_capacity(self.values.len())).collect();
        for row in self.values {
            for (array, value) in arrays.iter_mut().zip(row) {
                array.push(value);
            }
        }
        let arrays = arrays
            .into_iter()
            .filter_map(|array| Some(Value::Array(array.first()?.array_type(), Some(Box::new(array)))));
        let places = query.places(arrays);
        query.push("SELECT * FROM unnest(").push(&places).push(")");
    }
}

#[cfg(test)]
mod tests {
    use entity::{EntityKind, WorkspaceId, search_word};
    use sea_orm::{ActiveValue::Set, prelude::Uuid};

    use super::*;

    fn word(word: &str) -> search_word::ActiveModel {
        search_word::ActiveModel {
            workspace_id: Set(WorkspaceId(Uuid::nil())),
            row_id: Set(Uuid::nil()),
            word: Set(word.to_owned()),
            entity: Set(EntityKind::Contact),
            lead: Set("a".to_owned()),
            weight: Set(1),
        }
    }

    fn together(words: &[&str]) -> (String, Vec<Value>) {
        let mut rows = Inserts::default();
        rows.add(words.iter().map(|text| word(text)));
        rows.together().into_parts()
    }

    #[test]
    fn the_text_does_not_depend_on_how_many_rows_there_are_and_holds_none_of_them() {
        let (text, values) = together(&["ada", "byron"]);
        assert_eq!(
            text,
            "WITH t0 AS (INSERT INTO search_word (\"workspace_id\", \"row_id\", \"word\", \"entity\", \"lead\", \"weight\") \
             SELECT * FROM unnest($1,$2,$3,$4,$5,$6)) SELECT 1"
        );
        assert_eq!(values.len(), 6);
        assert_eq!(together(&["ada", "byron", "countess"]).0, text);
    }

    #[test]
    fn a_row_without_a_value_and_several_with_a_null_are_not_put_together() {
        let mut rows = Inserts::default();
        rows.add([search_word::ActiveModel { weight: sea_orm::ActiveValue::NotSet, ..word("ada") }]);
        assert!(!rows.tables[0].can_be_together());
        let mut rows = Inserts::default();
        rows.add([word("ada"), word("byron")]);
        assert!(rows.tables[0].can_be_together());
        rows.tables[0].values[1][5] = Value::Int(None);
        assert!(!rows.tables[0].can_be_together());
    }
}
