//! What an erasure deletes and empties, in statements over sets: their number does not depend on how much
//! there is about the person. Tables that hold a `contact_id` are taken from the data map, so that a new one
//! is not forgotten.

use std::collections::BTreeMap;

use entity::{
    ContactAddressId, ContactId, DataKeyId, EntryId, MailboxProofId, OptInId, PackageId, SubmissionId,
    SuppressionReason, contact, contact_address, field_value, provenance, sealed_value, search_word,
    suppression,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Value, prelude::Uuid,
    sea_query::OnConflict,
};

use crate::{
    error::Result,
    persons::data_map::{Column, OnErasure, Subject, Table, data_map, tables},
    platform::{
        db::{for_update, sql},
        query::Query,
        work::{Entry, Work},
    },
};

/// Rows by table.
pub(super) type Counts = BTreeMap<&'static str, i64>;

/// The scope of a suppression that covers every purpose and channel.
const EVERYTHING: &str = "ALL";

/// Jobs or keys named in one statement.
const NAMES: usize = 200;

/// The keys of a person, as a condition on `id` of `data_key`.
const KEYS: &str =
    "(SELECT id FROM data_key WHERE workspace_id = $1 AND owner_kind = 'CONTACT' AND owner_id = $2)";
/// Their opt-ins: those they confirmed, and those that wait for their mailboxes.
const OPT_INS: &str =
    "workspace_id = $1 AND (contact_id = $2 OR fingerprint IN (SELECT fingerprint FROM contact_address
    WHERE workspace_id = $1 AND contact_id = $2))";

/// What is emptied or deleted beside the tables with a `contact_id`, in this order. `$1` is the workspace,
/// `$2` the contact; `{keys}` and `{opt_ins}` stand for the conditions above.
const BESIDE: [(&str, &str); 6] = [
    (
        "mail",
        "UPDATE mail SET contact_id = NULL, data_key_id = NULL, sealed = NULL WHERE workspace_id = $1
        AND (contact_id = $2 OR data_key_id IN {keys}
            OR opt_in_id IN (SELECT id FROM opt_in WHERE {opt_ins}))",
    ),
    (
        "data_key",
        "DELETE FROM data_key WHERE workspace_id = $1 AND (owner_kind = 'SUBMISSION' AND owner_id IN
            (SELECT submission_id FROM opt_in WHERE {opt_ins} AND state <> 'DECLINED')
        OR owner_kind = 'MAILBOX_PROOF' AND owner_id IN (SELECT id FROM mailbox_proof WHERE {opt_ins})
        OR owner_kind = 'QUARANTINE' AND owner_id IN
            (SELECT id FROM quarantine WHERE workspace_id = $1 AND contact_id = $2))",
    ),
    (
        "submission",
        "UPDATE submission SET sealed = NULL, payload_hash = NULL,
            state = CASE WHEN state IN ('RECEIVED', 'WAITING') THEN 'EXPIRED' ELSE state END
        WHERE workspace_id = $1 AND (data_key_id IN {keys}
            OR id IN (SELECT submission_id FROM opt_in WHERE {opt_ins} AND state <> 'DECLINED'))",
    ),
    (
        "evidence",
        "DELETE FROM evidence WHERE workspace_id = $1
        AND (contact_id = $2 OR data_key_id IN {keys})",
    ),
    // Who answered "this was not me" stays protected until the row goes, 180 days after.
    (
        "opt_in",
        "UPDATE opt_in SET contact_id = NULL, fingerprint = $3, mail_due = FALSE,
            decided_at = COALESCE(decided_at, $4),
            state = CASE WHEN state = 'WAITING' THEN 'EXPIRED' ELSE state END
        WHERE {opt_ins} AND state <> 'DECLINED'",
    ),
    (
        "mailbox",
        "DELETE FROM mailbox WHERE workspace_id = $1
        AND (declined_until IS NULL OR declined_until <= $3) AND fingerprint IN
            (SELECT fingerprint FROM contact_address WHERE workspace_id = $1 AND contact_id = $2)",
    ),
];

/// Deletes the person's rows of tables that name them as `row_id`.
macro_rules! delete_rows {
    ($work:expr, $person:expr, $counts:expr; $($table:ident),+) => {$(
        let gone = $table::Entity::delete_many()
            .filter($table::Column::WorkspaceId.eq($work.workspace()))
            .filter($table::Column::RowId.eq($person.0))
            .exec($work.db())
            .await?;
        add($counts, stringify!($table), gone.rows_affected);
    )+};
}

