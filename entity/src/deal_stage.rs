//! `deal_stage`: a period in which a deal was in a stage: the deal's history.

use sea_orm::entity::prelude::*;

use crate::{DealId, DealStageId, EntryId, Relation, StageId, Time, WorkspaceId};

/// A row of `deal_stage`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "deal_stage")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its ID.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DealStageId,
    /// The deal.
    pub deal_id: DealId,
    /// The stage.
    pub stage_id: StageId,
    /// When the deal entered the stage.
    pub entered_at: Time,
    /// When it left the stage; none while it is there.
    pub left_at: Option<Time>,
    /// The actor who moved it there.
    pub actor: String,
    /// The journal entry that recorded it.
    pub entry_id: EntryId,
}

crate::from_row!(Model { workspace_id, id, deal_id, stage_id, entered_at, left_at, actor, entry_id });

impl ActiveModelBehavior for ActiveModel {}
