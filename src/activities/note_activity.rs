//! The one writer of new activities: what staff log (the `pipeline` room) and what taking a person in leaves for staff to read.
//!
//! It checks nothing: its callers have. The subject and body are people's words, so the entry holds neither.

use entity::{ActivityId, ActivityKind, CompanyId, ContactId, DealId, MemberId, Time, activity};
use sea_orm::{EntityTrait, IntoActiveModel};

use crate::{
    error::Result,
    platform::work::{Entry, Work},
};

/// An activity as it is to be written.
#[derive(Clone, Debug)]
pub struct Note {
    /// What kind.
    pub kind: ActivityKind,
    /// One line.
    pub subject: String,
    /// The rest.
    pub body: String,
    /// When it happened; for a task, when it was set.
    pub occurred_at: Time,
    /// Until when it is to be done.
    pub due_at: Option<Time>,
    /// The day it is to be done on, when it has no time; then `due_at` is the end of that day.
    pub due_on: Option<String>,
    /// Who is to do it.
    pub assignee: Option<MemberId>,
    /// With whom.
    pub contact: Option<ContactId>,
    /// With which company.
    pub company: Option<CompanyId>,
    /// In which deal.
    pub deal: Option<DealId>,
    /// Whether it was an act of the person, as staff say.
    pub from_the_person: bool,
}

/// Writes an activity and its entry.
///
/// # Errors
/// Database errors only.
pub async fn note_activity(work: &mut Work, id: ActivityId, note: Note) -> Result<activity::Model> {
    let row = activity::Model {
        workspace_id: work.workspace(),
        id,
        contact_id: note.contact,
        company_id: note.company,
        deal_id: note.deal,
        kind: note.kind,
        subject: note.subject,
        body: note.body,
        occurred_at: note.occurred_at,
        due_at: note.due_at,
        due_on: note.due_on,
        done_at: None,
        assignee_id: note.assignee,
        author: work.actor().to_string(),
        version: 1,
        created_at: work.now(),
        updated_at: work.now(),
        archived_at: None,
    };
    activity::Entity::insert(row.clone().into_active_model()).exec_without_returning(work.db()).await?;
    let mut entry =
        entry_about("activity.logged", &row).with("kind", row.kind).with("occurredAt", row.occurred_at);
    if note.from_the_person {
        entry = entry.with("from", "person");
    }
    if let Some(company) = row.company_id {
        entry = entry.with("company", company);
    }
    if let Some(deal) = row.deal_id {
        entry = entry.with("deal", deal);
    }
    if let Some(assignee) = row.assignee_id {
        entry = entry.with("assignee", assignee);
    }
    work.record(entry);
    Ok(row)
}

/// An entry about an activity, and so about its contact if it has one.
#[must_use]
pub fn entry_about(kind: &'static str, row: &activity::Model) -> Entry {
    let entry = Entry::new(kind).on(row.id);
    match row.contact_id {
        Some(contact) => entry.about(contact),
        None => entry,
    }
}
