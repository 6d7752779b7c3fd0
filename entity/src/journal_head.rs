//! `journal_head`: the number of a workspace's newest journal entry. A table of its own that nothing references.

use sea_orm::entity::prelude::*;

use crate::WorkspaceId;

/// The number of a workspace's newest journal entry. A table of its own that nothing references.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "journal_head")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// The newest entry's number; 0 before the first.
    pub seq: i64,
}

impl ActiveModelBehavior for ActiveModel {}
