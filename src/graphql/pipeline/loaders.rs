//! Batch loading for this room's types, one statement per kind of key.

use std::collections::HashMap;

use async_graphql::{Context, dataloader::Loader};
use entity::{DealId, LossReasonId, PipelineId, StageId, deal};

use crate::{
    error::Result,
    graphql::kit::{
        Asks, Load, LoadError, asked, foresee, group, group_for, is_foreseen, keep, keep_rows, load_by_id,
        load_of,
    },
    pipeline::{
        board::{self, ColumnKey, Sum},
        loads::{
            deals_by_id, loss_reasons_by_id, parties_of_deals, parties_with_contacts, pipelines_by_id,
            stages_by_id, stages_of_pipelines, stays_of_deals,
        },
    },
    platform::lists::PageRequest,
};

load_by_id! {
    pipelines_by_id(PipelineId) -> pipeline;
    stages_by_id(StageId) -> stage;
    loss_reasons_by_id(LossReasonId) -> loss_reason;
    deals_by_id(DealId) -> deal;
}

load_of! {
    /// Every stage of a pipeline, in order.
    StagesOf(PipelineId) = stages_of_pipelines -> stage;
    /// Every contact of a deal, in the order they were added.
    PartiesOf(DealId) = parties_of_deals -> deal_contact;
    /// Every stay of a deal, oldest first.
    StaysOf(DealId) = stays_of_deals -> deal_stage;
}

/// Count and sums of a column.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct SumsOf(pub StageId);

impl Loader<SumsOf> for Load {
    type Value = Vec<Sum>;
    type Error = LoadError;

    async fn load(&self, keys: &[SumsOf]) -> Result<HashMap<SumsOf, Self::Value>, LoadError> {
        let stages: Vec<StageId> = keys.iter().map(|key| key.0).collect();
        let mut sums = board::sum_columns(self.app.db(), self.caller.workspace, &stages).await?;
        Ok(keys.iter().map(|key| (*key, sums.remove(&key.0).unwrap_or_default())).collect())
    }
}

/// One page of a column.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct DealsOf {
    /// The column's stage.
    pub stage: StageId,
    /// Number of rows to load.
    pub limit: u64,
    /// Only rows after this key.
    pub after: Option<ColumnKey>,
    /// Only rows before this key.
    pub before: Option<ColumnKey>,
    /// Page backwards from the end.
    pub backward: bool,
}

impl DealsOf {
    /// The page of a column that a request asks for.
    pub(crate) fn page(stage: StageId, request: &PageRequest<ColumnKey>) -> Self {
        Self {
            stage,
            limit: request.limit,
            after: request.after.clone(),
            before: request.before.clone(),
            backward: request.backward,
        }
    }
}

impl Loader<DealsOf> for Load {
    type Value = Vec<deal::Model>;
    type Error = LoadError;

    async fn load(&self, keys: &[DealsOf]) -> Result<HashMap<DealsOf, Self::Value>, LoadError> {
        let mut found = HashMap::with_capacity(keys.len());
        for (page, keys) in
            group(keys.to_vec(), |key| (key.limit, key.after.clone(), key.before.clone(), key.backward))
        {
            let (limit, after, before, backward) = page;
            let request = PageRequest { limit, after, before, backward };
            let stages: Vec<StageId> = keys.iter().map(|key| key.stage).collect();
            let mut columns =
                board::page_columns(self.app.db(), self.caller.workspace, &stages, &request).await?;
            for key in keys {
                let own = columns.remove(&key.stage).unwrap_or_default();
                found.insert(key, own);
            }
        }
        Ok(found)
    }
}

/// The deal directly above this one in its column.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct DealAbove(pub DealId);

impl Loader<DealAbove> for Load {
    type Value = deal::Model;
    type Error = LoadError;

    async fn load(&self, keys: &[DealAbove]) -> Result<HashMap<DealAbove, Self::Value>, LoadError> {
        let ids: Vec<DealId> = keys.iter().map(|key| key.0).collect();
        let above = board::deals_above(self.app.db(), self.caller.workspace, &ids).await?;
        Ok(above.into_iter().map(|(id, row)| (DealAbove(id), row)).collect())
    }
}

/// Prefetches what these deals' fields need.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub(crate) async fn foresee_of_deals<'a, I>(ctx: &Context<'_>, asks: &Asks<'_>, rows: I) -> Result<()>
where
    I: Iterator<Item = &'a deal::Model> + Clone,
{
    tokio::try_join!(
        foresee_parties(ctx, asks, rows.clone().map(|row| PartiesOf(row.id))),
        foresee(ctx, asks, &["company"], rows.clone().filter_map(|row| row.company_id)),
        foresee(ctx, asks, &["owner"], rows.clone().filter_map(|row| row.owner_id)),
        foresee(ctx, asks, &["stage"], rows.clone().map(|row| row.stage_id)),
        foresee(ctx, asks, &["pipeline"], rows.clone().map(|row| row.pipeline_id)),
    )?;
    Ok(())
}

/// The contacts of deals with their roles, in one statement.
async fn foresee_parties(
    ctx: &Context<'_>,
    asks: &Asks<'_>,
    deals: impl Iterator<Item = PartiesOf>,
) -> Result<()> {
    if !is_foreseen(ctx, &asks.under("contacts"), &["contact"])? {
        return foresee(ctx, asks, &["contacts"], deals).await;
    }
    let keys: Vec<PartiesOf> = deals.collect();
    if keys.is_empty() {
        return Ok(());
    }
    let (app, caller) = asked(ctx)?;
    let ids: Vec<DealId> = keys.iter().map(|key| key.0).collect();
    let rows = parties_with_contacts(app.db(), caller.workspace, &ids).await?;
    let (parties, contacts): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
    keep_rows(ctx, contacts.into_iter().flatten(), |contact| contact.id)?;
    keep(ctx, group_for(&keys, parties, |row| PartiesOf(row.deal_id)))
}
