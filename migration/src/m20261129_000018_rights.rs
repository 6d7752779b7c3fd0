//! The person's rights: mailbox proofs, requests, erasures and what is kept of them, holds, recipients,
//! packages.

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
CREATE TABLE mailbox_proof (
    workspace_id {id} NOT NULL,
    id {id} NOT NULL,
    kind text NOT NULL,
    fingerprint {bytes} NOT NULL,
    contact_id {id},
    data_key_id {id} NOT NULL,
    sealed {bytes},
    language text NOT NULL,
    state text NOT NULL,
    created_at {time} NOT NULL,
    expires_at {time} NOT NULL,
    decided_at {time},
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX mailbox_proof_mailbox ON mailbox_proof (workspace_id, fingerprint);
CREATE INDEX mailbox_proof_contact ON mailbox_proof (workspace_id, contact_id);
CREATE INDEX mailbox_proof_expiry ON mailbox_proof (expires_at) WHERE sealed IS NOT NULL;
CREATE TABLE request (
    workspace_id {id} NOT NULL,
    id {id} NOT NULL,
    kind text NOT NULL,
    state text NOT NULL,
    channel text NOT NULL,
    contact_id {id},
    data_key_id {id} NOT NULL,
    sealed {bytes},
    language text NOT NULL,
    received_at {time} NOT NULL,
    acknowledged_at {time},
    identity_proven_at {time},
    suspended_at {time},
    due_at {time} NOT NULL,
    extended_at {time},
    extension_reason text,
    answered_at {time},
    refusal_reason text,
    assignee_id {id},
    version integer NOT NULL,
    entry_id {id} NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspace (id) ON DELETE CASCADE
);
CREATE INDEX request_due ON request (workspace_id, due_at, id);
CREATE INDEX request_contact ON request (workspace_id, contact_id);
CREATE TABLE request_step (
    workspace_id {id} NOT NULL,
    id {id} NOT NULL,
    request_id {id} NOT NULL,
    kind text NOT NULL,
    actor text NOT NULL,
    at {time} NOT NULL,
    mail_id {id},
    sealed {bytes},
    entry_id {id} NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, request_id) REFERENCES request (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX request_step_request ON request_step (workspace_id, request_id, id);
CREATE TABLE erasure (
    workspace_id {id} NOT NULL,
    id {id} NOT NULL,
    contact_id {id} NOT NULL,
    cause text NOT NULL,
    ground text NOT NULL,
    request_id {id},
    at {time} NOT NULL,
    counts text NOT NULL,
    held text NOT NULL,
    scanned_at {time},
    residues text,
    entry_id {id} NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX erasure_contact ON erasure (workspace_id, contact_id);
CREATE TABLE archive_item (
    workspace_id {id} NOT NULL,
    id {id} NOT NULL,
    contact_id {id} NOT NULL,
    erasure_id {id} NOT NULL,
    source text NOT NULL,
    row_id {id} NOT NULL,
    data_key_id {id} NOT NULL,
    sealed {bytes} NOT NULL,
    reason text NOT NULL,
    archived_at {time} NOT NULL,
    until {time} NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX archive_item_contact ON archive_item (workspace_id, contact_id);
CREATE INDEX archive_item_until ON archive_item (until);
CREATE TABLE hold (
    workspace_id {id} NOT NULL,
    id {id} NOT NULL,
    contact_id {id} NOT NULL,
    reason text NOT NULL,
    author text NOT NULL,
    since {time} NOT NULL,
    until {time} NOT NULL,
    released_at {time},
    entry_id {id} NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contact (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX hold_contact ON hold (workspace_id, contact_id);
CREATE TABLE recipient (
    workspace_id {id} NOT NULL,
    id {id} NOT NULL,
    name text NOT NULL,
    legal_name text NOT NULL,
    country text NOT NULL,
    role text NOT NULL,
    mechanism text NOT NULL,
    mechanism_reference text NOT NULL,
    contact_email text NOT NULL,
    purposes text NOT NULL,
    version integer NOT NULL,
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL,
    archived_at {time},
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspace (id) ON DELETE CASCADE
);
CREATE TABLE disclosure (
    workspace_id {id} NOT NULL,
    id {id} NOT NULL,
    recipient_id {id} NOT NULL,
    contact_id {id} NOT NULL,
    purpose_id {id},
    means text NOT NULL,
    fields text NOT NULL,
    at {time} NOT NULL,
    entry_id {id} NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, recipient_id) REFERENCES recipient (workspace_id, id),
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contact (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX disclosure_contact ON disclosure (workspace_id, contact_id);
CREATE INDEX disclosure_recipient ON disclosure (workspace_id, recipient_id);
CREATE TABLE recipient_notice (
    workspace_id {id} NOT NULL,
    id {id} NOT NULL,
    recipient_id {id} NOT NULL,
    contact_id {id} NOT NULL,
    kind text NOT NULL,
    state text NOT NULL,
    created_at {time} NOT NULL,
    decided_at {time},
    entry_id {id} NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, recipient_id) REFERENCES recipient (workspace_id, id)
);
CREATE INDEX recipient_notice_contact ON recipient_notice (workspace_id, contact_id);
CREATE INDEX recipient_notice_state ON recipient_notice (workspace_id, state, id);
CREATE TABLE package (
    workspace_id {id} NOT NULL,
    id {id} NOT NULL,
    contact_id {id} NOT NULL,
    request_id {id},
    kind text NOT NULL,
    state text NOT NULL,
    data_key_id {id} NOT NULL,
    bytes bigint NOT NULL,
    sha256 {bytes},
    created_at {time} NOT NULL,
    built_at {time},
    expires_at {time} NOT NULL,
    downloads integer NOT NULL,
    entry_id {id} NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contact (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX package_contact ON package (workspace_id, contact_id);
CREATE INDEX package_expiry ON package (expires_at);
CREATE TABLE package_part (
    workspace_id {id} NOT NULL,
    package_id {id} NOT NULL,
    position integer NOT NULL,
    sealed {bytes} NOT NULL,
    PRIMARY KEY (workspace_id, package_id, position),
    FOREIGN KEY (workspace_id, package_id) REFERENCES package (workspace_id, id) ON DELETE CASCADE
);
";

const DOWN: &str = "
DROP TABLE package_part;
DROP TABLE package;
DROP TABLE recipient_notice;
DROP TABLE disclosure;
DROP TABLE recipient;
DROP TABLE hold;
DROP TABLE archive_item;
DROP TABLE erasure;
DROP TABLE request_step;
DROP TABLE request;
DROP TABLE mailbox_proof;
";
