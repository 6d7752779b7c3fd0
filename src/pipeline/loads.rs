//! Pipelines, stages, deals and who has a part in them as other rooms and edges read them.

use entity::{DealId, LossReasonId, PipelineId, StageId, WorkspaceId, contact, deal, deal_contact, pipeline};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::{
    error::Result,
    platform::{
        keyset::count_of,
        loads::{loads_by_id, loads_of},
        query::{Query, columns_of},
    },
};

loads_by_id! {
    /// Pipelines by id.
    pipelines_by_id(PipelineId) -> pipeline;
    /// Stages by id.
    stages_by_id(StageId) -> stage;
    /// Reasons for loss by id.
    loss_reasons_by_id(LossReasonId) -> loss_reason;
    /// Deals by id.
    deals_by_id(DealId) -> deal;
}

loads_of! {
    /// Every stage of pipelines, in order.
    stages_of_pipelines(PipelineId) -> stage by pipeline_id, in order of "position, id";
    /// Every contact of deals, those there longest first.
    parties_of_deals(DealId) -> deal_contact by deal_id, in order of "added_at, contact_id";
    /// Every stay of deals, oldest first.
    stays_of_deals(DealId) -> deal_stage by deal_id, in order of "entered_at, id";
}

/// Every pipeline, in order, archived ones included.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn list_pipelines(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
) -> Result<Vec<pipeline::Model>> {
    let rows = pipeline::Entity::find()
        .filter(pipeline::Column::WorkspaceId.eq(workspace))
        .order_by_asc(pipeline::Column::Position)
        .order_by_asc(pipeline::Column::Id);
    Ok(rows.all(db).await?)
}

/// How many deals stand in a stage, archived ones left out.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn count_column(db: &impl ConnectionTrait, workspace: WorkspaceId, stage: StageId) -> Result<i64> {
    let standing = deal::Entity::find()
        .filter(deal::Column::WorkspaceId.eq(workspace))
        .filter(deal::Column::StageId.eq(stage))
        .filter(deal::Column::ArchivedAt.is_null());
    count_of(db, standing).await
}

/// What `parties_of_deals` reads, not grouped, and beside each who it is, in one statement.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn parties_with_contacts(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    deals: &[DealId],
) -> Result<Vec<(deal_contact::Model, Option<contact::Model>)>> {
    let mut query = Query::new("SELECT p.*, ");
    query.push(&columns_of::<contact::Model>("c"));
    query.push(" FROM deal_contact p JOIN contact c ON c.workspace_id = p.workspace_id AND c.id = p.contact_id WHERE p.workspace_id = ");
    query.bind(workspace).push(" AND ").among(db, "p.deal_id", deals.iter().copied());
    query.push(" ORDER BY p.added_at, p.contact_id");
    query.all_with(db, "c").await
}
