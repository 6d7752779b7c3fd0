//! `duplicate_scan`: how far the search for duplicates has read the journal of a workspace.

use sea_orm::entity::prelude::*;

use crate::WorkspaceId;

/// How far the search for duplicates has read the journal of a workspace.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "duplicate_scan")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// The number of the last entry it looked at.
    pub seq: i64,
}

impl ActiveModelBehavior for ActiveModel {}
