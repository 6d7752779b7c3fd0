//! Pauses of contacts, and which purposes the preference centre offers.

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
        sql::run(manager, "DROP TABLE pause;\nALTER TABLE purpose DROP COLUMN offered;\n").await
    }
}

const UP: &str = "
CREATE TABLE pause (
    workspace_id {id} NOT NULL,
    contact_id {id} NOT NULL,
    until {time} NOT NULL,
    since {time} NOT NULL,
    entry_id {id} NOT NULL,
    PRIMARY KEY (workspace_id, contact_id),
    FOREIGN KEY (workspace_id) REFERENCES workspace (id) ON DELETE CASCADE
);
ALTER TABLE purpose ADD COLUMN offered {bool} NOT NULL DEFAULT false;
UPDATE purpose SET offered = true WHERE legal_basis = 'CONSENT' AND channels LIKE '%\"EMAIL\"%';
";
