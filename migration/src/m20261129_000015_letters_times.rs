//! Replaces times and days that were accepted earlier but that no program can read (leap seconds, and years
//! before 1 or after 9999) with the nearest valid ones.

use sea_orm_migration::prelude::*;

use crate::sql;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    // On SQLite too, so that an interrupted migration leaves nothing behind.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sql::run(manager, DAYS).await?;
        sql::postgres(manager, "UPDATE api_key SET expires_at = '9999-12-31T23:59:59Z' WHERE expires_at > '9999-12-31T23:59:59Z'").await?;
        // PostgreSQL does not store leap seconds.
        for (table, column) in
            [("activity", "occurred_at"), ("activity", "due_at"), ("contact", "last_contact_at")]
        {
            let text = format!(
                "UPDATE {table} SET {column} = substr({column}, 1, 17) || '59' || substr({column}, 20) WHERE substr({column}, 18, 2) = '60'"
            );
            sql::sqlite(manager, &text).await?;
        }
        sql::sqlite(
            manager,
            "UPDATE api_key SET expires_at = substr(expires_at, 1, 17) || '59' || substr(expires_at, 20) WHERE substr(expires_at, 18, 2) = '60'",
        )
        .await?;
        sql::sqlite(manager, "UPDATE api_key SET expires_at = '9999-12-31T23:59:59+00:00' WHERE substr(expires_at, 1, 1) = '+'").await
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Ok(())
    }
}

const DAYS: &str = "
UPDATE deal SET expected_close_on = '9999-12-31' WHERE substr(expected_close_on, 1, 1) = '+';
UPDATE deal SET expected_close_on = '0001-01-01' WHERE substr(expected_close_on, 1, 1) = '-' OR substr(expected_close_on, 1, 4) = '0000';
";
