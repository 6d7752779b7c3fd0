//! A pause: until a day that they choose, a person wants nothing that they could refuse. What they chose
//! stays as it is, and holds again by itself.

use entity::{ContactId, Time, WorkspaceId, pause};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::OnConflict,
};

use super::{lock_person::lock_person, unsubscribe::touch};
use crate::{
    app::App,
    error::Result,
    platform::{actor::Actor, work::Entry},
};

/// The person begins a pause, changes its end, or ends it (`None`). Twice is as once. Returns whether there
/// is such a contact.
///
/// # Errors
/// `Busy` when the database is unavailable.
pub async fn pause_contact(
    app: &App,
    workspace: WorkspaceId,
    contact: ContactId,
    until: Option<Time>,
) -> Result<bool> {
    let mut work = app.begin(workspace, Actor::Contact(contact)).await?;
    // A link signed for a contact who was merged since applies to the survivor.
    let Some((contact, _)) = lock_person(&work, contact).await? else { return Ok(false) };
    let contact = contact.id;
    work.act_as(Actor::Contact(contact));
    let current = paused_until(work.db(), workspace, contact, work.now()).await?;
    if current == until {
        return Ok(true);
    }
    let entry = match until {
        Some(until) => Entry::new("pause.began").with("until", until),
        None => Entry::new("pause.ended"),
    };
    let entry_id = work.record(entry.about(contact));
    match until {
        Some(until) => {
            let row = pause::ActiveModel {
                workspace_id: Set(workspace),
                contact_id: Set(contact),
                until: Set(until),
                since: Set(work.now()),
                entry_id: Set(entry_id),
            };
            let again = OnConflict::columns([pause::Column::WorkspaceId, pause::Column::ContactId])
                .update_columns([pause::Column::Until, pause::Column::Since, pause::Column::EntryId])
                .to_owned();
            pause::Entity::insert(row).on_conflict(again).exec_without_returning(work.db()).await?;
        }
        None => {
            pause::Entity::delete_by_id((workspace, contact)).exec(work.db()).await?;
        }
    }
    touch(&work, contact).await?;
    work.commit().await?;
    Ok(true)
}

/// Until when a contact's pause lasts, if it does now.
///
/// # Errors
/// `Busy` when the database is unavailable.
pub async fn paused_until(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    contact: ContactId,
    now: Time,
) -> Result<Option<Time>> {
    let row =
        pause::Entity::find_by_id((workspace, contact)).filter(pause::Column::Until.gt(now)).one(db).await?;
    Ok(row.map(|row| row.until))
}
