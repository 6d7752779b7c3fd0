//! Dragging a deal: to another stage, another position in its column, or both. Of two concurrent drags,
//! neither is refused.
//!
//! The rule: the last drag decides the deal's position, and the history keeps both. Values are not touched,
//! and the version is not incremented, so a concurrent edit of the deal does not become stale. The position
//! is computed between the neighbours as they are when the drag arrives; if they have moved away, the deal
//! still goes to the target stage.

use entity::{DealId, LossReasonId, StageId, StageKind, WorkspaceId, deal, stage};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect,
    sea_query::LockType,
};

use super::{
    column::{Place, lock_stages, rank_at, watch_length},
    create_pipeline::{living, takes_deals},
    history, load_deal, load_pipeline, missing,
    parties::{self, standing},
    refuse,
};
use crate::{
    accounts::{Right, allow},
    app::App,
    error::{Error, Problem, ProblemCode, Result, gather},
    platform::{actor::Actor, once::once, work::Work},
};

/// A drag.
#[derive(Clone, Copy, Debug, serde::Serialize)]
pub struct Move {
    /// The deal.
    pub deal: DealId,
    /// The target stage.
    pub to: StageId,
    /// The deal directly above the position it was dropped at.
    pub after: Option<DealId>,
    /// The deal directly below.
    pub before: Option<DealId>,
    /// Why it is lost; required when the stage is of kind LOST.
    pub loss_reason: Option<LossReasonId>,
    /// The stage in which the user saw the deal.
    pub expected_stage: Option<StageId>,
}

/// Result of a drag.
pub struct Moved {
    /// The deal as it is now.
    pub deal: deal::Model,
    /// The stage that somebody else had moved it to since the user saw it; none = nobody did.
    pub overtaken: Option<StageId>,
}

/// Moves a deal.
///
/// # Errors
/// `Rejected` when the stage accepts no deals, a reason is missing, the deal is archived or named as its own
/// neighbour. Never because somebody else moved it.
pub async fn move_deal(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    key: Option<&str>,
    drag: Move,
) -> Result<Moved> {
    allow(actor, Right::WriteDeals)?;
    let mut work = app.begin(workspace, actor).await?;
    if once(&work, &app.vault, "moveDeal", key, &drag, &drag.deal.to_string()).await?.is_some() {
        return Ok(Moved { deal: load_deal(work.db(), workspace, drag.deal).await?, overtaken: None });
    }
    check_named(&work, &drag).await?;
    let seen = load_deal(work.db(), workspace, drag.deal).await?;
    let stages = lock_stages(work.db(), workspace, vec![seen.stage_id, drag.to]).await?;
    let mut problems = Vec::new();
    let to =
        gather(&mut problems, takes_deals(stages.iter().find(|stage| stage.id == drag.to), "toStageId"))?;
    // Somebody may have moved it while we waited. Then it leaves a stage whose lock we do not hold, which is
    // safe: only entering a column needs its lock.
    let row = deal::Entity::find_by_id((workspace, drag.deal))
        .lock(LockType::NoKeyUpdate)
        .one(work.db())
        .await?
        .ok_or(Error::NotFound)?;
    gather(&mut problems, standing(&row))?;
    let Some(to) = to else { return Err(Error::Rejected(problems)) };
    if to.pipeline_id != row.pipeline_id {
        gather(
            &mut problems,
            living(&load_pipeline(work.db(), workspace, to.pipeline_id).await?, "toStageId"),
        )?;
    }
    let from = kind_of_stage(&work, &stages, row.stage_id).await?;
    // Between two stages of lost deals, the reason is kept.
    let known = row.loss_reason_id.filter(|_| from == to.kind);
    let reason = gather(&mut problems, parties::check_reason(work.db(), &to, drag.loss_reason, known).await)?
        .flatten();
    refuse(problems)?;
    let place = if drag.after.is_none() && drag.before.is_none() {
        Place::Top
    } else {
        Place::Beside(drag.after, drag.before)
    };
    let rank = rank_at(work.db(), Some(&row), workspace, to.id, place).await?;
    let overtaken = drag.expected_stage.filter(|expected| *expected != row.stage_id).map(|_| row.stage_id);
    let deal = put(&mut work, row, from, &to, rank, reason).await?;
    work.commit().await?;
    Ok(Moved { deal, overtaken })
}

