//! `stage`: a stage of a pipeline.

use sea_orm::entity::prelude::*;

use crate::{PipelineId, Relation, StageId, StageKind, Time, WorkspaceId};

/// A row of `stage`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "stage")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its ID.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: StageId,
    /// The pipeline.
    pub pipeline_id: PipelineId,
    /// The name that staff gave it.
    pub name: String,
    /// Its position, from 0.
    pub position: i32,
    /// Whether its deals are open, won or lost.
    pub kind: StageKind,
    /// How likely its deals are won, in per cent, 0 to 100.
    pub probability: i32,
    /// When it was created.
    pub created_at: Time,
    /// Since when it accepts no deals.
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
