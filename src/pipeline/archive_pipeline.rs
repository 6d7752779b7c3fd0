//! A pipeline is over: it leaves the lists and takes no more deals. Not while deals on it are open: somebody works on them.

use entity::{PipelineId, WorkspaceId, deal, pipeline};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};

use super::column::lock_pipeline;
use crate::{
    accounts::{Right, allow},
    app::App,
    error::{Error, ProblemCode, Result},
    platform::{actor::Actor, work::Entry},
};

/// Archives a pipeline. A second time changes nothing.
///
/// # Errors
/// `Rejected` while open deals stand on it.
pub async fn archive_pipeline(app: &App, workspace: WorkspaceId, actor: Actor, id: PipelineId) -> Result<pipeline::Model> {
    allow(actor, Right::ManagePipelines)?;
    let mut work = app.begin(workspace, actor).await?;
    // With its stages locked no deal comes in meanwhile.
    let (row, _) = lock_pipeline(work.db(), workspace, id).await?.ok_or(Error::NotFound)?;
    if row.archived_at.is_some() {
        return Ok(row);
    }
    let open = deal::Entity::find()
        .filter(deal::Column::WorkspaceId.eq(workspace))
        .filter(deal::Column::PipelineId.eq(id))
        .filter(deal::Column::ClosedAt.is_null())
        .filter(deal::Column::ArchivedAt.is_null());
    if open.one(work.db()).await?.is_some() {
        let message = "Open deals stand on this pipeline: win, lose, archive or move them first.";
        return Err(Error::rejected(ProblemCode::WrongState, "pipelineId", message));
    }
    let changed = pipeline::Model { archived_at: Some(work.now()), version: row.version + 1, ..row.clone() };
    let mut update = row.into_active_model();
    update.archived_at = Set(changed.archived_at);
    update.version = Set(changed.version);
    pipeline::Entity::update(update).exec(work.db()).await?;
    work.record(Entry::new("pipeline.archived").on(id));
    work.commit().await?;
    Ok(changed)
}
