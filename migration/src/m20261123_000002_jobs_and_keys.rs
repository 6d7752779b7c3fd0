//! Jobs, schedules, the instance's wrapped master keys and the data keys.

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
        sql::run(
            manager,
            "DROP TABLE data_key;\nDROP TABLE instance_key;\nDROP TABLE schedule;\nDROP TABLE job;\n",
        )
        .await
    }
}

const UP: &str = "
CREATE TABLE job (
    id {id} NOT NULL PRIMARY KEY,
    workspace_id {id},
    kind text NOT NULL,
    payload text NOT NULL,
    priority integer NOT NULL,
    run_at {time} NOT NULL,
    attempts integer NOT NULL,
    lease text,
    leased_until {time},
    parked_at {time},
    park_reason text,
    dedupe_key text UNIQUE,
    created_at {time} NOT NULL
);
CREATE INDEX job_due ON job (priority, run_at, id) WHERE parked_at IS NULL;
CREATE INDEX job_parked ON job (workspace_id, parked_at) WHERE parked_at IS NOT NULL;
CREATE TABLE schedule (
    name text NOT NULL PRIMARY KEY,
    next_run_at {time} NOT NULL
);
CREATE TABLE instance_key (
    kid text NOT NULL PRIMARY KEY,
    purpose text NOT NULL,
    wrapped {bytes} NOT NULL,
    created_at {time} NOT NULL,
    retired_at {time}
);
CREATE TABLE data_key (
    workspace_id {id} NOT NULL,
    id {id} NOT NULL,
    owner_kind text NOT NULL,
    owner_id {id} NOT NULL,
    wrapped {bytes} NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX data_key_owner ON data_key (workspace_id, owner_id);
";
