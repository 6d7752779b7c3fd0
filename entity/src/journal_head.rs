//! `journal_head`: the number of a workspace's newest journal entry. A separate table that no foreign key
//! references: a counter in the row that all foreign keys reference was measured to be four times slower.

use sea_orm::entity::prelude::*;

use crate::{Relation, WorkspaceId};

/// A row of `journal_head`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "journal_head")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// The newest entry's number; 0 before the first.
    pub seq: i64,
}

impl ActiveModelBehavior for ActiveModel {}
