//! Submissions, opt-ins, the limits that protect mailboxes, and the mails sent.

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
            "DROP TABLE mail;\nDROP TABLE suppression;\nDROP TABLE opt_in;\nDROP TABLE instance_mailbox;\nDROP TABLE mailbox;\nDROP TABLE submission;\n",
        )
        .await
    }
}

const UP: &str = "
CREATE TABLE submission (
    workspace_id {id} NOT NULL,
    id {id} NOT NULL,
    form_id {id} NOT NULL,
    form_version_id {id} NOT NULL,
    data_key_id {id} NOT NULL,
    sealed {bytes},
    ticket_hash {bytes} NOT NULL,
    payload_hash {bytes},
    state text NOT NULL,
    received_at {time} NOT NULL,
    entry_id {id} NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, form_version_id) REFERENCES form_version (workspace_id, id)
);
CREATE UNIQUE INDEX submission_once ON submission (workspace_id, ticket_hash, payload_hash);
CREATE INDEX submission_form ON submission (workspace_id, form_id, id);
CREATE TABLE mailbox (
    workspace_id {id} NOT NULL,
    fingerprint {bytes} NOT NULL,
    unanswered text NOT NULL,
    declined_until {time},
    bounced_until {time},
    PRIMARY KEY (workspace_id, fingerprint)
);
CREATE TABLE instance_mailbox (
    fingerprint {bytes} NOT NULL PRIMARY KEY,
    unanswered text NOT NULL
);
CREATE TABLE opt_in (
    workspace_id {id} NOT NULL,
    id {id} NOT NULL,
    submission_id {id} NOT NULL,
    form_id {id} NOT NULL,
    fingerprint {bytes} NOT NULL,
    language text NOT NULL,
    state text NOT NULL,
    created_at {time} NOT NULL,
    expires_at {time} NOT NULL,
    mail_due {bool} NOT NULL,
    mailed_at {time},
    decided_at {time},
    contact_id {id},
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX opt_in_mailbox ON opt_in (workspace_id, fingerprint, state);
CREATE INDEX opt_in_expiry ON opt_in (expires_at) WHERE state = 'WAITING';
CREATE INDEX opt_in_contact ON opt_in (workspace_id, contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX opt_in_purge ON opt_in (decided_at) WHERE decided_at IS NOT NULL;
CREATE TABLE suppression (
    workspace_id {id} NOT NULL,
    fingerprint {bytes} NOT NULL,
    scope text NOT NULL,
    reason text NOT NULL,
    at {time} NOT NULL,
    entry_id {id} NOT NULL,
    PRIMARY KEY (workspace_id, fingerprint, scope)
);
CREATE TABLE mail (
    workspace_id {id} NOT NULL,
    id {id} NOT NULL,
    kind text NOT NULL,
    message_id text NOT NULL,
    template_sha256 {bytes} NOT NULL,
    language text NOT NULL,
    state text NOT NULL,
    smtp_code integer NOT NULL,
    opt_in_id {id},
    contact_id {id},
    data_key_id {id},
    sealed {bytes},
    at {time} NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX mail_opt_in ON mail (workspace_id, opt_in_id);
CREATE INDEX mail_contact ON mail (workspace_id, contact_id);
";
