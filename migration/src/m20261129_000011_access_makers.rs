//! Who created an API key, and who sent an invitation. For existing rows this is read from the journal, which
//! records actors. Keys that outlived their maker are revoked here, and those with more rights than their
//! maker are reduced.

use std::collections::BTreeMap;

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend, QueryResult, Statement};

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
        let told = told(manager).await?;
        // SQLite cannot add a foreign key of two columns to an existing table.
        sql::sqlite(manager, &table("api_key_new", "maker_id uuid_text,", MAKER)).await?;
        sql::sqlite(manager, &format!("INSERT INTO api_key_new SELECT {COLUMNS}, NULL FROM api_key")).await?;
        sql::sqlite(manager, "DROP TABLE api_key").await?;
        sql::sqlite(manager, "ALTER TABLE api_key_new RENAME TO api_key").await?;
        sql::postgres(manager, "ALTER TABLE api_key ADD COLUMN maker_id uuid").await?;
        let reference =
            "FOREIGN KEY (workspace_id, maker_id) REFERENCES member (workspace_id, id) ON DELETE CASCADE";
        sql::postgres(manager, &format!("ALTER TABLE api_key ADD CONSTRAINT api_key_maker {reference}"))
            .await?;
        sql::run(manager, UP).await?;
        tell_makers(manager, told).await?;
        sql::run(manager, END_WHAT_OUTRANKS).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sql::run(manager, "DROP TABLE invitation;\nDROP INDEX api_key_maker;\n").await?;
        sql::postgres(manager, "ALTER TABLE api_key DROP COLUMN maker_id").await?;
        sql::sqlite(manager, &table("api_key_old", "", "")).await?;
        sql::sqlite(manager, &format!("INSERT INTO api_key_old SELECT {COLUMNS} FROM api_key")).await?;
        sql::sqlite(manager, "DROP TABLE api_key").await?;
        sql::sqlite(manager, "ALTER TABLE api_key_old RENAME TO api_key").await
    }
}

const COLUMNS: &str = "workspace_id, id, name, role, hash, created_at, expires_at, last_used_at, revoked_at";

const MAKER: &str =
    "FOREIGN KEY (workspace_id, maker_id) REFERENCES member (workspace_id, id) ON DELETE CASCADE,";

/// The table for SQLite. New columns must come before the table constraints.
fn table(name: &str, column: &str, reference: &str) -> String {
    format!(
        "CREATE TABLE {name} (
    workspace_id uuid_text NOT NULL REFERENCES workspace (id) ON DELETE CASCADE,
    id uuid_text NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    hash blob NOT NULL,
    created_at timestamp_with_timezone_text NOT NULL,
    expires_at timestamp_with_timezone_text,
    last_used_at timestamp_with_timezone_text,
    revoked_at timestamp_with_timezone_text,
    {column}
    {reference}
    PRIMARY KEY (workspace_id, id)
)"
    )
}

const UP: &str = "
CREATE INDEX api_key_maker ON api_key (workspace_id, maker_id);
CREATE TABLE invitation (
    workspace_id {id} NOT NULL,
    member_id {id} NOT NULL,
    inviter_id {id},
    api_key_id {id},
    PRIMARY KEY (workspace_id, member_id),
    FOREIGN KEY (workspace_id, member_id) REFERENCES member (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, inviter_id) REFERENCES member (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, api_key_id) REFERENCES api_key (workspace_id, id) ON DELETE CASCADE
);
INSERT INTO invitation SELECT workspace_id, id, NULL, NULL FROM member WHERE joined_at IS NULL;
";

const END_WHAT_OUTRANKS: &str = "
UPDATE api_key SET revoked_at = (SELECT coalesce(m.deactivated_at, m.updated_at) FROM member m
        WHERE m.workspace_id = api_key.workspace_id AND m.id = api_key.maker_id)
    WHERE revoked_at IS NULL AND EXISTS (SELECT 1 FROM member m WHERE m.workspace_id = api_key.workspace_id AND m.id = api_key.maker_id
        AND (m.deactivated_at IS NOT NULL OR m.role NOT IN ('OWNER', 'ADMIN')));
