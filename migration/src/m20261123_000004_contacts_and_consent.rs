//! Contacts, where their values came from, consent, evidence, activities.

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
            "DROP TABLE activity;\nDROP TABLE evidence;\nDROP TABLE consent;\nDROP TABLE basis;\nDROP TABLE provenance;\nDROP TABLE contact_address;\nDROP TABLE contact;\n",
        )
        .await
    }
}

const UP: &str = "
CREATE TABLE contact (
    workspace_id {id} NOT NULL REFERENCES workspace (id) ON DELETE CASCADE,
    id {id} NOT NULL,
    given_name text NOT NULL,
    family_name text NOT NULL,
    phone text NOT NULL,
    job_title text NOT NULL,
    company_name text NOT NULL,
    language text NOT NULL,
    lifecycle text NOT NULL,
    custom text NOT NULL,
    primary_address_id {id},
    version integer NOT NULL,
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL,
    last_contact_at {time},
    restricted_at {time},
    PRIMARY KEY (workspace_id, id)
);
CREATE TABLE contact_address (
    workspace_id {id} NOT NULL,
    id {id} NOT NULL,
    contact_id {id} NOT NULL,
    email text NOT NULL,
    email_key text NOT NULL,
    fingerprint {bytes} NOT NULL,
    verified_at {time},
    created_at {time} NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contact (workspace_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX contact_address_email_key ON contact_address (workspace_id, email_key);
CREATE INDEX contact_address_contact ON contact_address (workspace_id, contact_id);
CREATE TABLE provenance (
    workspace_id {id} NOT NULL,
    id {id} NOT NULL,
    contact_id {id} NOT NULL,
    field text NOT NULL,
    source text NOT NULL,
    proven {bool} NOT NULL,
    actor text NOT NULL,
    at {time} NOT NULL,
    entry_id {id} NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contact (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX provenance_contact ON provenance (workspace_id, contact_id, field);
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
CREATE TABLE activity (
    workspace_id {id} NOT NULL,
    id {id} NOT NULL,
    contact_id {id} NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    body text NOT NULL,
    occurred_at {time} NOT NULL,
    done_at {time},
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contact (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX activity_contact ON activity (workspace_id, contact_id, occurred_at);
";
