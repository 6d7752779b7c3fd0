//! Companies, contacts with their addresses, tags, custom fields; provenance of values.

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
CREATE TABLE company (
    workspace_id {id} NOT NULL,
    id {id} NOT NULL,
    name text NOT NULL,
    sort_name text {c} NOT NULL,
    domain text NOT NULL,
    phone text NOT NULL,
    website text NOT NULL,
    industry text NOT NULL,
    postal_address text NOT NULL,
    owner_id {id},
    custom text NOT NULL,
    external_id text,
    version integer NOT NULL,
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL,
    archived_at {time},
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspace (id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, owner_id) REFERENCES member (workspace_id, id)
);
CREATE UNIQUE INDEX company_domain ON company (workspace_id, domain) WHERE domain <> '';
CREATE UNIQUE INDEX company_external_id ON company (workspace_id, external_id);
CREATE INDEX company_sort_name ON company (workspace_id, sort_name, id);
CREATE INDEX company_updated ON company (workspace_id, updated_at, id);
CREATE INDEX company_owner ON company (workspace_id, owner_id);
CREATE TABLE contact (
    workspace_id {id} NOT NULL,
    id {id} NOT NULL,
    given_name text NOT NULL,
    family_name text NOT NULL,
    sort_name text {c} NOT NULL,
    phone text NOT NULL,
    job_title text NOT NULL,
    company_name text NOT NULL,
    company_id {id},
    owner_id {id},
    postal_address text NOT NULL,
    language text NOT NULL,
    lifecycle text NOT NULL,
    custom text NOT NULL,
    external_id text,
    primary_address_id {id},
    version integer NOT NULL,
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL,
    archived_at {time},
    last_contact_at {time},
    restricted_at {time},
    art14_due_at {time},
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspace (id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, company_id) REFERENCES company (workspace_id, id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES member (workspace_id, id)
);
CREATE UNIQUE INDEX contact_external_id ON contact (workspace_id, external_id);
CREATE INDEX contact_sort_name ON contact (workspace_id, sort_name, id);
CREATE INDEX contact_updated ON contact (workspace_id, updated_at, id);
CREATE INDEX contact_company ON contact (workspace_id, company_id, id);
CREATE INDEX contact_owner ON contact (workspace_id, owner_id, id);
CREATE INDEX contact_phone ON contact (workspace_id, phone);
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
CREATE INDEX contact_address_domain ON contact_address (workspace_id, {domain_of_email_key}, contact_id);
CREATE TABLE contact_alias (
    workspace_id {id} NOT NULL,
    old_id {id} NOT NULL,
    contact_id {id} NOT NULL,
    external_id text,
    merged_at {time} NOT NULL,
    entry_id {id} NOT NULL,
    PRIMARY KEY (workspace_id, old_id),
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contact (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX contact_alias_contact ON contact_alias (workspace_id, contact_id);
CREATE UNIQUE INDEX contact_alias_external_id ON contact_alias (workspace_id, external_id);
CREATE TABLE tag (
    workspace_id {id} NOT NULL,
    id {id} NOT NULL,
    name text NOT NULL,
    name_key text {c} NOT NULL,
    created_at {time} NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspace (id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX tag_name_key ON tag (workspace_id, name_key);
CREATE TABLE contact_tag (
    workspace_id {id} NOT NULL,
    contact_id {id} NOT NULL,
    tag_id {id} NOT NULL,
    tagged_at {time} NOT NULL,
    PRIMARY KEY (workspace_id, contact_id, tag_id),
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contact (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, tag_id) REFERENCES tag (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX contact_tag_tag ON contact_tag (workspace_id, tag_id, contact_id);
CREATE TABLE provenance (
    workspace_id {id} NOT NULL,
    id {id} NOT NULL,
    entity text NOT NULL,
    row_id {id} NOT NULL,
    field text NOT NULL,
    source text NOT NULL,
    proven {bool} NOT NULL,
    actor text NOT NULL,
    at {time} NOT NULL,
    entry_id {id} NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX provenance_row ON provenance (workspace_id, row_id, field, at);
CREATE TABLE field (
    workspace_id {id} NOT NULL,
    id {id} NOT NULL,
    entity text NOT NULL,
    key text NOT NULL,
    label text NOT NULL,
    kind text NOT NULL,
    class text NOT NULL,
    reason text NOT NULL,
    required {bool} NOT NULL,
    options text NOT NULL,
    validation text NOT NULL,
    position integer NOT NULL,
    version integer NOT NULL,
    created_at {time} NOT NULL,
    archived_at {time},
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspace (id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX field_key ON field (workspace_id, entity, key);
CREATE TABLE field_value (
    workspace_id {id} NOT NULL,
    field_id {id} NOT NULL,
    row_id {id} NOT NULL,
    position integer NOT NULL,
    text text {c},
    number double precision,
    PRIMARY KEY (workspace_id, field_id, row_id, position),
    FOREIGN KEY (workspace_id, field_id) REFERENCES field (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX field_value_text ON field_value (workspace_id, field_id, text, row_id);
CREATE INDEX field_value_number ON field_value (workspace_id, field_id, number, row_id);
CREATE INDEX field_value_row ON field_value (workspace_id, row_id);
CREATE TABLE sealed_value (
    workspace_id {id} NOT NULL,
    id {id} NOT NULL,
    entity text NOT NULL,
    row_id {id} NOT NULL,
    field_id {id} NOT NULL,
    data_key_id {id} NOT NULL,
    sealed {bytes} NOT NULL,
    set_at {time} NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, field_id) REFERENCES field (workspace_id, id)
);
CREATE UNIQUE INDEX sealed_value_of ON sealed_value (workspace_id, row_id, field_id);
CREATE TABLE class_rule (
    workspace_id {id} NOT NULL,
    class text NOT NULL,
    readers text NOT NULL,
    writers text NOT NULL,
    notify_on_change {bool} NOT NULL,
    notify_on_reveal {bool} NOT NULL,
    PRIMARY KEY (workspace_id, class),
    FOREIGN KEY (workspace_id) REFERENCES workspace (id) ON DELETE CASCADE
);
CREATE TABLE duplicate_candidate (
    workspace_id {id} NOT NULL,
    low_id {id} NOT NULL,
    high_id {id} NOT NULL,
    reasons text NOT NULL,
    score integer NOT NULL,
    found_at {time} NOT NULL,
    PRIMARY KEY (workspace_id, low_id, high_id),
    FOREIGN KEY (workspace_id, low_id) REFERENCES contact (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, high_id) REFERENCES contact (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX duplicate_candidate_high ON duplicate_candidate (workspace_id, high_id);
CREATE INDEX duplicate_candidate_score ON duplicate_candidate (workspace_id, score, low_id, high_id);
CREATE TABLE duplicate_dismissal (
    workspace_id {id} NOT NULL,
    low_id {id} NOT NULL,
    high_id {id} NOT NULL,
    dismissed_at {time} NOT NULL,
    entry_id {id} NOT NULL,
    PRIMARY KEY (workspace_id, low_id, high_id),
    FOREIGN KEY (workspace_id, low_id) REFERENCES contact (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, high_id) REFERENCES contact (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX duplicate_dismissal_high ON duplicate_dismissal (workspace_id, high_id);
CREATE TABLE duplicate_scan (
    workspace_id {id} NOT NULL PRIMARY KEY,
    seq bigint NOT NULL,
    FOREIGN KEY (workspace_id) REFERENCES workspace (id) ON DELETE CASCADE
);
";

const DOWN: &str = "
DROP TABLE duplicate_scan;
DROP TABLE duplicate_dismissal;
DROP TABLE duplicate_candidate;
DROP TABLE class_rule;
DROP TABLE sealed_value;
DROP TABLE field_value;
DROP TABLE field;
DROP TABLE provenance;
DROP TABLE contact_tag;
DROP TABLE tag;
DROP TABLE contact_alias;
DROP TABLE contact_address;
DROP TABLE contact;
DROP TABLE company;
";
