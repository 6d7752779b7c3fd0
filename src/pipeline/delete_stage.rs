//! Deleting a stage. Its deals are never lost: either the deletion is refused while there are any, or they
//! move to another stage in the same operation, in batches with a unit of work each. The stage is archived
//! from the first batch on, and stays on the board until its last deal has left. If the operation is
//! interrupted between two batches, repeating it continues where it stopped.

use entity::{DealId, EntryId, StageId, WorkspaceId, deal, pipeline, stage};
use sea_orm::{ActiveValue::Set, EntityTrait, IntoActiveModel};

use super::{
    change_stages::{Changing, begin},
    column::{Place, count_deals, lock_stages, rank_at, watch_length},
    create_pipeline::takes_deals,
    history,
    move_deal::{kind_of, lock_some},
    parties,
};
use crate::{
    accounts::{Right, allow},
    app::App,
    error::{Error, ProblemCode, Result},
    platform::{actor::Actor, work::Entry},
};

/// Number of deals per unit of work.
const BATCH: u64 = 100;

/// Result of deleting a stage.
pub struct Emptied {
    /// Its pipeline as it is now.
    pub pipeline: pipeline::Model,
    /// Number of deals moved, archived ones included.
    pub moved: i64,
}

/// Deletes a stage. If it ever had deals, it is kept as archived for their history.
///
/// # Errors
/// `Rejected` while it has deals and no other stage is named for them, and for the only stage of its kind.
pub async fn delete_stage(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: StageId,
    to: Option<StageId>,
) -> Result<Emptied> {
    allow(actor, Right::ManagePipelines)?;
    let (mut changing, row) = begin(app, workspace, actor, id).await?;
    changing.can_spare(&row)?;
    let target = match to {
        None => None,
        Some(to) => Some(target(&changing, &row, to)?),
    };
    let count = count_deals(changing.work.db(), workspace, id).await?;
    if count == 0 {
        return Ok(Emptied { pipeline: remove(changing, row).await?, moved: 0 });
    }
    let Some(target) = target else {
        let message = format!(
            "Deals stand in this stage ({count}, archived ones included): say where they go, or move them first."
        );
        return Err(Error::rejected(ProblemCode::WrongState, "moveDealsToStageId", message));
    };
    if row.archived_at.is_none() {
        let mut update = row.clone().into_active_model();
        update.archived_at = Set(Some(changing.work.now()));
        stage::Entity::update(update).exec(changing.work.db()).await?;
        changing.work.record(Entry::new("stage.archived").on(id).with("pipeline", row.pipeline_id));
        changing.commit().await?;
    } else {
        drop(changing);
    }
    let mut moved = 0;
    loop {
        let batch = move_batch(app, workspace, actor, &row, target.id).await?;
        if batch == 0 {
            break;
        }
        moved += batch;
    }
    let (changing, row) = begin(app, workspace, actor, id).await?;
    Ok(Emptied { pipeline: remove(changing, row).await?, moved })
}

/// The stage that the deals move to: of the same pipeline and kind, so that the move neither wins, loses nor
/// reopens a deal.
fn target(changing: &Changing, row: &stage::Model, to: StageId) -> Result<stage::Model> {
    let field = "moveDealsToStageId";
    let found = takes_deals(changing.stages.iter().find(|stage| stage.id == to), field)?;
    if to == row.id || found.kind != row.kind {
        let message =
            "Name another stage of the same kind: deleting a stage does not win, lose or reopen deals.";
        return Err(Error::rejected(ProblemCode::Invalid, field, message));
    }
    Ok(found)
}

/// Moves one batch: deals keep their order, below those already there. Returns how many moved.
async fn move_batch(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    from: &stage::Model,
    to: StageId,
) -> Result<i64> {
    let mut work = app.begin(workspace, actor).await?;
    let stages = lock_stages(work.db(), workspace, vec![from.id, to]).await?;
    let target = takes_deals(stages.iter().find(|stage| stage.id == to), "moveDealsToStageId")?;
    let deals = lock_some(&work, from.id, BATCH).await?;
    let Some(first) = deals.first() else { return Ok(0) };
    let mut rank = rank_at(work.db(), Some(first), workspace, to, Place::Bottom).await?;
    let ids: Vec<DealId> = deals.iter().map(|deal| deal.id).collect();
    let mut entered: Vec<(DealId, EntryId)> = Vec::with_capacity(deals.len());
    for row in deals {
        let changed = deal::Model {
            stage_id: to,
            rank: rank.clone(),
            stage_since: work.now(),
            updated_at: work.now(),
            ..row.clone()
        };
        rank = super::rank::between(Some(&rank), None);
        let mut update = row.into_active_model();
        update.stage_id = Set(changed.stage_id);
        update.rank = Set(changed.rank.clone());
        update.stage_since = Set(changed.stage_since);
        update.updated_at = Set(changed.updated_at);
        deal::Entity::update(update).exec(work.db()).await?;
        let entry =
            parties::entry_on(kind_of(from.kind, target.kind), &changed, &std::collections::BTreeMap::new())
                .with("fromStage", from.id);
        entered.push((changed.id, work.record(entry.with("because", "stage_deleted"))));
    }
    history::leave(&work, &ids).await?;
    history::enter(&work, &entered, to).await?;
    watch_length(&mut work, to, &rank)?;
    let count = i64::try_from(ids.len()).unwrap_or(i64::MAX);
    work.commit().await?;
    Ok(count)
}

/// Deletes the empty stage, or keeps it archived if the history references it.
async fn remove(mut changing: Changing, row: stage::Model) -> Result<pipeline::Model> {
    let (workspace, id) = (row.workspace_id, row.id);
    if history::knows(&changing.work, workspace, id).await? {
        if row.archived_at.is_none() {
            let mut update = row.clone().into_active_model();
            update.archived_at = Set(Some(changing.work.now()));
            stage::Entity::update(update).exec(changing.work.db()).await?;
        }
    } else {
        stage::Entity::delete_by_id((workspace, id)).exec(changing.work.db()).await?;
    }
    changing.work.record(Entry::new("stage.deleted").on(id).with("pipeline", row.pipeline_id));
    changing.commit().await
}
