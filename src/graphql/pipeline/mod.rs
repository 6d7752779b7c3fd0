//! Queries for pipelines, deals and the board in GraphQL. Types and mutations of this room are in the files
//! beside this one.

mod deal;
mod deal_inputs;
mod deal_mutations;
mod inputs;
pub mod list_deals;
mod live;
mod loaders;
mod money;
mod mutations;
mod types;

use async_graphql::{Context, ID, Object};
use entity::{DealId, PipelineId};

pub use self::{
    deal::*, deal_inputs::*, deal_mutations::DealsMutation, inputs::*, live::*, money::*,
    mutations::PipelineMutation, types::*,
};
use super::kit::{allowed, load, most, parse};
use crate::{
    accounts::Right,
    error::Result,
    journal::current_seq,
    pipeline::{list_loss_reasons, loads::list_pipelines},
    platform::graphql::{Nullable, nullable, page::MAX_PAGE},
};

/// Queries of this room.
#[derive(Default)]
pub struct PipelineQuery;

#[Object]
impl PipelineQuery {
    /// Every pipeline, in order. A workspace has only a few, so they are not paged.
    #[graphql(complexity = "1 + 2 * child_complexity")]
    async fn pipelines(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whether archived ones are shown too.", default)] include_archived: bool,
    ) -> Result<Vec<Pipeline>> {
        let (app, caller) = allowed(ctx, Right::ReadDeals)?;
        let rows = list_pipelines(app.db(), caller.workspace).await?;
        Ok(rows
            .into_iter()
            .filter(|row| include_archived || row.archived_at.is_none())
            .map(Pipeline)
            .collect())
    }

    /// A pipeline; null when there is none with this id.
    async fn pipeline(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The pipeline.")] id: ID,
    ) -> Nullable<Pipeline> {
        let outcome = async {
            allowed(ctx, Right::ReadDeals)?;
            match parse::<PipelineId>(&id) {
                Some(id) => Ok(load(ctx, id).await?.map(Pipeline)),
                None => Ok(None),
            }
        };
        nullable(outcome.await)
    }

    /// A pipeline's board: its columns with their totals and topmost deals, in a constant number of
    /// statements however many stages and deals there are. Null when there is no pipeline with this id.
    // The deals of all columns are loaded in one batch: sixteen of each cost as much as one field loaded
    // alone.
    #[graphql(
        complexity = "1 + per_stage.clamp(1, MAX_PAGE).unsigned_abs().div_ceil(16) as usize * child_complexity"
    )]
    async fn board(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The pipeline.")] pipeline_id: ID,
        #[graphql(desc = "How many deals of each column, from 1 to 100.")] per_stage: i32,
    ) -> Nullable<Board> {
        let outcome = async {
            let (app, caller) = allowed(ctx, Right::ReadDeals)?;
            most("perStage", per_stage)?;
            // Read before everything else, and only if selected.
            let position = if ctx.look_ahead().field("position").exists() {
                Some(current_seq(app.db(), caller.workspace).await?)
            } else {
                None
            };
            match parse::<PipelineId>(&pipeline_id) {
                Some(id) => Ok(load(ctx, id).await?.map(|pipeline| Board { pipeline, position, per_stage })),
                None => Ok(None),
            }
        };
        nullable(outcome.await)
    }

    /// The workspace's loss reasons, in alphabetical order.
    #[graphql(complexity = "1 + 5 * child_complexity")]
    async fn loss_reasons(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whether archived ones are shown too.", default)] include_archived: bool,
    ) -> Result<Vec<LossReason>> {
        let (app, caller) = allowed(ctx, Right::ReadDeals)?;
        let rows = list_loss_reasons(app.db(), caller.workspace).await?;
        Ok(rows
            .into_iter()
            .filter(|row| include_archived || row.archived_at.is_none())
            .map(LossReason)
            .collect())
    }

    /// A deal; null when there is none with this id.
    async fn deal(&self, ctx: &Context<'_>, #[graphql(desc = "The deal.")] id: ID) -> Nullable<Deal> {
        let outcome = async {
            allowed(ctx, Right::ReadDeals)?;
            match parse::<DealId>(&id) {
                Some(id) => Ok(load(ctx, id).await?.map(Deal)),
                None => Ok(None),
            }
        };
        nullable(outcome.await)
    }
}
