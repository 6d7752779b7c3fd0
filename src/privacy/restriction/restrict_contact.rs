//! Restricts the processing of a contact's data. The recipients of the data are to be told (Art. 19).

use entity::{
    ContactId, RecipientNoticeKind, RequestId, RestrictionGround, RestrictionId, WorkspaceId, contact,
    restriction,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};

use crate::{
    accounts::{Right, allow},
    app::App,
    contacts::lock_contact,
    error::{Error, Result},
    platform::{
        actor::Actor,
        work::{Entry, Work},
    },
    privacy::recipients::note_recipients,
};

/// Staff restrict a contact. A second time on the same ground changes nothing.
///
/// # Errors
/// `NotFound` when there is no such contact.
pub async fn restrict_contact(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: ContactId,
    ground: RestrictionGround,
) -> Result<restriction::Model> {
    allow(actor, Right::RestrictContacts)?;
    let mut work = app.begin(workspace, actor).await?;
    let row = restrict(&mut work, id, ground, None).await?;
    if work.has_entries() {
        work.commit().await?;
    }
    Ok(row)
}

/// Restricts a contact in the caller's unit of work, and locks their row. Several restrictions may last at
/// once: the contact is free when the last one is lifted.
///
/// # Errors
/// `NotFound` when there is no such contact.
pub async fn restrict(
    work: &mut Work,
    id: ContactId,
    ground: RestrictionGround,
    request: Option<RequestId>,
) -> Result<restriction::Model> {
    let contact = lock_contact(work, id).await?.ok_or(Error::NotFound)?;
    let same = restriction::Entity::find()
        .filter(restriction::Column::WorkspaceId.eq(work.workspace()))
        .filter(restriction::Column::ContactId.eq(contact.id))
        .filter(restriction::Column::Ground.eq(ground))
        .filter(restriction::Column::LiftedAt.is_null());
    let same = match request {
        Some(request) => same.filter(restriction::Column::RequestId.eq(request)),
        None => same.filter(restriction::Column::RequestId.is_null()),
    };
    if let Some(known) = same.one(work.db()).await? {
        return Ok(known);
    }
    let mut entry = Entry::new("contact.restricted").about(contact.id).on(contact.id).with("ground", ground);
    if let Some(request) = request {
        entry = entry.with("request", request);
    }
    let row = restriction::Model {
        workspace_id: work.workspace(),
        id: RestrictionId::new(),
        contact_id: contact.id,
        ground,
        request_id: request,
        since: work.now(),
        announced_at: None,
        means: None,
        failed_at: None,
        lifted_at: None,
        entry_id: entry.id(),
    };
    work.record(entry.with("restriction", row.id));
    restriction::Entity::insert(row.clone().into_active_model()).exec_without_returning(work.db()).await?;
    if contact.restricted_at.is_none() {
        set_restricted(work, contact.clone(), true).await?;
        note_recipients(work, contact.id, RecipientNoticeKind::Restriction).await?;
    }
    Ok(row)
}

/// Writes on a locked contact whether processing is restricted. A new version, so that whoever read the card
/// before reads it again.
pub(super) async fn set_restricted(work: &Work, contact: contact::Model, restricted: bool) -> Result<()> {
    let version = contact.version + 1;
    let mut update = contact.into_active_model();
    update.restricted_at = Set(restricted.then(|| work.now()));
    update.version = Set(version);
    update.updated_at = Set(work.now());
    contact::Entity::update(update).exec(work.db()).await?;
    Ok(())
}
