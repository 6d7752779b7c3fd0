//! Archives contacts, which hides them from lists and search, and restores them. Nothing else changes; this
//! is not an erasure.

use entity::{ContactId, EntityKind, WorkspaceId, contact};
use sea_orm::{ActiveValue::Set, EntityTrait, IntoActiveModel};

use super::{lock_contact_to_edit, words::index_contact};
use crate::{
    accounts::{Right, allow},
    app::App,
    error::Result,
    platform::{actor::Actor, work::Entry},
    search,
};

/// Archives a contact. Idempotent.
///
/// # Errors
/// `NotFound` when there is no such contact; `Rejected` when their processing is restricted.
pub async fn archive_contact(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: ContactId,
) -> Result<contact::Model> {
    allow(actor, Right::WriteContacts)?;
    let mut work = app.begin(workspace, actor).await?;
    let row = lock_contact_to_edit(&work, id, "contactId").await?;
    if row.archived_at.is_some() {
        return Ok(row);
    }
    let changed = contact::Model { archived_at: Some(work.now()), updated_at: work.now(), ..row.clone() };
    let mut update = row.into_active_model();
    update.archived_at = Set(changed.archived_at);
    update.updated_at = Set(changed.updated_at);
    contact::Entity::update(update).exec(work.db()).await?;
    search::forget(&work, EntityKind::Contact, changed.id.0).await?;
    work.record(Entry::new("contact.archived").about(changed.id).on(changed.id));
    work.commit().await?;
    Ok(changed)
}

/// Restores a contact. Idempotent.
///
/// # Errors
/// `NotFound` when there is no such contact; `Rejected` when their processing is restricted.
pub async fn restore_contact(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: ContactId,
) -> Result<contact::Model> {
    allow(actor, Right::WriteContacts)?;
    let mut work = app.begin(workspace, actor).await?;
    let row = lock_contact_to_edit(&work, id, "contactId").await?;
    if row.archived_at.is_none() {
        return Ok(row);
    }
    let changed = contact::Model { archived_at: None, updated_at: work.now(), ..row.clone() };
    let mut update = row.into_active_model();
    update.archived_at = Set(None);
    update.updated_at = Set(changed.updated_at);
    contact::Entity::update(update).exec(work.db()).await?;
    index_contact(&work, &changed).await?;
    work.record(Entry::new("contact.restored").about(changed.id).on(changed.id));
    work.commit().await?;
    Ok(changed)
}
