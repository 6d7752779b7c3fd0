//! Leaves staff an activity about a contact, and perhaps a deal, on behalf of the system.

use entity::{ActivityId, ActivityKind, ContactId, DealId};

use super::note_activity::{Note, note_activity};
use crate::{error::Result, platform::work::Work};

/// An activity for staff.
pub struct Notice<'a> {
    /// The contact it is about.
    pub contact: ContactId,
    /// The deal it is about.
    pub deal: Option<DealId>,
    /// A note to read, or a task to do.
    pub kind: ActivityKind,
    /// One line, without personal data.
    pub subject: &'a str,
    /// The text below the subject; may contain what the person wrote.
    pub body: String,
}

/// Creates the activity.
///
/// # Errors
/// Database errors only.
pub async fn tell_staff(work: &mut Work, notice: Notice<'_>) -> Result<ActivityId> {
    let note = Note {
        kind: notice.kind,
        subject: notice.subject.to_owned(),
        body: notice.body,
        occurred_at: work.now(),
        due_at: None,
        due_on: None,
        assignee: None,
        contact: Some(notice.contact),
        company: None,
        deal: notice.deal,
        from_the_person: false,
    };
    Ok(note_activity(work, ActivityId::new(), note).await?.id)
}
