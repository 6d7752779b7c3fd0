//! `loss_reason`: a reason for lost deals. A list, so that reports can count and no free text is needed.

use sea_orm::entity::prelude::*;

use crate::{LossReasonId, Relation, Time, WorkspaceId};

/// A row of `loss_reason`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "loss_reason")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its ID.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: LossReasonId,
    /// The reason in words.
    pub label: String,
    /// The folded label, unique in the workspace.
    pub label_key: String,
    /// When it was created.
    pub created_at: Time,
    /// Since when it is no longer offered.
    pub archived_at: Option<Time>,
}

crate::from_row!(Model { workspace_id, id, label, label_key, created_at, archived_at });

impl ActiveModelBehavior for ActiveModel {}
