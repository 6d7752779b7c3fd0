//! Purposes and their texts, wordings, forms and their published versions.

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
        sql::run(manager, "DROP TABLE form_version;\nDROP TABLE form;\nDROP TABLE wording;\nDROP TABLE purpose_version;\nDROP TABLE purpose;\n").await
    }
}

const UP: &str = "
CREATE TABLE purpose (
    workspace_id {id} NOT NULL REFERENCES workspace (id) ON DELETE CASCADE,
    id {id} NOT NULL,
    key text NOT NULL,
    legal_basis text NOT NULL,
    channels text NOT NULL,
    confirmation text NOT NULL,
    validity_days integer,
    justification text NOT NULL,
    current_version_id {id} NOT NULL,
    created_at {time} NOT NULL,
    archived_at {time},
    PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX purpose_key ON purpose (workspace_id, key);
CREATE TABLE purpose_version (
    workspace_id {id} NOT NULL,
    id {id} NOT NULL,
    purpose_id {id} NOT NULL,
    number integer NOT NULL,
    texts text NOT NULL,
    created_at {time} NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, purpose_id) REFERENCES purpose (workspace_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX purpose_version_number ON purpose_version (workspace_id, purpose_id, number);
CREATE TABLE wording (
    workspace_id {id} NOT NULL,
    sha256 {bytes} NOT NULL,
    language text NOT NULL,
    text text NOT NULL,
    PRIMARY KEY (workspace_id, sha256)
);
CREATE TABLE form (
    workspace_id {id} NOT NULL REFERENCES workspace (id) ON DELETE CASCADE,
    id {id} NOT NULL,
    name text NOT NULL,
    draft text NOT NULL,
    published_version_id {id},
    version integer NOT NULL,
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL,
    archived_at {time},
    PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX form_id ON form (id);
CREATE TABLE form_version (
    workspace_id {id} NOT NULL,
    id {id} NOT NULL,
    form_id {id} NOT NULL,
    number integer NOT NULL,
    definition text NOT NULL,
    sha256 {bytes} NOT NULL,
    published_at {time} NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, form_id) REFERENCES form (workspace_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX form_version_number ON form_version (workspace_id, form_id, number);
";
