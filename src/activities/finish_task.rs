//! Finishing a task and reopening it. Finishing it again keeps the first time.

use entity::{ActivityId, ActivityKind, Time, WorkspaceId, activity};
use sea_orm::{ActiveValue::Set, EntityTrait, IntoActiveModel};

use super::{
    activity_parts::{lock_activity, must_not_be_archived},
    note_activity::entry_about,
};
use crate::{
    accounts::{Right, allow},
    app::App,
    error::{Error, ProblemCode, Result},
    platform::actor::Actor,
};

/// Marks the task as done now.
///
/// # Errors
/// `NotFound`; `Rejected` when it is no task, or archived.
pub async fn finish_task(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: ActivityId,
) -> Result<activity::Model> {
    allow(actor, Right::WriteActivities)?;
    mark(app, workspace, actor, id, Some(app.now())).await
}

/// Reopens the task.
///
/// # Errors
/// `NotFound`; `Rejected` when it is no task, or archived.
pub async fn reopen_task(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: ActivityId,
) -> Result<activity::Model> {
    allow(actor, Right::WriteActivities)?;
    mark(app, workspace, actor, id, None).await
}

async fn mark(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: ActivityId,
    done_at: Option<Time>,
) -> Result<activity::Model> {
    let mut work = app.begin(workspace, actor).await?;
    let row = lock_activity(&work, id).await?;
    must_not_be_archived(&row)?;
    if row.kind != ActivityKind::Task {
        return Err(Error::rejected(
            ProblemCode::WrongState,
            "activityId",
            "Only tasks are finished: this is something that happened.",
        ));
    }
    if row.done_at.is_some() == done_at.is_some() {
        return Ok(row);
    }
    let version = row.version + 1;
    let mut update = row.into_active_model();
    update.done_at = Set(done_at);
    update.version = Set(version);
    update.updated_at = Set(work.now());
    let row = activity::Entity::update(update).exec(work.db()).await?;
    work.record(entry_about(if done_at.is_some() { "activity.finished" } else { "activity.reopened" }, &row));
    work.commit().await?;
    Ok(row)
}
