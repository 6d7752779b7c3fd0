//! `stage`: a place on a pipeline.

use sea_orm::entity::prelude::*;

use crate::{PipelineId, StageId, StageKind, Time, WorkspaceId};

/// A place on a pipeline.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "stage")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: StageId,
    /// Of which pipeline.
    pub pipeline_id: PipelineId,
    /// What staff call it.
    pub name: String,
    /// Its place, from 0.
    pub position: i32,
    /// Whether deals here are open, won or lost.
    pub kind: StageKind,
    /// Per cent, 0 to 100: how likely deals here are won.
    pub probability: i32,
    /// When.
    pub created_at: Time,
    /// Since when it takes no deals.
    pub archived_at: Option<Time>,
}

crate::from_row!(Model {
    workspace_id,
    id,
    pipeline_id,
    name,
    position,
    kind,
    probability,
    created_at,
    archived_at
});

impl ActiveModelBehavior for ActiveModel {}
