//! Workspaces, their credentials, and the append-only journal.

use sea_orm_migration::prelude::*;

use crate::sql;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sql::run(manager, UP).await?;
        // A low fillfactor lets updates of the counter stay on the same page (HOT).
        sql::postgres(manager, "ALTER TABLE journal_head SET (fillfactor = 20)").await?;
        sql::postgres(
            manager,
            "CREATE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'journal is append-only'; END $$",
        )
        .await?;
        sql::postgres(
            manager,
            "CREATE TRIGGER journal_no_change BEFORE UPDATE OR DELETE ON journal FOR EACH ROW EXECUTE FUNCTION journal_is_append_only()",
        )
        .await?;
        sql::postgres(
            manager,
            "CREATE TRIGGER journal_no_truncate BEFORE TRUNCATE ON journal FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only()",
        )
        .await?;
        sql::sqlite(manager, "CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'journal is append-only'); END")
            .await?;
        sql::sqlite(manager, "CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'journal is append-only'); END")
            .await?;
        // INSERT OR REPLACE deletes rows without firing delete triggers unless recursive_triggers is on; this
        // trigger works in either case.
        sql::sqlite(manager, "CREATE TRIGGER journal_no_replace BEFORE INSERT ON journal WHEN EXISTS (SELECT 1 FROM journal WHERE workspace_id = NEW.workspace_id AND (seq = NEW.seq OR id = NEW.id)) BEGIN SELECT RAISE(ABORT, 'journal is append-only'); END").await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sql::run(
            manager,
            "DROP TABLE api_key;\nDROP TABLE journal;\nDROP TABLE journal_head;\nDROP TABLE workspace;\n",
        )
        .await?;
        sql::postgres(manager, "DROP FUNCTION journal_is_append_only").await
    }
}

const UP: &str = "
CREATE TABLE workspace (
    id {id} NOT NULL PRIMARY KEY,
    slug text NOT NULL UNIQUE,
    name text NOT NULL,
    legal_name text NOT NULL,
    postal_address text NOT NULL,
    contact_email text NOT NULL,
    dpo_email text,
    privacy_notice_url text NOT NULL,
    default_language text NOT NULL,
    jurisdiction text NOT NULL,
    second_factor_roles text NOT NULL,
    created_at {time} NOT NULL
);
CREATE TABLE journal_head (
    workspace_id {id} NOT NULL PRIMARY KEY,
    seq bigint NOT NULL
);
CREATE TABLE journal (
    workspace_id {id} NOT NULL,
    seq bigint NOT NULL,
    id {id} NOT NULL,
    at {time} NOT NULL,
    kind text NOT NULL,
    actor text NOT NULL,
    subject text,
    object text,
    bytes text NOT NULL,
    commitment {bytes},
    leaf_hash {bytes} NOT NULL,
    PRIMARY KEY (workspace_id, seq)
);
CREATE UNIQUE INDEX journal_id ON journal (workspace_id, id);
CREATE INDEX journal_subject ON journal (workspace_id, subject, seq);
CREATE TABLE api_key (
    workspace_id {id} NOT NULL REFERENCES workspace (id) ON DELETE CASCADE,
    id {id} NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    hash {bytes} NOT NULL,
    created_at {time} NOT NULL,
    expires_at {time},
    last_used_at {time},
    revoked_at {time},
    PRIMARY KEY (workspace_id, id)
);
";
