//! Archiving deals, which leave the board and the lists, and restoring them to their previous position.

use entity::{DealId, EntityKind, Time, WorkspaceId, deal};
use sea_orm::{ActiveValue::Set, EntityTrait, IntoActiveModel, QuerySelect, sea_query::LockType};

use super::parties;
use crate::{
    accounts::{Right, allow},
    app::App,
    error::{Error, Result},
    platform::actor::Actor,
    search,
};

/// Removes a deal from the board and lists. Repeating it changes nothing.
///
/// # Errors
/// `NotFound`.
pub async fn archive_deal(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: DealId,
) -> Result<deal::Model> {
    set_archived(app, workspace, actor, id, true).await
}

/// Restores an archived deal. Repeating it changes nothing.
///
/// # Errors
/// `NotFound`.
pub async fn restore_deal(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: DealId,
) -> Result<deal::Model> {
    set_archived(app, workspace, actor, id, false).await
}

async fn set_archived(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: DealId,
    archived: bool,
) -> Result<deal::Model> {
    allow(actor, Right::WriteDeals)?;
    let mut work = app.begin(workspace, actor).await?;
    let row = deal::Entity::find_by_id((workspace, id))
        .lock(LockType::NoKeyUpdate)
        .one(work.db())
        .await?
        .ok_or(Error::NotFound)?;
    if row.archived_at.is_some() == archived {
        return Ok(row);
    }
    let archived_at: Option<Time> = archived.then(|| work.now());
    let changed =
        deal::Model { archived_at, version: row.version + 1, updated_at: work.now(), ..row.clone() };
    let mut update = row.into_active_model();
    update.archived_at = Set(changed.archived_at);
    update.version = Set(changed.version);
    update.updated_at = Set(changed.updated_at);
    deal::Entity::update(update).exec(work.db()).await?;
    let contacts = parties::contacts_of(&work, id).await?;
    work.record(parties::entry_on(
        if archived { "deal.archived" } else { "deal.restored" },
        &changed,
        &contacts,
    ));
    if archived {
        search::forget(&work, EntityKind::Deal, id.0).await?;
    } else {
        parties::index(&work, &changed).await?;
    }
    work.commit().await?;
    Ok(changed)
}
