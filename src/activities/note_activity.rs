//! The only code that creates activities: those that staff log (`log_activity`), and those that the system
//! leaves for staff.
//!
//! Callers have validated the input. Subject and body are free text, so the journal entry contains neither.

use entity::{ActivityId, ActivityKind, CompanyId, ContactId, DealId, MemberId, Time, activity};
use sea_orm::{EntityTrait, IntoActiveModel};

use crate::{
    error::Result,
    platform::work::{Entry, Work},
};

/// An activity to create.
#[derive(Clone, Debug)]
pub struct Note {
    /// Its kind.
    pub kind: ActivityKind,
    /// One line.
    pub subject: String,
    /// The text below the subject.
    pub body: String,
    /// When it happened; for a task, when it was created.
    pub occurred_at: Time,
    /// When it is due.
    pub due_at: Option<Time>,
    /// The day it is due, if it has no time; `due_at` is then the end of that day.
    pub due_on: Option<String>,
    /// The assignee.
    pub assignee: Option<MemberId>,
    /// The contact.
    pub contact: Option<ContactId>,
    /// The company.
    pub company: Option<CompanyId>,
    /// The deal.
    pub deal: Option<DealId>,
    /// Whether staff say that the person acted.
    pub from_the_person: bool,
}

/// Creates an activity and its journal entry.
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

/// An entry about an activity, and about its contact if it has one.
#[must_use]
pub fn entry_about(kind: &'static str, row: &activity::Model) -> Entry {
    let entry = Entry::new(kind).on(row.id);
    match row.contact_id {
        Some(contact) => entry.about(contact),
        None => entry,
    }
}
