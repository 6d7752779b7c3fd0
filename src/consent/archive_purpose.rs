//! Archives and restores a purpose.

use entity::{PurposeId, Time, WorkspaceId, purpose};
use sea_orm::{ActiveValue::Set, EntityTrait, IntoActiveModel};

use super::load_purposes::lock_purpose;
use crate::{
    accounts::{Right, allow},
    app::App,
    error::Result,
    platform::{
        actor::Actor,
        work::{Entry, Work},
    },
};

/// Archives a purpose: nobody may be used for it any more. Idempotent.
///
/// # Errors
/// `NotFound` when there is no such purpose.
pub async fn archive_purpose(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: PurposeId,
) -> Result<purpose::Model> {
    allow(actor, Right::ManagePurposes)?;
    let mut work = app.begin(workspace, actor).await?;
    let row = lock_purpose(&work, id).await?;
    if row.archived_at.is_some() {
        return Ok(row);
    }
    let now = work.now();
    let row = set_archived(&mut work, row, Some(now)).await?;
    work.commit().await?;
    Ok(row)
}

/// Restores an archived purpose. Consents to it that were neither withdrawn nor expired apply again, as what
/// people agreed to has not changed. Idempotent.
///
/// # Errors
/// `NotFound` when there is no such purpose.
pub async fn restore_purpose(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: PurposeId,
) -> Result<purpose::Model> {
    allow(actor, Right::ManagePurposes)?;
    let mut work = app.begin(workspace, actor).await?;
    let row = lock_purpose(&work, id).await?;
    if row.archived_at.is_none() {
        return Ok(row);
    }
    let row = set_archived(&mut work, row, None).await?;
    work.commit().await?;
    Ok(row)
}

async fn set_archived(
    work: &mut Work,
    row: purpose::Model,
    archived_at: Option<Time>,
) -> Result<purpose::Model> {
    let changed = purpose::Model { archived_at, ..row.clone() };
    let mut update = row.into_active_model();
    update.archived_at = Set(archived_at);
    purpose::Entity::update(update).exec(work.db()).await?;
    work.record(
        Entry::new(if archived_at.is_some() { "purpose.archived" } else { "purpose.restored" })
            .on(changed.id),
    );
    Ok(changed)
}
