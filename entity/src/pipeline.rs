//! `pipeline`: a way that deals go, stage by stage.

use sea_orm::entity::prelude::*;

use crate::{PipelineId, Time, WorkspaceId};

/// A sales pipeline, stage by stage.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "pipeline")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PipelineId,
    /// What staff call it.
    pub name: String,
    /// ISO 4217: what its totals and new deals are in.
    pub currency: String,
    /// Its place among the workspace's pipelines.
    pub position: i32,
    /// Counts changes, for optimistic concurrency.
    pub version: i32,
    /// When.
    pub created_at: Time,
    /// Since when it is out of the lists.
    pub archived_at: Option<Time>,
}

crate::from_row!(Model { workspace_id, id, name, currency, position, version, created_at, archived_at });

impl ActiveModelBehavior for ActiveModel {}
