//! A column: the ordered deals of one stage. A deal is only added under the stage's lock, so two never get
//! the same rank.

use entity::{DealId, PipelineId, StageId, WorkspaceId, deal, stage};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::LockType,
};
use serde::{Deserialize, Serialize};

use super::rank;
use crate::{
    error::Result,
    platform::{outbox::Job, work::Work},
};

/// A position in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Above all others.
    Top,
    /// Below all others.
    Bottom,
    /// Directly below the first deal or, if that is no longer in the column, directly above the second.
    Beside(Option<DealId>, Option<DealId>),
}

/// Locks these stages in the order of their ids, so that two drags between the same columns cannot deadlock.
/// The lock still allows writing rows that reference a stage, but nobody else can add a deal to it.
pub(crate) async fn lock_stages(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    mut ids: Vec<StageId>,
) -> Result<Vec<stage::Model>> {
    ids.sort();
    ids.dedup();
    let mut stages = Vec::with_capacity(ids.len());
    for id in ids {
        stages.extend(stage::Entity::find_by_id((workspace, id)).lock(LockType::NoKeyUpdate).one(db).await?);
    }
    Ok(stages)
}

/// Locks a pipeline and all its stages, to change the pipeline's structure. Returns the stages in order.
pub(super) async fn lock_pipeline(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    id: PipelineId,
) -> Result<Option<(entity::pipeline::Model, Vec<stage::Model>)>> {
    let found =
        entity::pipeline::Entity::find_by_id((workspace, id)).lock(LockType::NoKeyUpdate).one(db).await?;
    let Some(pipeline) = found else { return Ok(None) };
    let mut stages = stage::Entity::find()
        .filter(stage::Column::WorkspaceId.eq(workspace))
        .filter(stage::Column::PipelineId.eq(id))
        .order_by_asc(stage::Column::Id)
        .lock(LockType::NoKeyUpdate)
        .all(db)
        .await?;
    stages.sort_by_key(|stage| (stage.position, stage.id));
    Ok(Some((pipeline, stages)))
}

/// The rank of a position in the column as it is now. Archived deals keep their positions. `own` is the deal
/// that moves, which cannot be its own neighbour. If both neighbours have left the column, a deal of this
/// column stays where it is, and one from another column goes to the top.
pub(crate) async fn rank_at(
    db: &impl ConnectionTrait,
    own: Option<&deal::Model>,
    workspace: WorkspaceId,
    stage: StageId,
    place: Place,
) -> Result<String> {
    let column = || {
        let column = deal::Entity::find()
            .filter(deal::Column::WorkspaceId.eq(workspace))
            .filter(deal::Column::StageId.eq(stage));
        match own {
            Some(own) => column.filter(deal::Column::Id.ne(own.id)),
            None => column,
        }
    };
    let next_to = async |deal: deal::Model, below: bool| -> Result<Option<String>> {
        let column = if below {
            column().filter(deal::Column::Rank.gt(deal.rank)).order_by_asc(deal::Column::Rank)
        } else {
            column().filter(deal::Column::Rank.lt(deal.rank)).order_by_desc(deal::Column::Rank)
        };
        Ok(column.one(db).await?.map(|deal| deal.rank))
    };
    let at_end = async |top: bool| -> Result<Option<String>> {
        let column = if top {
            column().order_by_asc(deal::Column::Rank)
        } else {
            column().order_by_desc(deal::Column::Rank)
        };
        Ok(column.one(db).await?.map(|deal| deal.rank))
    };
    let own_place = own.filter(|own| own.stage_id == stage).map(|own| own.rank.clone());
    let (above, below) = match place {
        Place::Top => (None, at_end(true).await?),
        Place::Bottom => (at_end(false).await?, None),
        Place::Beside(above, below) => {
            let above = match above {
                Some(id) => column().filter(deal::Column::Id.eq(id)).one(db).await?,
                None => None,
            };
            let below = match below {
                Some(id) if above.is_none() => column().filter(deal::Column::Id.eq(id)).one(db).await?,
                _ => None,
            };
            match (above, below, own_place.clone()) {
                (Some(above), _, _) => (Some(above.rank.clone()), next_to(above, true).await?),
                (None, Some(below), _) => (next_to(below.clone(), false).await?, Some(below.rank)),
                (None, None, Some(stays)) => return Ok(stays),
                (None, None, None) => (None, at_end(true).await?),
            }
        }
    };
    // It is already at this position.
    let stands = |rank: &String| {
        above.as_ref().is_none_or(|above| above < rank) && below.as_ref().is_none_or(|below| rank < below)
    };
    Ok(own_place.filter(stands).unwrap_or_else(|| rank::between(above.as_deref(), below.as_deref())))
}

/// Queues a rebalancing of the column when its ranks get long.
pub(super) fn watch_length(work: &mut Work, stage: StageId, rank: &str) -> Result<()> {
    if rank.len() > rank::LONGEST {
        let workspace = work.workspace();
        work.enqueue(&RebalanceColumn { workspace, stage })?;
    }
    Ok(())
}

/// Number of deals in a stage, archived ones included.
pub(super) async fn count_deals(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    stage: StageId,
) -> Result<i64> {
    let deals = deal::Entity::find()
        .filter(deal::Column::WorkspaceId.eq(workspace))
        .filter(deal::Column::StageId.eq(stage));
    Ok(i64::try_from(deals.count(db).await?).unwrap_or(i64::MAX))
}

/// The job, queued by a move.
#[derive(Debug, Serialize, Deserialize)]
pub struct RebalanceColumn {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The column's stage.
    pub stage: StageId,
}

impl Job for RebalanceColumn {
    const KIND: &'static str = "rebalance_column";
    const PRIORITY: i32 = 60;

    fn dedupe_key(&self) -> Option<String> {
        Some(format!("{}:{}", Self::KIND, self.stage))
    }
}
