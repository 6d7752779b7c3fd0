//! Pipelines, their stages and deals, and the activities around contacts, companies and deals.
//!
//! Words: pipeline (ordered stages), stage (OPEN, WON or LOST), column (the deals of a stage in the order
//! staff drag them into), rank (a deal's position in its column), loss reason. Locks are taken in one order:
//! pipeline, stages by id, then deals. Nothing here changes a contact, except that a lead routed by a form
//! gets its tags, through the contacts' room.

mod archive_deal;
mod archive_pipeline;
pub(crate) mod blank;
pub mod board;
mod change_stages;
pub(crate) mod column;
pub(crate) mod create_deal;
pub(crate) mod create_pipeline;
mod delete_stage;
mod history;
mod list_deals;
pub mod loads;
mod loss_reasons;
mod move_deal;
pub(crate) mod parties;
mod rank;
mod rebalance_column;
mod refold;
pub(crate) mod routing;
mod screen_title;
mod set_deal_contacts;
mod text;
mod update_deal;
mod update_pipeline;
mod upsert_deal;

pub use archive_deal::{archive_deal, restore_deal};
pub use archive_pipeline::{archive_pipeline, restore_pipeline};
pub use change_stages::{
    StageChange, archive_stage, create_stage, reorder_stages, restore_stage, update_stage,
};
pub use column::RebalanceColumn;
pub use create_deal::{NewDeal, create_deal};
pub use create_pipeline::{NewPipeline, NewStage, create_pipeline};
pub use delete_stage::{Emptied, delete_stage};
pub use history::seconds as history_seconds;
pub use list_deals::{DealCondition, DealList, DealOrder, DealsWanted, list_deals};
pub use loss_reasons::{
    archive_loss_reason, create_loss_reason, list_loss_reasons, rename_loss_reason, restore_loss_reason,
};
pub use move_deal::{Move, Moved, move_deal};
pub use parties::Party;
pub use rebalance_column::rebalance_column;
pub use refold::refold;
pub use routing::{OwnerRule, Route, Routing, freeze_routing};
pub use set_deal_contacts::set_deal_contacts;
pub use update_deal::{DealChange, update_deal};
pub use update_pipeline::{PipelineChange, update_pipeline};
pub use upsert_deal::upsert_deal;

use entity::{DealId, PipelineId, WorkspaceId, deal, pipeline};
use sea_orm::{ConnectionTrait, EntityTrait};

use crate::error::{Error, Problem, ProblemCode, Result};

/// Loads a pipeline.
///
/// # Errors
/// `NotFound`.
pub async fn load_pipeline(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    id: PipelineId,
) -> Result<pipeline::Model> {
    pipeline::Entity::find_by_id((workspace, id)).one(db).await?.ok_or(Error::NotFound)
}

/// Loads a deal.
///
/// # Errors
/// `NotFound`.
pub async fn load_deal(db: &impl ConnectionTrait, workspace: WorkspaceId, id: DealId) -> Result<deal::Model> {
    deal::Entity::find_by_id((workspace, id)).one(db).await?.ok_or(Error::NotFound)
}

/// The row named in the input does not exist, or is in another workspace: the two look alike.
fn missing(field: &str) -> Problem {
    Problem::no_such(field)
}

/// Fails with all problems found, if there are any.
fn refuse(problems: Vec<Problem>) -> Result<()> {
    if problems.is_empty() { Ok(()) } else { Err(Error::Rejected(problems)) }
}

/// The row was changed since it was read.
fn stale(what: &str) -> Problem {
    let message =
        format!("Somebody changed this {what} since you read it: read it again and repeat your change.");
    Problem::new(ProblemCode::Stale, "expectedVersion", message)
}
