//! Numbers the submissions with the same ticket, so that the limit per ticket holds however many arrive at
//! once.

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

// Older submissions have no number and are not counted: for a day, an old ticket allows five more.
const UP: &str = "
ALTER TABLE submission ADD COLUMN ticket_place integer;
CREATE UNIQUE INDEX submission_ticket_place ON submission (workspace_id, ticket_hash, ticket_place) WHERE ticket_place IS NOT NULL;
";

const DOWN: &str = "
DROP INDEX submission_ticket_place;
ALTER TABLE submission DROP COLUMN ticket_place;
";
