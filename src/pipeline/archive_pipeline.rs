//! Archiving a pipeline, which leaves the lists and accepts no more deals, and restoring it. Refused while it
//! has open deals, because somebody is working on them.

use entity::{PipelineId, Time, WorkspaceId, deal, pipeline};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};

use super::column::lock_pipeline;
use crate::{
    accounts::{Right, allow},
    app::App,
    error::{Error, ProblemCode, Result},
    platform::{
        actor::Actor,
        work::{Entry, Work},
    },
};

/// Archives a pipeline. Repeating it changes nothing.
///
/// # Errors
/// `Rejected` while it has open deals.
pub async fn archive_pipeline(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: PipelineId,
) -> Result<pipeline::Model> {
    allow(actor, Right::ManagePipelines)?;
    let mut work = app.begin(workspace, actor).await?;
    // While its stages are locked, no deal can be added.
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
    let now = work.now();
    let row = write(&mut work, row, Some(now), "pipeline.archived").await?;
    work.commit().await?;
    Ok(row)
}

/// Restores an archived pipeline with its stages and deals. Repeating it changes nothing.
///
/// # Errors
/// `NotFound`.
pub async fn restore_pipeline(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: PipelineId,
) -> Result<pipeline::Model> {
    allow(actor, Right::ManagePipelines)?;
    let mut work = app.begin(workspace, actor).await?;
    let (row, _) = lock_pipeline(work.db(), workspace, id).await?.ok_or(Error::NotFound)?;
    if row.archived_at.is_none() {
        return Ok(row);
    }
    let row = write(&mut work, row, None, "pipeline.restored").await?;
    work.commit().await?;
    Ok(row)
}

async fn write(
    work: &mut Work,
    row: pipeline::Model,
    archived_at: Option<Time>,
    kind: &'static str,
) -> Result<pipeline::Model> {
    let changed = pipeline::Model { archived_at, version: row.version + 1, ..row.clone() };
    let mut update = row.into_active_model();
    update.archived_at = Set(changed.archived_at);
    update.version = Set(changed.version);
    pipeline::Entity::update(update).exec(work.db()).await?;
    work.record(Entry::new(kind).on(changed.id));
    Ok(changed)
}
