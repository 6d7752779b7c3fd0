//! `erasure_alias`: an id of an erased contact that had been merged into another before.

use sea_orm::entity::prelude::*;

use crate::{ContactId, ErasureId, Relation, WorkspaceId};

/// A row of `erasure_alias`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "erasure_alias")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// The ID that had been merged.
    #[sea_orm(primary_key, auto_increment = false)]
    pub old_id: ContactId,
    /// The erasure.
    pub erasure_id: ErasureId,
}

crate::from_row!(Model { workspace_id, old_id, erasure_id });

impl ActiveModelBehavior for ActiveModel {}
