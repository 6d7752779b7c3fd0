//! `duplicate_scan`: how far the search for duplicates has read a workspace's journal.

use sea_orm::entity::prelude::*;

use crate::{Relation, WorkspaceId};

/// A row of `duplicate_scan`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "duplicate_scan")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// The number of the last entry it read.
    pub seq: i64,
}

impl ActiveModelBehavior for ActiveModel {}
