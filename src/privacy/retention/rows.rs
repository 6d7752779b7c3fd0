//! What retention rules end besides contacts: rows that are deleted by the set, in bounded batches.

use entity::{DataKeyId, KeyOwner, RetentionSubject, Time, WorkspaceId};
use sea_orm::{ConnectionTrait, Value, prelude::Uuid};

use crate::{
    error::Result,
    platform::{db::sql, query::Query, work::Work},
};

/// Rows per unit of work: some milliseconds.
pub const BATCH: u64 = 500;

/// Rows of a table that a rule ends. In the condition, `t` is the row, `$1` the workspace, and `$2` the
/// latest clock whose period is over.
struct Rows {
    table: &'static str,
    /// Its primary key after the workspace.
    key: &'static str,
    condition: &'static str,
    /// The owner of the key in `data_key_id` that seals these rows only, and goes with them.
    key_of: Option<KeyOwner>,
    /// Whether the clock is a day as text.
    by_day: bool,
}

const fn rows(table: &'static str, key: &'static str, condition: &'static str) -> Rows {
    Rows { table, key, condition, key_of: None, by_day: false }
}

const fn keyed(table: &'static str, owner: KeyOwner, condition: &'static str) -> Rows {
    Rows { key_of: Some(owner), ..rows(table, "id", condition) }
}

const SUBMISSIONS: &[Rows] = &[rows(
    "submission",
    "id",
    "t.sealed IS NULL AND t.received_at <= $2
        AND t.state IN ('ALREADY_KNOWN', 'DISCARDED', 'DECLINED', 'EXPIRED', 'BOUNCED')",
)];

/// An entry's evidence may prove several consents, so it stays until all of its contact's have ended.
const EVIDENCE: &[Rows] = &[rows(
    "evidence",
    "id",
    "t.contact_id IN (SELECT k.contact_id FROM consent k WHERE k.workspace_id = $1 AND k.state <> 'GIVEN' AND k.since <= $2)
        AND NOT EXISTS (SELECT 1 FROM consent k WHERE k.workspace_id = t.workspace_id AND k.contact_id = t.contact_id
            AND (k.state IN ('GIVEN', 'REQUESTED') OR k.since > $2))
        AND NOT EXISTS (SELECT 1 FROM basis b WHERE b.workspace_id = t.workspace_id AND b.contact_id = t.contact_id
            AND (b.until IS NULL OR b.until > $2))
        AND NOT EXISTS (SELECT 1 FROM journal j WHERE j.workspace_id = t.workspace_id AND j.id = t.entry_id AND j.at > $2)",
)];

const REQUESTS: &[Rows] = &[keyed(
    "request",
    KeyOwner::Request,
    "t.answered_at <= $2 AND t.state IN ('FULFILLED', 'REFUSED', 'CLOSED')",
)];

/// A contact whose mailbox it is would be written to again: as long as there is one, it stays.
const SUPPRESSIONS: &[Rows] = &[rows(
    "suppression",
    "fingerprint, scope",
    "t.at <= $2 AND NOT EXISTS (SELECT 1 FROM contact_address a WHERE a.workspace_id = t.workspace_id
        AND a.fingerprint = t.fingerprint)",
)];

/// A mail that was sealed proves something as long as its key is there.
const MAILS: &[Rows] = &[rows(
    "mail",
    "id",
    "t.contact_id IS NULL AND t.at <= $2 AND NOT EXISTS (SELECT 1 FROM data_key d
        WHERE d.workspace_id = t.workspace_id AND d.id = t.data_key_id)",
)];

const USAGE: &[Rows] = &[
    rows("session", "id", "COALESCE(t.ended_at, t.expires_at) <= $2"),
    Rows { by_day: true, ..rows("form_caught", "form_id, day, reason", "t.day < $2") },
];

const BREACHES: &[Rows] = &[keyed("breach", KeyOwner::Breach, "t.closed_at <= $2")];

fn rows_of(subject: RetentionSubject) -> &'static [Rows] {
    match subject {
        RetentionSubject::Contacts => &[],
        RetentionSubject::Submissions => SUBMISSIONS,
        RetentionSubject::Evidence => EVIDENCE,
        RetentionSubject::Requests => REQUESTS,
        RetentionSubject::Suppressions => SUPPRESSIONS,
        RetentionSubject::Mails => MAILS,
        RetentionSubject::Usage => USAGE,
        RetentionSubject::Breaches => BREACHES,
    }
}

