//! The bare minimum: prepared statements in one transaction, through sqlx, on the same pool that Accord uses.
//! No validation, encryption, signing, mail or page.

use std::{fmt::Write, sync::LazyLock};

use accord::app::App;
use entity::{JobId, Time, job, journal};
use sea_orm::sqlx::{self, PgPool, SqlitePool};
use uuid::Uuid;

/// A bound value of a statement.
#[derive(Clone, Debug)]
pub enum Bind {
    Id(Uuid),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
    Time(Option<Time>),
    Int(i32),
    Big(i64),
    Bool(bool),
}

/// A statement and its values.
pub type Statement = (&'static str, Vec<Bind>);

/// The pool that Accord uses.
#[derive(Clone, Debug)]
pub enum Bare {
    Postgres(PgPool),
    /// The pool of SQLite's single writer.
    Sqlite(SqlitePool),
}

macro_rules! execute {
    ($transaction:expr, $statements:expr) => {{
        let mut transaction = $transaction;
        for (text, values) in $statements {
            let mut query = sqlx::query(text);
            for value in values {
                query = match value {
                    Bind::Id(id) => query.bind(id),
                    Bind::Text(text) => query.bind(text),
                    Bind::Bytes(bytes) => query.bind(bytes),
                    Bind::Time(time) => query.bind(time),
                    Bind::Int(number) => query.bind(number),
                    Bind::Big(number) => query.bind(number),
                    Bind::Bool(yes) => query.bind(yes),
                };
            }
            let done = query.execute(&mut *transaction).await?;
            anyhow::ensure!(done.rows_affected() > 0, "a bare statement wrote nothing: {text}");
        }
        transaction.commit().await?;
    }};
}

impl Bare {
    /// Uses the app's pool.
    pub fn of(app: &App) -> Self {
        let pool = app.ledger.db.for_migrations();
        if app.ledger.db.is_embedded() {
            Self::Sqlite(pool.get_sqlite_connection_pool().clone())
        } else {
            Self::Postgres(pool.get_postgres_connection_pool().clone())
        }
    }

    /// Runs statements in one durable transaction.
    pub async fn commit(&self, statements: Vec<Statement>) -> anyhow::Result<()> {
        match self {
            Self::Postgres(pool) => execute!(pool.begin().await?, statements),
            Self::Sqlite(pool) => execute!(pool.begin_with("BEGIN IMMEDIATE").await?, statements),
        }
        Ok(())
    }

    /// Increments the counter and appends these entries: in one statement where the database allows it.
    pub fn journal(&self, entries: &[journal::Model]) -> Vec<Statement> {
        let Some(first) = entries.first() else { return Vec::new() };
        let head =
            vec![Bind::Id(first.workspace_id.0), Bind::Big(i64::try_from(entries.len()).unwrap_or_default())];
        let mut values = head.clone();
        for entry in entries {
            values.extend([
                Bind::Id(entity::EntryId::new().0),
                Bind::Time(Some(entry.at)),
                Bind::Text(Some(entry.kind.clone())),
                Bind::Text(Some(entry.actor.clone())),
                Bind::Text(entry.subject.clone()),
                Bind::Text(entry.object.clone()),
                Bind::Text(Some(entry.bytes.clone())),
                Bind::Bytes(entry.commitment.clone()),
                Bind::Bytes(Some(entry.leaf_hash.clone())),
            ]);
        }
        match self {
            Self::Postgres(_) => vec![(APPEND_TOGETHER[entries.len() - 1].as_str(), values)],
            Self::Sqlite(_) => {
                vec![
                    ("UPDATE journal_head SET seq = seq + $2 WHERE workspace_id = $1", head),
                    (APPEND_AFTER[entries.len() - 1].as_str(), values),
                ]
            }
        }
    }
}

/// A job with a payload of the same size, of a kind that no runner knows.
pub fn job(sample: &job::Model) -> Statement {
    let text = "INSERT INTO job (id, workspace_id, kind, payload, priority, run_at, attempts, lease, leased_until, parked_at, park_reason, dedupe_key, created_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    let values = vec![
        Bind::Id(JobId::new().0),
        Bind::Id(sample.workspace_id.unwrap_or_else(entity::WorkspaceId::new).0),
        Bind::Text(Some(BARE_JOB.to_owned())),
        Bind::Text(Some(sample.payload.clone())),
        Bind::Int(sample.priority),
        Bind::Time(Some(sample.run_at)),
        Bind::Int(0),
        Bind::Text(None),
        Bind::Time(None),
        Bind::Time(None),
        Bind::Text(None),
        Bind::Text(None),
        Bind::Time(Some(sample.created_at)),
    ];
    (text, values)
}

/// The kind of the reference's jobs, so that they can be removed from the queue.
pub const BARE_JOB: &str = "bench_bare_job_";

const COLUMNS: &str = "workspace_id, seq, id, at, kind, actor, subject, object, bytes, commitment, leaf_hash";
const MOST_ENTRIES: usize = 4;

static APPEND_TOGETHER: LazyLock<Vec<String>> = LazyLock::new(|| {
    texts(|rows, position, p| {
        let types = ["uuid", "timestamptz", "text", "text", "text", "text", "text", "bytea", "bytea"];
        let cells: Vec<String> = types.iter().enumerate().map(|(offset, kind)| format!("${}::{kind}", p + offset)).collect();
        let _ = write!(rows, "({position}, {})", cells.join(", "));
    })
    .map(|rows| {
        format!(
            "WITH head AS (UPDATE journal_head SET seq = seq + $2 WHERE workspace_id = $1 RETURNING seq) INSERT INTO journal ({COLUMNS}) \
             SELECT $1, head.seq - $2 + e.position, e.id, e.at, e.kind, e.actor, e.subject, e.object, e.bytes, e.commitment, e.leaf_hash \
             FROM head, (VALUES {rows}) AS e (position, id, at, kind, actor, subject, object, bytes, commitment, leaf_hash)"
        )
    })
    .collect()
});

static APPEND_AFTER: LazyLock<Vec<String>> = LazyLock::new(|| {
    texts(|rows, position, p| {
        let cells: Vec<String> = (0..9).map(|offset| format!("${}", p + offset)).collect();
        let _ = write!(
            rows,
            "($1, (SELECT seq FROM journal_head WHERE workspace_id = $1) - $2 + {position}, {})",
            cells.join(", ")
        );
    })
    .map(|rows| format!("INSERT INTO journal ({COLUMNS}) VALUES {rows}"))
    .collect()
});

/// The rows of VALUES for one entry, for two, and so on.
fn texts(row: impl Fn(&mut String, usize, usize)) -> impl Iterator<Item = String> {
    (1..=MOST_ENTRIES).map(move |count| {
        let mut rows = String::new();
        for position in 1..=count {
            if position > 1 {
                rows.push_str(", ");
            }
            row(&mut rows, position, 3 + (position - 1) * 9);
        }
        rows
    })
}
