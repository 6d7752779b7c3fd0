//! `job`: something that must happen after a commit. Written in the transaction that causes it; payloads hold ids only.

use sea_orm::entity::prelude::*;

use crate::{JobId, Time, WorkspaceId};

/// Something that must happen after a commit. Written in the transaction that causes it; payloads hold ids only.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "job")]
pub struct Model {
    /// Its id; the Message-ID of a mail is derived from it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: JobId,
    /// Whose; none for the instance's own.
    pub workspace_id: Option<WorkspaceId>,
    /// Which job.
    pub kind: String,
    /// JSON of ids.
    #[sea_orm(column_type = "Text")]
    pub payload: String,
    /// Smaller first.
    pub priority: i32,
    /// Not before.
    pub run_at: Time,
    /// How often it was begun.
    pub attempts: i32,
    /// Whose it is while it runs.
    pub lease: Option<String>,
    /// Until when.
    pub leased_until: Option<Time>,
    /// When it was put aside for a person to look at.
    pub parked_at: Option<Time>,
    /// Why: a code, never personal data.
    pub park_reason: Option<String>,
    /// At most one job with this key.
    pub dedupe_key: Option<String>,
    /// When it was queued.
    pub created_at: Time,
    /// When it was told to wait until `run_at`; a clock that was set back shows by it.
    pub waits_since: Option<Time>,
    /// Since when it runs; none while it does not.
    pub begun_at: Option<Time>,
}

impl ActiveModelBehavior for ActiveModel {}
