//! `pipeline`: a sales pipeline: ordered stages.

use sea_orm::entity::prelude::*;

use crate::{PipelineId, Relation, Time, WorkspaceId};

/// A row of `pipeline`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "pipeline")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its ID.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PipelineId,
    /// The name that staff gave it.
    pub name: String,
    /// ISO 4217 currency of its totals and of new deals.
    pub currency: String,
    /// Its position among the workspace's pipelines.
    pub position: i32,
    /// Counts changes, for optimistic concurrency.
    pub version: i32,
    /// When it was created.
    pub created_at: Time,
    /// When it was archived, which removes it from lists.
    pub archived_at: Option<Time>,
}

crate::from_row!(Model { workspace_id, id, name, currency, position, version, created_at, archived_at });

impl ActiveModelBehavior for ActiveModel {}
