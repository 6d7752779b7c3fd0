//! Setting a hold: a reason, an end, and a note that only those who manage holds read.

use chrono::Months;
use entity::{ContactId, HoldId, HoldReason, KeyOwner, Time, WorkspaceId, hold};
use sea_orm::{EntityTrait, IntoActiveModel};

use super::place;
use crate::{
    accounts::{Right, allow},
    app::App,
    contacts::lock_contact,
    error::{Error, Problem, ProblemCode, Result},
    platform::{actor::Actor, data_keys, text::is_block, work::Entry},
};

/// Longest hold: ten years. Set it again if a dispute takes longer.
const LONGEST: Months = Months::new(120);
/// Longest note, in characters.
const LONGEST_NOTE: usize = 4000;

/// A new hold.
#[derive(Clone, Debug)]
pub struct NewHold {
    /// The contact.
    pub contact: ContactId,
    /// Why.
    pub reason: HoldReason,
    /// Until when.
    pub until: Time,
    /// What staff note about it; may be empty.
    pub note: String,
}

/// Sets a hold on a contact.
///
/// # Errors
/// `NotFound` when there is no such contact; `Rejected` when its end or note does not fit.
pub async fn set_hold(app: &App, workspace: WorkspaceId, actor: Actor, new: NewHold) -> Result<hold::Model> {
    allow(actor, Right::ManageHolds)?;
    let mut work = app.begin(workspace, actor).await?;
    let contact = lock_contact(&work, new.contact).await?.ok_or(Error::NotFound)?;
    let (now, note) = (work.now(), new.note.trim());
    let mut problems = Vec::new();
    if new.until <= now || now.checked_add_months(LONGEST).is_none_or(|latest| new.until > latest) {
        let message = "Give an end in the future, at most ten years ahead.";
        problems.push(Problem::new(ProblemCode::Invalid, "until", message));
    }
    if note.chars().count() > LONGEST_NOTE {
        problems.push(Problem::new(ProblemCode::TooLong, "note", "Use at most 4,000 characters."));
    } else if !is_block(note) {
        problems.push(Problem::new(ProblemCode::Invalid, "note", "Remove the control characters."));
    }
    if !problems.is_empty() {
        return Err(Error::Rejected(problems));
    }
    let id = HoldId::new();
    let (data_key_id, sealed) = if note.is_empty() {
        (None, None)
    } else {
        let key = data_keys::find_or_make(&work, &app.vault, KeyOwner::Contact, contact.id.0).await?;
        let sealed = key.seal(&place(workspace, id), note.as_bytes())?;
        (Some(key.id), Some(sealed))
    };
    let entry =
        Entry::new("hold.set").about(contact.id).on(id).with("reason", new.reason).with("until", new.until);
    let row = hold::Model {
        workspace_id: workspace,
        id,
        contact_id: contact.id,
        reason: new.reason,
        author: actor.to_string(),
        since: now,
        until: new.until,
        released_at: None,
        entry_id: entry.id(),
        data_key_id,
        sealed,
    };
    work.record(entry);
    hold::Entity::insert(row.clone().into_active_model()).exec_without_returning(work.db()).await?;
    work.commit().await?;
    Ok(row)
}
