//! `job`: something that must happen after a commit. Inserted in the transaction that causes it; payloads
//! hold IDs only.

use sea_orm::entity::prelude::*;

use crate::{JobId, Relation, Time, WorkspaceId};

/// A row of `job`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "job")]
pub struct Model {
    /// Its ID, from which the Message-ID of a mail is derived.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: JobId,
    /// The owning workspace; none for the instance's own jobs.
    pub workspace_id: Option<WorkspaceId>,
    /// The kind of job.
    pub kind: String,
    /// JSON with IDs only.
    #[sea_orm(column_type = "Text")]
    pub payload: String,
    /// Smaller runs first.
    pub priority: i32,
    /// Not to run before this time.
    pub run_at: Time,
    /// Number of attempts that were started.
    pub attempts: i32,
    /// The worker that runs it.
    pub lease: Option<String>,
    /// When the lease ends.
    pub leased_until: Option<Time>,
    /// When it was parked for an operator to look at.
    pub parked_at: Option<Time>,
    /// Why it was parked: a code, never personal data.
    pub park_reason: Option<String>,
    /// At most one queued job has this key.
    pub dedupe_key: Option<String>,
    /// When it was queued.
    pub created_at: Time,
    /// When it was rescheduled to `run_at`; used to detect that the clock was set back.
    pub waits_since: Option<Time>,
    /// When the current attempt started; none while it does not run.
    pub begun_at: Option<Time>,
}

impl ActiveModelBehavior for ActiveModel {}
