//! `loss_reason`: why deals are lost: a list, so that reports can count and no free text is needed.

use sea_orm::entity::prelude::*;

use crate::{LossReasonId, Time, WorkspaceId};

/// Why deals are lost: a list, so that reports can count and no free text is needed.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "loss_reason")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: LossReasonId,
    /// In words.
    pub label: String,
    /// The label folded: unique in the workspace.
    pub label_key: String,
    /// When.
    pub created_at: Time,
    /// Since when it is not offered.
    pub archived_at: Option<Time>,
}

crate::from_row!(Model { workspace_id, id, label, label_key, created_at, archived_at });

impl ActiveModelBehavior for ActiveModel {}
