//! Recipients: where data are read from, and when a transfer was checked. Notices under GDPR Art. 14, and of
//! what happens to data. The register of breaches.

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
ALTER TABLE recipient ADD COLUMN access_countries text NOT NULL DEFAULT '[]';
ALTER TABLE recipient ADD COLUMN assessment text NOT NULL DEFAULT '';
ALTER TABLE recipient ADD COLUMN checked_at {time};
ALTER TABLE recipient_notice ADD COLUMN reason text;
CREATE INDEX recipient_notice_recipient ON recipient_notice (workspace_id, recipient_id, id);
CREATE TABLE art14_notice (
    workspace_id {id} NOT NULL,
    entry_id {id} NOT NULL,
    contact_id {id} NOT NULL,
    how text NOT NULL,
    due_at {time} NOT NULL,
    given_at {time} NOT NULL,
    mail_id {id},
    PRIMARY KEY (workspace_id, entry_id),
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contact (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX art14_notice_contact ON art14_notice (workspace_id, contact_id);
CREATE INDEX contact_art14_due ON contact (workspace_id, art14_due_at, id) WHERE art14_due_at IS NOT NULL;
CREATE TABLE notice_rule (
    workspace_id {id} NOT NULL,
    event text NOT NULL,
    notifies {bool} NOT NULL,
    PRIMARY KEY (workspace_id, event),
    FOREIGN KEY (workspace_id) REFERENCES workspace (id) ON DELETE CASCADE
);
CREATE TABLE form_notice (
    workspace_id {id} NOT NULL,
    entry_id {id} NOT NULL,
    form_version_id {id} NOT NULL,
    language text NOT NULL,
    sha256 {bytes} NOT NULL,
    content text NOT NULL,
    since {time} NOT NULL,
    PRIMARY KEY (workspace_id, entry_id),
    FOREIGN KEY (workspace_id) REFERENCES workspace (id) ON DELETE CASCADE
);
CREATE INDEX form_notice_version ON form_notice (workspace_id, form_version_id, language, entry_id);
CREATE TABLE breach (
    workspace_id {id} NOT NULL,
    id {id} NOT NULL,
    data_key_id {id} NOT NULL,
    sealed {bytes} NOT NULL,
    state text NOT NULL,
    risk text NOT NULL,
    aware_at {time} NOT NULL,
    due_at {time} NOT NULL,
    began_at {time},
    ended_at {time},
    people_approximate integer,
    records_approximate integer,
    authority_told_at {time},
    people_told_at {time},
    exception text,
    closed_at {time},
    version integer NOT NULL,
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL,
    entry_id {id} NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id) REFERENCES workspace (id) ON DELETE CASCADE
);
CREATE TABLE breach_step (
    workspace_id {id} NOT NULL,
    entry_id {id} NOT NULL,
    breach_id {id} NOT NULL,
    kind text NOT NULL,
    actor text NOT NULL,
    at {time} NOT NULL,
    sealed {bytes},
    PRIMARY KEY (workspace_id, entry_id),
    FOREIGN KEY (workspace_id, breach_id) REFERENCES breach (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX breach_step_breach ON breach_step (workspace_id, breach_id, entry_id);
CREATE TABLE breach_person (
    workspace_id {id} NOT NULL,
    breach_id {id} NOT NULL,
    contact_id {id} NOT NULL,
    seen {bool} NOT NULL,
    changed {bool} NOT NULL,
    first_at {time} NOT NULL,
    last_at {time} NOT NULL,
    entries integer NOT NULL,
    mail_id {id},
    told_at {time},
    PRIMARY KEY (workspace_id, breach_id, contact_id),
    FOREIGN KEY (workspace_id, breach_id) REFERENCES breach (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contact (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX breach_person_contact ON breach_person (workspace_id, contact_id);
";

const DOWN: &str = "
DROP TABLE breach_person;
DROP TABLE breach_step;
DROP TABLE breach;
DROP TABLE form_notice;
DROP TABLE notice_rule;
DROP INDEX contact_art14_due;
DROP TABLE art14_notice;
DROP INDEX recipient_notice_recipient;
ALTER TABLE recipient_notice DROP COLUMN reason;
ALTER TABLE recipient DROP COLUMN checked_at;
ALTER TABLE recipient DROP COLUMN assessment;
ALTER TABLE recipient DROP COLUMN access_countries;
";
