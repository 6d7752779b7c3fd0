//! Archiving and restoring activities. Nothing is deleted: an activity logged by mistake is archived.

use entity::{ActivityId, Time, WorkspaceId, activity};
use sea_orm::{ActiveValue::Set, EntityTrait, IntoActiveModel};

use super::{
    activity_parts::{lock_activity, must_not_be_about_a_locked_card},
    note_activity::entry_about,
};
use crate::{
    accounts::{Right, allow},
    app::App,
    error::Result,
    platform::actor::Actor,
};

/// Removes an activity from lists and timelines. Repeating it changes nothing.
///
/// # Errors
/// `NotFound`.
pub async fn archive_activity(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: ActivityId,
) -> Result<activity::Model> {
    allow(actor, Right::WriteActivities)?;
    mark(app, workspace, actor, id, Some(app.now())).await
}

/// Restores an archived activity. Repeating it changes nothing.
///
/// # Errors
/// `NotFound`.
pub async fn restore_activity(
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
    archived_at: Option<Time>,
) -> Result<activity::Model> {
    let mut work = app.begin(workspace, actor).await?;
    let row = lock_activity(&work, id).await?;
    if row.archived_at.is_some() == archived_at.is_some() {
        return Ok(row);
    }
    must_not_be_about_a_locked_card(&work, &row).await?;
    let version = row.version + 1;
    let mut update = row.into_active_model();
    update.archived_at = Set(archived_at);
    update.version = Set(version);
    update.updated_at = Set(work.now());
    let row = activity::Entity::update(update).exec(work.db()).await?;
    work.record(entry_about(
        if archived_at.is_some() { "activity.archived" } else { "activity.restored" },
        &row,
    ));
    work.commit().await?;
    Ok(row)
}
