//! Before which end of their consent people are told, and of which they were.

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
        sql::run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sql::run(manager, DOWN).await
    }
}

const UP: &str = "
ALTER TABLE purpose ADD COLUMN warn_days integer;
ALTER TABLE consent ADD COLUMN told_end {time};
";

const DOWN: &str = "
ALTER TABLE consent DROP COLUMN told_end;
ALTER TABLE purpose DROP COLUMN warn_days;
";
