//! The words by which rows are found, and indexes for the orders of lists.
//!
//! A word's row has its weight, so that an index returns the most relevant rows of a word, or of a two-letter
//! prefix, first.

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

const UP: &str = "
CREATE TABLE search_word (
    workspace_id {id} NOT NULL,
    row_id {id} NOT NULL,
    word text {c} NOT NULL,
    entity text {c} NOT NULL,
    lead text {c} NOT NULL,
    weight integer NOT NULL,
    PRIMARY KEY (workspace_id, row_id, word),
    FOREIGN KEY (workspace_id) REFERENCES workspace (id) ON DELETE CASCADE
);
CREATE INDEX search_word_word ON search_word (workspace_id, entity, word, weight DESC, row_id DESC);
CREATE INDEX search_word_lead ON search_word (workspace_id, entity, lead, weight DESC, row_id DESC);
CREATE INDEX contact_created ON contact (workspace_id, created_at, id);
CREATE INDEX contact_last_contact ON contact (workspace_id, last_contact_at, id);
CREATE INDEX company_created ON company (workspace_id, created_at, id);
CREATE INDEX deal_created ON deal (workspace_id, created_at, id);
CREATE INDEX deal_amount ON deal (workspace_id, amount_minor, id);
CREATE INDEX deal_expected_close ON deal (workspace_id, expected_close_on, id);
CREATE INDEX activity_by_due ON activity (workspace_id, due_at, id);
";

const DOWN: &str = "
DROP INDEX activity_by_due;
DROP INDEX deal_expected_close;
DROP INDEX deal_amount;
DROP INDEX deal_created;
DROP INDEX company_created;
DROP INDEX contact_last_contact;
DROP INDEX contact_created;
DROP TABLE search_word;
";