/// Deletes and empties; the caller has locked the person. Returns how many rows of which table.
pub(super) async fn delete(work: &Work, person: ContactId, aliases: &[ContactId]) -> Result<Counts> {
    let mut counts = count(work, person).await?;
    // First: a mail on its way checks its job in the same unit as it writes its row.
    let jobs = end_jobs(work, person, aliases).await?;
    add(&mut counts, "job", jobs);
    let keys = keys_to_destroy(work, person).await?;
    for (table, text) in BESIDE {
        let text = text.replace("{opt_ins}", OPT_INS).replace("{keys}", KEYS);
        let mut values: Vec<Value> = vec![work.workspace().into(), person.into()];
        match table {
            "opt_in" => values.extend([Vec::<u8>::new().into(), work.now().into()]),
            "mailbox" => values.push(work.now().into()),
            _ => {}
        }
        let gone = work.db().execute_raw(sql(work.db(), &text, values)).await?.rows_affected();
        add(&mut counts, table, gone);
    }
    delete_rows!(work, person, &mut counts; sealed_value, field_value, provenance, search_word);
    for table in with_contact().filter(|table| !by_hand(table.name)) {
        let here = || data_map().iter().filter(|column| column.table == table.name);
        let emptied: Vec<String> = here()
            .filter(|column| column.on_erasure == OnErasure::Empty)
            .map(|column| format!("{} = NULL", column.name))
            .collect();
        let mut query = Query::default();
        if goes(table) {
            query.push("DELETE FROM ").push(table.name);
        } else if emptied.is_empty() {
            continue;
        } else {
            query.push("UPDATE ").push(table.name).push(" SET ").push(&emptied.join(", "));
        }
        query.push(" WHERE workspace_id = ").bind(work.workspace());
        query.push(" AND contact_id = ").bind(person);
        query.run(work.db()).await?;
    }
    for keys in keys.chunks(NAMES) {
        let mut query = Query::new("DELETE FROM data_key WHERE workspace_id = ");
        query.bind(work.workspace()).push(" AND ").among(work.db(), "id", keys.iter().copied());
        let gone = work.db().execute_raw(query.statement(work.db())).await?.rows_affected();
        add(&mut counts, "data_key", gone);
    }
    // What refers to the contact goes with it.
    contact::Entity::delete_by_id((work.workspace(), person)).exec(work.db()).await?;
    add(&mut counts, "contact", 1);
    counts.retain(|_, count| *count > 0);
    Ok(counts)
}

fn add(counts: &mut Counts, table: &'static str, rows: u64) {
    *counts.entry(table).or_default() += i64::try_from(rows).unwrap_or(i64::MAX);
}

/// Tables with a column `contact_id`.
fn with_contact() -> impl Iterator<Item = &'static Table> {
    let has = |table: &&Table| {
        data_map().iter().any(|column| column.table == table.name && column.name == "contact_id")
    };
    tables().filter(|table| table.subject == Subject::Contact).filter(has)
}

/// Whether the rows of a contact are deleted.
fn goes(table: &Table) -> bool {
    data_map().iter().any(|column| {
        column.table == table.name && column.name == "contact_id" && column.on_erasure == OnErasure::DeleteRow
    })
}

/// Whether the table is in the list above, or its rows go with the contact's.
fn by_hand(table: &str) -> bool {
    const WITH_THE_CONTACT: [&str; 16] = [
        "activity",
        "art14_notice",
        "basis",
        "breach_person",
        "consent",
        "contact_address",
        "contact_alias",
        "contact_tag",
        "deal_contact",
        "disclosure",
        "hold",
        "package",
        "restriction",
        "retention_notice",
        "transfer",
        "transfer_authorisation",
    ];
    // `end_proofs` has deleted them.
    const BEFORE: &str = "mailbox_proof";
    table == BEFORE || WITH_THE_CONTACT.contains(&table) || BESIDE.iter().any(|(known, _)| *known == table)
}

/// How many rows the contact has in the tables from which they are deleted, in one statement.
async fn count(work: &Work, person: ContactId) -> Result<Counts> {
    let names: Vec<&'static str> = with_contact()
        .filter(|table| goes(table) && !BESIDE.iter().any(|(known, _)| *known == table.name))
        .map(|table| table.name)
        .collect();
    let parts: Vec<String> = names
        .iter()
        .map(|name| {
            format!("(SELECT COUNT(*) FROM {name} WHERE workspace_id = $1 AND contact_id = $2) AS {name}")
        })
        .collect();
    let text = format!("SELECT {}", parts.join(", "));
    let row =
        work.db().query_one_raw(sql(work.db(), &text, [work.workspace().into(), person.into()])).await?;
    let mut counts = Counts::new();
    if let Some(row) = row {
        for name in names {
            counts.insert(name, row.try_get("", name)?);
        }
    }
    Ok(counts)
}

