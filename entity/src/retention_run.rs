//! `retention_run`: one run of the retention rules of a workspace, and how far it came.

use sea_orm::entity::prelude::*;

use crate::{EntryId, Relation, RetentionCause, RetentionRunId, Time, WorkspaceId};

/// A row of `retention_run`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "retention_run")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its ID.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RetentionRunId,
    /// Who began it.
    pub cause: RetentionCause,
    /// When it began: what had ended by then goes.
    pub started_at: Time,
    /// When it ended; none while it is under way.
    pub ended_at: Option<Time>,
    /// How far it came, as JSON; none at the beginning.
    pub cursor: Option<String>,
    /// The journal entry that recorded its beginning.
    pub entry_id: EntryId,
}

crate::from_row!(Model { workspace_id, id, cause, started_at, ended_at, cursor, entry_id });

impl ActiveModelBehavior for ActiveModel {}
