//! An index on the journal entries that the overview counts per day.

use sea_orm_migration::prelude::*;

use crate::sql;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Partial, so that other entries cost nothing. `src/journal/count_days.rs` asks with the same words.
        sql::run(
            manager,
            "CREATE INDEX journal_counted ON journal (workspace_id, at, kind) WHERE kind IN ('submission.received', \
             'opt_in.confirmed', 'contact.created', 'consent.given', 'consent.withdrawn', 'consent.refused', \
             'deal.created', 'deal.won', 'deal.lost', 'request.received')",
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sql::run(manager, "DROP INDEX journal_counted").await
    }
}
