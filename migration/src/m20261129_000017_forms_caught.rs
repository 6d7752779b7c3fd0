//! How many posts each form rejected, per day and reason.

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
        sql::run(manager, "DROP TABLE form_caught;\n").await
    }
}

const UP: &str = "
CREATE TABLE form_caught (
    workspace_id {id} NOT NULL,
    form_id {id} NOT NULL,
    day text NOT NULL,
    reason text NOT NULL,
    posts bigint NOT NULL,
    PRIMARY KEY (workspace_id, form_id, day, reason),
    FOREIGN KEY (workspace_id, form_id) REFERENCES form (workspace_id, id) ON DELETE CASCADE
);
";
