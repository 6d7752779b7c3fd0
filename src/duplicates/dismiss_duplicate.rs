//! Staff mark two similar contacts as different people, so that the pair is not shown again.

use entity::{ContactId, WorkspaceId, contact, duplicate_candidate, duplicate_dismissal};
use sea_orm::{ActiveValue::Set, EntityTrait, sea_query::OnConflict};

use crate::{
    accounts::{Right, allow},
    app::App,
    contacts::{find_contact, lock_contact},
    error::{Error, ProblemCode, Result},
    platform::{actor::Actor, work::Entry},
};

/// Dismisses a duplicate pair. Idempotent.
///
/// # Errors
/// `Rejected` naming `contactId` or `otherContactId`; `Forbidden` without the right.
pub async fn dismiss_duplicate(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    one: ContactId,
    other: ContactId,
) -> Result<(contact::Model, contact::Model)> {
    allow(actor, Right::WriteContacts)?;
    let mut work = app.begin(workspace, actor).await?;
    let one = find_contact(work.db(), workspace, one).await?.ok_or_else(|| Error::no_such("contactId"))?;
    let other =
        find_contact(work.db(), workspace, other).await?.ok_or_else(|| Error::no_such("otherContactId"))?;
    if one.id == other.id {
        return Err(Error::rejected(
            ProblemCode::Invalid,
            "otherContactId",
            "These are one contact: name two.",
        ));
    }
    let (low, high) = (one.id.min(other.id), one.id.max(other.id));
    for id in [low, high] {
        lock_contact(&work, id).await?.filter(|row| row.id == id).ok_or(Error::Conflict)?;
    }
    let entry = Entry::new("duplicate.dismissed").about(low).on(high);
    let row = duplicate_dismissal::ActiveModel {
        workspace_id: Set(workspace),
        low_id: Set(low),
        high_id: Set(high),
        dismissed_at: Set(work.now()),
        entry_id: Set(entry.id()),
    };
    let columns = [
        duplicate_dismissal::Column::WorkspaceId,
        duplicate_dismissal::Column::LowId,
        duplicate_dismissal::Column::HighId,
    ];
    let once = OnConflict::columns(columns).do_nothing().to_owned();
    if duplicate_dismissal::Entity::insert(row).on_conflict(once).exec_without_returning(work.db()).await? > 0
    {
        duplicate_candidate::Entity::delete_by_id((workspace, low, high)).exec(work.db()).await?;
        work.record(entry);
        work.commit().await?;
    }
    Ok((one, other))
}
