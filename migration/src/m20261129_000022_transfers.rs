//! Transfers to a recipient that the person authorised (GDPR Art. 20(2)): the question with its answer, and
//! each transfer.

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
CREATE TABLE transfer_authorisation (
    workspace_id {id} NOT NULL,
    id {id} NOT NULL,
    contact_id {id} NOT NULL,
    recipient_id {id} NOT NULL,
    data_key_id {id} NOT NULL,
    sealed {bytes} NOT NULL,
    scope text NOT NULL,
    language text NOT NULL,
    state text NOT NULL,
    asked_at {time} NOT NULL,
    answer_until {time} NOT NULL,
    valid_from {time} NOT NULL,
    valid_until {time} NOT NULL,
    decided_at {time},
    withdrawn_at {time},
    proof_entry_id {id},
    entry_id {id} NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contact (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, recipient_id) REFERENCES recipient (workspace_id, id)
);
CREATE INDEX transfer_authorisation_contact ON transfer_authorisation (workspace_id, contact_id, id);
CREATE INDEX transfer_authorisation_end ON transfer_authorisation (valid_until)
    WHERE state IN ('ASKED', 'GRANTED');
CREATE TABLE transfer (
    workspace_id {id} NOT NULL,
    id {id} NOT NULL,
    authorisation_id {id} NOT NULL,
    contact_id {id} NOT NULL,
    package_id {id} NOT NULL,
    state text NOT NULL,
    created_at {time} NOT NULL,
    expires_at {time} NOT NULL,
    pulled_at {time},
    bytes bigint NOT NULL,
    sha256 {bytes},
    entry_id {id} NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contact (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, authorisation_id) REFERENCES transfer_authorisation (workspace_id, id)
        ON DELETE CASCADE
);
CREATE INDEX transfer_contact ON transfer (workspace_id, contact_id);
CREATE INDEX transfer_authorisation_transfers ON transfer (workspace_id, authorisation_id);
CREATE INDEX transfer_package ON transfer (workspace_id, package_id);
CREATE INDEX transfer_end ON transfer (expires_at) WHERE state IN ('BUILDING', 'WAITING');
";

const DOWN: &str = "
DROP TABLE transfer;
DROP TABLE transfer_authorisation;
";
