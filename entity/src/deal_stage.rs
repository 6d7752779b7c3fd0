//! `deal_stage`: a deal stood in a stage for a time: its history.

use sea_orm::entity::prelude::*;

use crate::{DealId, DealStageId, EntryId, StageId, Time, WorkspaceId};

/// A deal stood in a stage for a time: its history.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "deal_stage")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DealStageId,
    /// Which deal.
    pub deal_id: DealId,
    /// In which stage.
    pub stage_id: StageId,
    /// From.
    pub entered_at: Time,
    /// To; none while it stands there.
    pub left_at: Option<Time>,
    /// Who put it there.
    pub actor: String,
    /// The entry that recorded it.
    pub entry_id: EntryId,
}

crate::from_row!(Model { workspace_id, id, deal_id, stage_id, entered_at, left_at, actor, entry_id });

impl ActiveModelBehavior for ActiveModel {}
