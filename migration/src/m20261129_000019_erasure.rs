//! Erasures: ids that were merged into an erased contact, and what a residue scan looks for while it runs.

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
CREATE TABLE erasure_alias (
    workspace_id {id} NOT NULL,
    old_id {id} NOT NULL,
    erasure_id {id} NOT NULL,
    PRIMARY KEY (workspace_id, old_id)
);
CREATE INDEX erasure_alias_erasure ON erasure_alias (workspace_id, erasure_id);
CREATE INDEX erasure_at ON erasure (at);
CREATE TABLE residue_scan (
    workspace_id {id} NOT NULL,
    erasure_id {id} NOT NULL,
    data_key_id {id} NOT NULL,
    sealed {bytes} NOT NULL,
    reached text NOT NULL,
    found text NOT NULL,
    PRIMARY KEY (workspace_id, erasure_id)
);
";

const DOWN: &str = "
DROP TABLE residue_scan;
DROP INDEX erasure_at;
DROP TABLE erasure_alias;
";
