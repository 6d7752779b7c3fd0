//! An index on the journal entries of a deal, for timelines: a deal can have several contacts, so its entries
//! are not all about one.

use sea_orm_migration::prelude::*;

use crate::sql;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Partial, so that entries about other rows cost nothing.
        sql::run(manager, "CREATE INDEX journal_deal ON journal (workspace_id, object, seq) WHERE substr(kind, 1, 5) = 'deal.'").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sql::run(manager, "DROP INDEX journal_deal").await
    }
}
