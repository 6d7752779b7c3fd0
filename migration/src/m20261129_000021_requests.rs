//! Requests: days on which their clock stood still, why staff must decide, what an objection is about and how
//! the balance came out; restrictions of processing.

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
ALTER TABLE request ADD COLUMN stood_still_days integer NOT NULL DEFAULT 0;
ALTER TABLE request ADD COLUMN hurdle text;
ALTER TABLE request ADD COLUMN objects_to text;
ALTER TABLE request ADD COLUMN balance text;
ALTER TABLE request ADD COLUMN reminded_at {time};
CREATE TABLE restriction (
    workspace_id {id} NOT NULL,
    id {id} NOT NULL,
    contact_id {id} NOT NULL,
    ground text NOT NULL,
    request_id {id},
    since {time} NOT NULL,
    announced_at {time},
    means text,
    failed_at {time},
    lifted_at {time},
    entry_id {id} NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contact (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX restriction_contact ON restriction (workspace_id, contact_id);
";

const DOWN: &str = "
DROP TABLE restriction;
ALTER TABLE request DROP COLUMN reminded_at;
ALTER TABLE request DROP COLUMN balance;
ALTER TABLE request DROP COLUMN objects_to;
ALTER TABLE request DROP COLUMN hurdle;
ALTER TABLE request DROP COLUMN stood_still_days;
";
