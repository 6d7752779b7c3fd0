//! Members of staff, their sessions and second factors; results of creating mutations by idempotency key.

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
CREATE TABLE member (
    workspace_id {id} NOT NULL,
    id {id} NOT NULL,
    email text NOT NULL,
    email_key text NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    language text NOT NULL,
    password_hash text,
    totp_sealed {bytes},
    totp_pending_sealed {bytes},
    totp_last_step bigint,
    credentials_changed_at {time} NOT NULL,
    invited_at {time} NOT NULL,
    joined_at {time},
    deactivated_at {time},
    version integer NOT NULL,
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspace (id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX member_email_key ON member (workspace_id, email_key);
CREATE TABLE recovery_code (
    workspace_id {id} NOT NULL,
    id {id} NOT NULL,
    member_id {id} NOT NULL,
    hash text NOT NULL,
    used_at {time},
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, member_id) REFERENCES member (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX recovery_code_member ON recovery_code (workspace_id, member_id);
CREATE TABLE session (
    workspace_id {id} NOT NULL,
    id {id} NOT NULL,
    member_id {id} NOT NULL,
    token_hash {bytes} NOT NULL,
    browser text NOT NULL,
    created_at {time} NOT NULL,
    last_seen_at {time} NOT NULL,
    expires_at {time} NOT NULL,
    stepped_up_at {time},
    ended_at {time},
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, member_id) REFERENCES member (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX session_member ON session (workspace_id, member_id);
CREATE TABLE idempotency_key (
    workspace_id {id} NOT NULL,
    actor text NOT NULL,
    key_hash {bytes} NOT NULL,
    payload_hash {bytes} NOT NULL,
    result text NOT NULL,
    expires_at {time} NOT NULL,
    PRIMARY KEY (workspace_id, actor, key_hash)
);
CREATE INDEX idempotency_key_expiry ON idempotency_key (expires_at);
";

const DOWN: &str = "
DROP TABLE idempotency_key;
DROP TABLE session;
DROP TABLE recovery_code;
DROP TABLE member;
";