/// The person's own keys, and those of what goes with them: a text held back, say. Not those of requests.
async fn keys_to_destroy(work: &Work, person: ContactId) -> Result<Vec<DataKeyId>> {
    let sealed = with_contact().filter(|table| {
        let keeps = |column: &Column| matches!(column.on_erasure, OnErasure::Keep(_));
        let here = || data_map().iter().filter(|column| column.table == table.name);
        here().any(|column| column.name == "data_key_id")
            && !here().any(|column| column.name == "contact_id" && keeps(column))
    });
    let parts: Vec<String> = sealed
        .map(|table| {
            format!("SELECT data_key_id FROM {} WHERE workspace_id = $1 AND contact_id = $2", table.name)
        })
        .collect();
    let text = format!(
        "SELECT id FROM data_key WHERE workspace_id = $1 AND owner_kind NOT IN ('REQUEST', 'ARCHIVE')
            AND (owner_kind = 'CONTACT' AND owner_id = $2 OR id IN ({}))",
        parts.join(" UNION ALL ")
    );
    let rows =
        work.db().query_all_raw(sql(work.db(), &text, [work.workspace().into(), person.into()])).await?;
    rows.iter().map(|row| Ok(row.try_get("", "id")?)).collect()
}

/// Deletes jobs that name the person or what only serves them, running ones too: their end is then not
/// written.
async fn end_jobs(work: &Work, person: ContactId, aliases: &[ContactId]) -> Result<u64> {
    // Locked before their submissions and keys, as where they expire.
    let lock = for_update(work.db());
    let text = format!("SELECT id, submission_id FROM opt_in WHERE {OPT_INS} ORDER BY id{lock}");
    let opt_ins =
        work.db().query_all_raw(sql(work.db(), &text, [work.workspace().into(), person.into()])).await?;
    let text = format!(
        "SELECT 'address' AS kind, id FROM contact_address WHERE workspace_id = $1 AND contact_id = $2
        UNION ALL SELECT 'proof', id FROM mailbox_proof WHERE {OPT_INS}
        UNION ALL SELECT 'package', id FROM package WHERE workspace_id = $1 AND contact_id = $2"
    );
    let rows =
        work.db().query_all_raw(sql(work.db(), &text, [work.workspace().into(), person.into()])).await?;
    let mut names: Vec<String> = aliases.iter().chain([&person]).map(ToString::to_string).collect();
    for row in opt_ins {
        names.push(OptInId(row.try_get("", "id")?).to_string());
        names.push(SubmissionId(row.try_get("", "submission_id")?).to_string());
    }
    for row in rows {
        let (kind, id): (String, Uuid) = (row.try_get("", "kind")?, row.try_get("", "id")?);
        names.push(match kind.as_str() {
            "address" => ContactAddressId(id).to_string(),
            "proof" => MailboxProofId(id).to_string(),
            _ => PackageId(id).to_string(),
        });
    }
    let mut gone = 0;
    for names in names.chunks(NAMES) {
        let mut query = Query::new("DELETE FROM job WHERE workspace_id = ");
        query.bind(work.workspace()).push(" AND (");
        for (at, name) in names.iter().enumerate() {
            query.push(if at == 0 { "payload LIKE " } else { " OR payload LIKE " });
            query.bind(format!("%{name}%"));
        }
        query.push(")");
        gone += work.db().execute_raw(query.statement(work.db())).await?.rows_affected();
    }
    Ok(gone)
}

/// Keeps the fingerprints of their mailboxes, so that nobody writes to them again before they ask for it.
pub(super) async fn suppress(
    work: &mut Work,
    person: ContactId,
    addresses: &[contact_address::Model],
) -> Result<()> {
    if addresses.is_empty() {
        return Ok(());
    }
    let entry = Entry::new("suppression.added").about(person).with("reason", SuppressionReason::Erased);
    let rows = addresses.iter().map(|address| row(work, address, entry.id()));
    let columns =
        [suppression::Column::WorkspaceId, suppression::Column::Fingerprint, suppression::Column::Scope];
    let once = OnConflict::columns(columns).do_nothing().to_owned();
    let insert = suppression::Entity::insert_many(rows.collect::<Vec<_>>()).on_conflict(once);
    let added = insert.exec_without_returning(work.db()).await?;
    if added > 0 {
        work.record(entry.with("count", i64::try_from(added).unwrap_or(i64::MAX)));
    }
    Ok(())
}

fn row(work: &Work, address: &contact_address::Model, entry: EntryId) -> suppression::ActiveModel {
    suppression::ActiveModel {
        workspace_id: Set(work.workspace()),
        fingerprint: Set(address.fingerprint.clone()),
        scope: Set(EVERYTHING.to_owned()),
        reason: Set(SuppressionReason::Erased),
        at: Set(work.now()),
        entry_id: Set(entry),
    }
}