UPDATE api_key SET role = 'ADMIN'
    WHERE role = 'OWNER' AND EXISTS (SELECT 1 FROM member m WHERE m.workspace_id = api_key.workspace_id AND m.id = api_key.maker_id
        AND m.role = 'ADMIN');
";

/// Makers, by workspace and key; none = the operator.
type Makers = BTreeMap<(String, String), Option<String>>;

/// The journal entries about created keys and invited members. Read before anything is locked, because the
/// journal may be long.
async fn told(manager: &SchemaManager<'_>) -> Result<Vec<QueryResult>, DbErr> {
    let backend = manager.get_database_backend();
    // IDs are 16 bytes on SQLite and a type of their own on PostgreSQL; their hex digits are the same.
    let hex = if backend == DbBackend::Sqlite {
        "lower(hex(workspace_id))"
    } else {
        "replace(CAST(workspace_id AS text), '-', '')"
    };
    let text = format!(
        "SELECT {hex} AS workspace, kind, object, actor FROM journal
        WHERE kind IN ('api_key.created', 'member.invited') ORDER BY workspace_id, seq"
    );
    manager.get_connection().query_all_raw(Statement::from_string(backend, text)).await
}

/// Stores who acted, oldest first, so that for a key created with another key, that one's maker is already
/// known.
async fn tell_makers(manager: &SchemaManager<'_>, told: Vec<QueryResult>) -> Result<(), DbErr> {
    let (db, is_embedded) = (manager.get_connection(), manager.get_database_backend() == DbBackend::Sqlite);
    let id = |hex: &str| if is_embedded { format!("x'{hex}'") } else { format!("'{hex}'") };
    let mut makers = Makers::new();
    for row in told {
        let (workspace, kind): (String, String) = (row.try_get("", "workspace")?, row.try_get("", "kind")?);
        let (object, actor): (Option<String>, String) =
            (row.try_get("", "object")?, row.try_get("", "actor")?);
        let Some((_, object)) = object.as_deref().and_then(read_id) else { continue };
        let (member, key) = match read_id(&actor) {
            Some(("member", member)) => (Some(member), None),
            Some(("api_key", key)) => {
                (makers.get(&(workspace.clone(), key.clone())).cloned().flatten(), Some(key))
            }
            _ => (None, None),
        };
        // Every part is an ID that we generated. If its row no longer exists, the result is NULL.
        let found = |table: &str, wanted: Option<&String>| match wanted {
            Some(wanted) => format!(
                "(SELECT id FROM {table} WHERE workspace_id = {} AND id = {})",
                id(&workspace),
                id(wanted)
            ),
            None => "NULL".to_owned(),
        };
        let change = if kind == "api_key.created" {
            format!(
                "UPDATE api_key SET maker_id = {} WHERE id = {}",
                found("member", member.as_ref()),
                id(&object)
            )
        } else {
            // The last invitation counts: whoever sent an earlier one is no longer responsible.
            let inviter = found("member", member.as_ref().filter(|_| key.is_none()));
            let change = format!(
                "UPDATE invitation SET inviter_id = {inviter}, api_key_id = {}",
                found("api_key", key.as_ref())
            );
            format!("{change} WHERE member_id = {}", id(&object))
        };
        db.execute_unprepared(&format!("{change} AND workspace_id = {}", id(&workspace))).await?;
        if kind == "api_key.created" {
            makers.insert((workspace, object), member);
        }
    }
    Ok(())
}

/// Prefix and UUID (in hex) of an ID as written in the journal (TypeID: 26 digits of Crockford's base32).
fn read_id(text: &str) -> Option<(&str, String)> {
    let (prefix, digits) = text.rsplit_once('_')?;
    if digits.len() != 26 {
        return None;
    }
    let value = |digit: u8| b"0123456789abcdefghjkmnpqrstvwxyz".iter().position(|known| *known == digit);
    let bits = digits.bytes().try_fold(0_u128, |bits, digit| Some(bits << 5 | value(digit)? as u128))?;
    Some((prefix, format!("{bits:032x}")))
}
