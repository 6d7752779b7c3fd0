//! Consents, other legal bases, and the evidence for both.

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
CREATE TABLE basis (
    workspace_id {id} NOT NULL,
    id {id} NOT NULL,
    contact_id {id} NOT NULL,
    purpose_id {id} NOT NULL,
    form_version_id {id},
    since {time} NOT NULL,
    until {time},
    entry_id {id} NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contact (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, purpose_id) REFERENCES purpose (workspace_id, id)
);
CREATE UNIQUE INDEX basis_of ON basis (workspace_id, contact_id, purpose_id);
CREATE TABLE consent (
    workspace_id {id} NOT NULL,
    id {id} NOT NULL,
    contact_id {id} NOT NULL,
    purpose_id {id} NOT NULL,
    channel text NOT NULL,
    state text NOT NULL,
    since {time} NOT NULL,
    expires_at {time},
    address_id {id},
    purpose_version_id {id} NOT NULL,
    given_entry_id {id},
    entry_id {id} NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contact (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, purpose_id) REFERENCES purpose (workspace_id, id)
);
CREATE UNIQUE INDEX consent_of ON consent (workspace_id, contact_id, purpose_id, channel);
CREATE INDEX consent_expiry ON consent (expires_at) WHERE state = 'GIVEN';
CREATE TABLE consent_alias (
    workspace_id {id} NOT NULL,
    old_id {id} NOT NULL,
    consent_id {id} NOT NULL,
    given_entry_id {id},
    entry_id {id} NOT NULL,
    PRIMARY KEY (workspace_id, old_id),
    FOREIGN KEY (workspace_id, consent_id) REFERENCES consent (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX consent_alias_consent ON consent_alias (workspace_id, consent_id);
CREATE TABLE evidence (
    workspace_id {id} NOT NULL,
    id {id} NOT NULL,
    entry_id {id} NOT NULL,
    contact_id {id},
    data_key_id {id} NOT NULL,
    sealed {bytes} NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX evidence_entry ON evidence (workspace_id, entry_id);
CREATE INDEX evidence_contact ON evidence (workspace_id, contact_id);
";

const DOWN: &str = "
DROP TABLE evidence;
DROP TABLE consent_alias;
DROP TABLE consent;
DROP TABLE basis;
";