/// The tables whose rows a subject's rule ends.
pub fn tables_of(subject: RetentionSubject) -> impl Iterator<Item = &'static str> {
    rows_of(subject).iter().map(|rows| rows.table)
}

impl Rows {
    fn values(&self, workspace: WorkspaceId, cutoff: Time) -> [Value; 2] {
        let clock =
            if self.by_day { cutoff.format("%Y-%m-%d").to_string().into() } else { Value::from(cutoff) };
        [workspace.into(), clock]
    }

    fn select(&self, what: &str) -> String {
        format!("SELECT {what} FROM {} t WHERE t.workspace_id = $1 AND {}", self.table, self.condition)
    }
}

/// How many rows a subject's rule would end.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn count_rows(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    subject: RetentionSubject,
    cutoff: Time,
) -> Result<i64> {
    let mut count = 0;
    for rows in rows_of(subject) {
        let statement = sql(db, &rows.select("count(*) AS n"), rows.values(workspace, cutoff));
        let row = db.query_one_raw(statement).await?;
        count += row.map(|row| row.try_get::<i64>("", "n")).transpose()?.unwrap_or_default();
    }
    Ok(count)
}

/// Deletes a batch of them. Returns how many, and whether there may be more.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn delete_rows(work: &Work, subject: RetentionSubject, cutoff: Time) -> Result<(u64, bool)> {
    let (mut deleted, mut more) = (0, false);
    for rows in rows_of(subject) {
        let count = match rows.key_of {
            Some(owner) => delete_keyed(work, rows, owner, cutoff).await?,
            None => delete(work, rows, cutoff).await?,
        };
        deleted += count;
        more |= count >= BATCH;
    }
    Ok((deleted, more))
}

async fn delete(work: &Work, rows: &Rows, cutoff: Time) -> Result<u64> {
    let Rows { table, key, .. } = rows;
    let theirs = key.split(", ").map(|column| format!("t.{column}")).collect::<Vec<_>>().join(", ");
    let chosen = rows.select(&theirs);
    let text = format!("DELETE FROM {table} WHERE workspace_id = $1 AND ({key}) IN ({chosen} LIMIT {BATCH})");
    let statement = sql(work.db(), &text, rows.values(work.workspace(), cutoff));
    let deleted = work.db().execute_raw(statement).await?.rows_affected();
    if *table == "evidence" && deleted > 0 {
        work.destroys();
    }
    Ok(deleted)
}

/// Deletes rows and the keys that sealed nothing but them.
async fn delete_keyed(work: &Work, rows: &Rows, owner: KeyOwner, cutoff: Time) -> Result<u64> {
    let (db, workspace, table) = (work.db(), work.workspace(), rows.table);
    let text = format!("{} LIMIT {BATCH}", rows.select("t.id AS id, t.data_key_id AS data_key_id"));
    let found = db.query_all_raw(sql(db, &text, rows.values(workspace, cutoff))).await?;
    let mut ids: Vec<Uuid> = Vec::with_capacity(found.len());
    let mut keys: Vec<DataKeyId> = Vec::with_capacity(found.len());
    for row in &found {
        ids.push(row.try_get("", "id")?);
        keys.push(row.try_get("", "data_key_id")?);
    }
    if ids.is_empty() {
        return Ok(0);
    }
    let mut query = Query::new(&format!("DELETE FROM {table} WHERE workspace_id = "));
    query.bind(workspace).push(" AND ").is_any("id", ids);
    let deleted = db.execute_raw(query.statement(db)).await?.rows_affected();
    let mut query = Query::new("DELETE FROM data_key WHERE workspace_id = ");
    query.bind(workspace).push(" AND owner_kind = ").bind(owner).push(" AND ").is_any("id", keys);
    query.push(&format!(
        " AND NOT EXISTS (SELECT 1 FROM {table} x WHERE x.workspace_id = data_key.workspace_id AND x.data_key_id = data_key.id)"
    ));
    db.execute_raw(query.statement(db)).await?;
    work.destroys();
    Ok(deleted)
}
