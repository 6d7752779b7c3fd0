//! Jobs record since when they wait and run, so that a clock set back and a job that never ends can be
//! detected; parked jobs release their deduplication key. The columns are nullable, because an older node
//! that still runs does not set them.

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
        sql::run(manager, "ALTER TABLE job DROP COLUMN begun_at;\nALTER TABLE job DROP COLUMN waits_since;\n")
            .await
    }
}

const UP: &str = "
ALTER TABLE job ADD COLUMN waits_since {time};
ALTER TABLE job ADD COLUMN begun_at {time};
UPDATE job SET dedupe_key = NULL WHERE parked_at IS NOT NULL;
";
