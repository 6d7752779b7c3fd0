//! Each submission takes one of its ticket's places, so that the most per ticket holds however many arrive at once.

use sea_orm_migration::prelude::*;

use crate::sql;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sql::run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sql::run(manager, DOWN).await
    }
}

// What came before has no place: its tickets are too old to be used again.
const UP: &str = "
ALTER TABLE submission ADD COLUMN ticket_place integer;
CREATE UNIQUE INDEX submission_ticket_place ON submission (workspace_id, ticket_hash, ticket_place);
";

const DOWN: &str = "
DROP INDEX submission_ticket_place;
ALTER TABLE submission DROP COLUMN ticket_place;
";
