//! Which stages a deal has been in and for how long: `deal_stage`, one row per stay. This file is its only
//! writer.

use entity::{DealId, DealStageId, EntryId, StageId, Time, WorkspaceId, deal_stage};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use crate::{error::Result, platform::work::Work};

/// The deals enter a stage.
pub(super) async fn enter(work: &Work, deals: &[(DealId, EntryId)], stage: StageId) -> Result<()> {
    if deals.is_empty() {
        return Ok(());
    }
    let rows = deals.iter().map(|(deal, entry)| deal_stage::ActiveModel {
        workspace_id: Set(work.workspace()),
        id: Set(DealStageId::new()),
        deal_id: Set(*deal),
        stage_id: Set(stage),
        entered_at: Set(work.now()),
        left_at: Set(None),
        actor: Set(work.actor().to_string()),
        entry_id: Set(*entry),
    });
    deal_stage::Entity::insert_many(rows).exec_without_returning(work.db()).await?;
    Ok(())
}

/// The deals leave their current stage.
pub(super) async fn leave(work: &Work, deals: &[DealId]) -> Result<()> {
    deal_stage::Entity::update_many()
        .col_expr(deal_stage::Column::LeftAt, Expr::value(Some(work.now())))
        .filter(deal_stage::Column::WorkspaceId.eq(work.workspace()))
        .filter(deal_stage::Column::DealId.is_in(deals.iter().copied()))
        .filter(deal_stage::Column::LeftAt.is_null())
        .exec(work.db())
        .await?;
    Ok(())
}

/// Whether any deal has ever been in this stage.
pub(super) async fn knows(work: &Work, workspace: WorkspaceId, stage: StageId) -> Result<bool> {
    let rows = deal_stage::Entity::find()
        .filter(deal_stage::Column::WorkspaceId.eq(workspace))
        .filter(deal_stage::Column::StageId.eq(stage));
    Ok(rows.one(work.db()).await?.is_some())
}

/// Duration of a stay, up to now if it lasts, in whole seconds.
#[must_use]
pub fn seconds(entered_at: Time, left_at: Option<Time>, now: Time) -> i64 {
    (left_at.unwrap_or(now) - entered_at).num_seconds().max(0)
}
