//! Texts that are held back because they seem to tell of a special category of data, and a workspace's own
//! words for such categories.

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
CREATE TABLE quarantine (
    workspace_id {id} NOT NULL,
    id {id} NOT NULL,
    source text NOT NULL,
    row_id {id} NOT NULL,
    field text NOT NULL,
    contact_id {id},
    state text NOT NULL,
    data_key_id {id} NOT NULL,
    sealed {bytes},
    author text NOT NULL,
    held_at {time} NOT NULL,
    decided_at {time},
    ground text,
    entry_id {id} NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspace (id) ON DELETE CASCADE
);
CREATE INDEX quarantine_state ON quarantine (workspace_id, state, id);
CREATE INDEX quarantine_row ON quarantine (workspace_id, row_id);
CREATE INDEX quarantine_contact ON quarantine (workspace_id, contact_id);
CREATE TABLE special_word (
    workspace_id {id} NOT NULL,
    id {id} NOT NULL,
    category text NOT NULL,
    language text NOT NULL,
    word text NOT NULL,
    word_key text NOT NULL,
    created_at {time} NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspace (id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX special_word_key ON special_word (workspace_id, language, word_key);
";

const DOWN: &str = "
DROP TABLE special_word;
DROP TABLE quarantine;
";
