//! What this room's types load together, one statement per question.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use entity::{DealId, LossReasonId, PipelineId, StageId, deal, deal_contact, deal_stage, stage};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::{
    accounts::graphql::{Load, LoadError, group, load_by_id},
    error::Result,
    pipeline::board::{self, ColumnKey, Sum},
    platform::graphql::PageRequest,
};

load_by_id! {
    pipeline by PipelineId;
    stage by StageId;
    loss_reason by LossReasonId;
    deal by DealId;
}

macro_rules! load_of {
    ($($(#[$doc:meta])* $key:ident($owner:ty) = $table:ident where $column:ident, $field:ident, in order of $($order:ident),+;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash)]
        pub(crate) struct $key(pub $owner);

        impl Loader<$key> for Load {
            type Value = Vec<$table::Model>;
            type Error = LoadError;

            async fn load(&self, keys: &[$key]) -> Result<HashMap<$key, Self::Value>, LoadError> {
                let rows = $table::Entity::find()
                    .filter($table::Column::WorkspaceId.eq(self.caller.workspace))
                    .filter(crate::platform::db::among(self.app.db(), $table::Column::$column, keys.iter().map(|key| key.0)))
                    $(.order_by_asc($table::Column::$order))+
                    .all(self.app.db())
                    .await?;
                Ok(group(rows, |row| $key(row.$field)))
            }
        }
    )*};
}

load_of! {
    /// Every stage of a pipeline, in order.
    StagesOf(PipelineId) = stage where PipelineId, pipeline_id, in order of Position, Id;
    /// Every contact of a deal, those there longest first.
    PartiesOf(DealId) = deal_contact where DealId, deal_id, in order of AddedAt, ContactId;
    /// Every stay of a deal, oldest first.
    StaysOf(DealId) = deal_stage where DealId, deal_id, in order of EnteredAt, Id;
}

/// Count and sums of a column.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct SumsOf(pub StageId);

impl Loader<SumsOf> for Load {
    type Value = Vec<Sum>;
    type Error = LoadError;

    async fn load(&self, keys: &[SumsOf]) -> Result<HashMap<SumsOf, Self::Value>, LoadError> {
        let stages: Vec<StageId> = keys.iter().map(|key| key.0).collect();
        let sums = board::sum_columns(self.app.db(), self.caller.workspace, &stages).await?;
        Ok(sums.into_iter().map(|(stage, sums)| (SumsOf(stage), sums)).collect())
    }
}

/// One page of a column.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct DealsOf {
    /// Which column.
    pub stage: StageId,
    /// Rows to ask for.
    pub limit: u64,
    /// Begin after.
    pub after: Option<ColumnKey>,
    /// End before.
    pub before: Option<ColumnKey>,
    /// From the end.
    pub backward: bool,
}

impl Loader<DealsOf> for Load {
    type Value = Vec<deal::Model>;
    type Error = LoadError;

    async fn load(&self, keys: &[DealsOf]) -> Result<HashMap<DealsOf, Self::Value>, LoadError> {
        let mut found = HashMap::with_capacity(keys.len());
        for (page, keys) in group(keys.to_vec(), |key| (key.limit, key.after.clone(), key.before.clone(), key.backward)) {
            let (limit, after, before, backward) = page;
            let request = PageRequest { limit, after, before, backward };
            let stages: Vec<StageId> = keys.iter().map(|key| key.stage).collect();
            let mut columns = board::page_columns(self.app.db(), self.caller.workspace, &stages, &request).await?;
            found.extend(keys.into_iter().filter_map(|key| Some((key.clone(), columns.remove(&key.stage)?))));
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