/// Deals and stages named by the drag must belong to this workspace; where the neighbours are now, and in
/// which order, does not matter. The deal cannot be its own neighbour.
async fn check_named(work: &Work, drag: &Move) -> Result<()> {
    let mut problems = Vec::new();
    for (field, id) in
        [("dealId", Some(drag.deal)), ("afterDealId", drag.after), ("beforeDealId", drag.before)]
    {
        if let Some(id) = id
            && deal::Entity::find_by_id((work.workspace(), id)).one(work.db()).await?.is_none()
        {
            problems.push(missing(field));
        }
    }
    for (field, id) in [("afterDealId", drag.after), ("beforeDealId", drag.before)] {
        if id == Some(drag.deal) {
            problems.push(Problem::new(
                ProblemCode::Invalid,
                field,
                "A deal is not its own neighbour: name the deal that stands beside the place.",
            ));
        }
    }
    if let Some(id) = drag.expected_stage
        && stage::Entity::find_by_id((work.workspace(), id)).one(work.db()).await?.is_none()
    {
        problems.push(missing("expectedStageId"));
    }
    if let Some(id) = drag.loss_reason {
        parties::check_reason_is_there(work.db(), work.workspace(), id, &mut problems).await?;
    }
    refuse(problems)
}

/// The kind of a deal's stage, which usually is one of the locked ones.
async fn kind_of_stage(work: &Work, locked: &[stage::Model], id: StageId) -> Result<StageKind> {
    if let Some(stage) = locked.iter().find(|stage| stage.id == id) {
        return Ok(stage.kind);
    }
    Ok(stage::Entity::find_by_id((work.workspace(), id)).one(work.db()).await?.ok_or(Error::NotFound)?.kind)
}

/// Stores the deal's position, and its closing time if the kind of stage changed. The caller holds the locks
/// of the stage and the deal.
async fn put(
    work: &mut Work,
    row: deal::Model,
    from_kind: StageKind,
    to: &stage::Model,
    rank: String,
    reason: Option<LossReasonId>,
) -> Result<deal::Model> {
    let comes = row.stage_id != to.id;
    if !comes && row.rank == rank && row.loss_reason_id == reason {
        return Ok(row);
    }
    let closed_at = match to.kind {
        StageKind::Open => None,
        kind if kind == from_kind => row.closed_at,
        _ => Some(work.now()),
    };
    let changed = deal::Model {
        pipeline_id: to.pipeline_id,
        stage_id: to.id,
        rank,
        stage_since: if comes { work.now() } else { row.stage_since },
        closed_at,
        loss_reason_id: reason,
        updated_at: work.now(),
        ..row.clone()
    };
    let (from, pipeline) = (row.stage_id, row.pipeline_id);
    let mut update = row.into_active_model();
    update.pipeline_id = Set(changed.pipeline_id);
    update.stage_id = Set(changed.stage_id);
    update.rank = Set(changed.rank.clone());
    update.stage_since = Set(changed.stage_since);
    update.closed_at = Set(changed.closed_at);
    update.loss_reason_id = Set(changed.loss_reason_id);
    update.updated_at = Set(changed.updated_at);
    deal::Entity::update(update).exec(work.db()).await?;
    let contacts = parties::contacts_of(work, changed.id).await?;
    let entry = parties::entry_on(kind_of(from_kind, to.kind), &changed, &contacts).with("fromStage", from);
    let entry = match reason {
        Some(reason) => entry.with("lossReason", reason),
        None => entry,
    };
    // For subscribers of the board that it leaves.
    let entry = if pipeline == changed.pipeline_id { entry } else { entry.with("fromPipeline", pipeline) };
    let entry = work.record(entry);
    if comes {
        history::leave(work, &[changed.id]).await?;
        history::enter(work, &[(changed.id, entry)], to.id).await?;
    }
    watch_length(work, to.id, &changed.rank)?;
    Ok(changed)
}

/// Kind of the journal entry for a move.
pub(super) fn kind_of(from: StageKind, to: StageKind) -> &'static str {
    match to {
        _ if from == to => "deal.moved",
        StageKind::Won => "deal.won",
        StageKind::Lost => "deal.lost",
        StageKind::Open => "deal.reopened",
    }
}

/// Deals of a stage, the topmost first, locked in the order of their ids.
pub(super) async fn lock_some(work: &Work, stage: StageId, most: u64) -> Result<Vec<deal::Model>> {
    use sea_orm::QueryOrder;
    let of_stage = || {
        deal::Entity::find()
            .filter(deal::Column::WorkspaceId.eq(work.workspace()))
            .filter(deal::Column::StageId.eq(stage))
    };
    let ids: Vec<DealId> = of_stage()
        .order_by_asc(deal::Column::Rank)
        .limit(most)
        .all(work.db())
        .await?
        .into_iter()
        .map(|deal| deal.id)
        .collect();
    let locked = of_stage()
        .filter(deal::Column::Id.is_in(ids))
        .order_by_asc(deal::Column::Id)
        .lock(LockType::NoKeyUpdate);
    let mut rows = locked.all(work.db()).await?;
    rows.sort_by(|a, b| a.rank.cmp(&b.rank));
    Ok(rows)
}
