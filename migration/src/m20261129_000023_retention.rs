//! Retention: rules and their versions, runs and what they did, notices before the end. Holds get a sealed
//! note.

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

// `contact_clock` is written exactly as `src/privacy/retention/due.rs` writes the clock, so that both databases
// use it.
const UP: &str = "
CREATE TABLE retention_rule (
    workspace_id {id} NOT NULL,
    id {id} NOT NULL,
    subject text NOT NULL,
    lifecycle text,
    purpose_id {id},
    clock text NOT NULL,
    months integer NOT NULL,
    warn_days integer,
    justification text NOT NULL,
    preset text,
    version integer NOT NULL,
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL,
    archived_at {time},
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspace (id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, purpose_id) REFERENCES purpose (workspace_id, id)
);
CREATE UNIQUE INDEX retention_rule_preset ON retention_rule (workspace_id, preset);
CREATE TABLE retention_rule_version (
    workspace_id {id} NOT NULL,
    rule_id {id} NOT NULL,
    number integer NOT NULL,
    clock text NOT NULL,
    months integer NOT NULL,
    warn_days integer,
    justification text NOT NULL,
    at {time} NOT NULL,
    entry_id {id} NOT NULL,
    PRIMARY KEY (workspace_id, rule_id, number),
    FOREIGN KEY (workspace_id, rule_id) REFERENCES retention_rule (workspace_id, id) ON DELETE CASCADE
);
CREATE TABLE retention_run (
    workspace_id {id} NOT NULL,
    id {id} NOT NULL,
    cause text NOT NULL,
    started_at {time} NOT NULL,
    ended_at {time},
    cursor text,
    entry_id {id} NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspace (id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX retention_run_open ON retention_run (workspace_id) WHERE ended_at IS NULL;
CREATE TABLE retention_count (
    workspace_id {id} NOT NULL,
    run_id {id} NOT NULL,
    rule_id {id} NOT NULL,
    rule_version integer NOT NULL,
    warned bigint NOT NULL,
    erased bigint NOT NULL,
    archived bigint NOT NULL,
    held bigint NOT NULL,
    restricted bigint NOT NULL,
    failed bigint NOT NULL,
    PRIMARY KEY (workspace_id, run_id, rule_id),
    FOREIGN KEY (workspace_id, run_id) REFERENCES retention_run (workspace_id, id) ON DELETE CASCADE
);
CREATE TABLE retention_notice (
    workspace_id {id} NOT NULL,
    contact_id {id} NOT NULL,
    rule_id {id} NOT NULL,
    clock_at {time} NOT NULL,
    ends_at {time} NOT NULL,
    mail text NOT NULL,
    mailed_at {time},
    answer text,
    answered_at {time},
    created_at {time} NOT NULL,
    PRIMARY KEY (workspace_id, contact_id, rule_id),
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contact (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX retention_notice_ends ON retention_notice (workspace_id, rule_id, ends_at);
CREATE INDEX contact_clock ON contact (workspace_id, lifecycle, COALESCE(last_contact_at, created_at), id);
CREATE INDEX contact_restricted ON contact (workspace_id, id) WHERE restricted_at IS NOT NULL;
CREATE INDEX hold_current ON hold (workspace_id, until) WHERE released_at IS NULL;
CREATE INDEX activity_planned ON activity (workspace_id, occurred_at) WHERE occurred_at > created_at;
CREATE INDEX submission_left ON submission (workspace_id, received_at) WHERE sealed IS NULL;
CREATE INDEX consent_ended ON consent (workspace_id, since) WHERE state <> 'GIVEN';
CREATE INDEX request_answered ON request (workspace_id, answered_at);
CREATE INDEX suppression_at ON suppression (workspace_id, at);
CREATE INDEX contact_address_mailbox ON contact_address (workspace_id, fingerprint);
CREATE INDEX mail_of_nobody ON mail (workspace_id, at) WHERE contact_id IS NULL;
ALTER TABLE hold ADD COLUMN data_key_id {id};
ALTER TABLE hold ADD COLUMN sealed {bytes};
";

const DOWN: &str = "
ALTER TABLE hold DROP COLUMN sealed;
ALTER TABLE hold DROP COLUMN data_key_id;
DROP INDEX mail_of_nobody;
DROP INDEX contact_address_mailbox;
DROP INDEX suppression_at;
DROP INDEX request_answered;
DROP INDEX consent_ended;
DROP INDEX submission_left;
DROP INDEX activity_planned;
DROP INDEX hold_current;
DROP INDEX contact_restricted;
DROP INDEX contact_clock;
DROP TABLE retention_notice;
DROP TABLE retention_count;
DROP TABLE retention_run;
DROP TABLE retention_rule_version;
DROP TABLE retention_rule;
";
