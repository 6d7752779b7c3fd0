//! How far a workspace's rows were folded again after the rules of folding changed: a job does it in batches.

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
        sql::run(manager, "DROP TABLE refold").await
    }
}

const UP: &str = "
CREATE TABLE refold (
    workspace_id {id} NOT NULL,
    part text {c} NOT NULL,
    version integer NOT NULL,
    reached {id},
    PRIMARY KEY (workspace_id, part),
    FOREIGN KEY (workspace_id) REFERENCES workspace (id) ON DELETE CASCADE
);
";
