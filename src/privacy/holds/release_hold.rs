//! Releasing a hold before its end.

use entity::{HoldId, WorkspaceId, hold};
use sea_orm::{ActiveValue::Set, EntityTrait, IntoActiveModel, QuerySelect};

use crate::{
    accounts::{Right, allow},
    app::App,
    error::{Error, Result},
    platform::{actor::Actor, work::Entry},
};

/// Releases a hold; whatever else is due for its contact goes its way again. Twice is as once, and one that
/// is over stays as it is.
///
/// # Errors
/// `NotFound` when there is no such hold.
pub async fn release_hold(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: HoldId,
) -> Result<hold::Model> {
    allow(actor, Right::ManageHolds)?;
    let mut work = app.begin(workspace, actor).await?;
    let select = hold::Entity::find_by_id((workspace, id)).lock_exclusive();
    let row = select.one(work.db()).await?.ok_or(Error::NotFound)?;
    if row.released_at.is_some() || row.until <= work.now() {
        return Ok(row);
    }
    let contact = row.contact_id;
    let mut update = row.into_active_model();
    update.released_at = Set(Some(work.now()));
    let row = hold::Entity::update(update).exec(work.db()).await?;
    work.record(Entry::new("hold.released").about(contact).on(id));
    work.commit().await?;
    Ok(row)
}
