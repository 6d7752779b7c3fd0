//! Something staff should know or do, left by the system: an activity about a contact, and perhaps a deal.

use entity::{ActivityId, ActivityKind, ContactId, DealId, activity};
use sea_orm::{ActiveValue::Set, EntityTrait};

use crate::{
    error::Result,
    platform::work::{Entry, Work},
};

/// What is left for staff.
pub struct Notice<'a> {
    /// About whom.
    pub contact: ContactId,
    /// In which deal.
    pub deal: Option<DealId>,
    /// A note to read, or a task to do.
    pub kind: ActivityKind,
    /// One line, without personal data.
    pub subject: &'a str,
}

/// Leaves an activity for staff.
///
/// # Errors
/// Database errors only.
pub async fn tell_staff(work: &mut Work, notice: &Notice<'_>) -> Result<ActivityId> {
    let id = ActivityId::new();
    let row = activity::ActiveModel {
        workspace_id: Set(work.workspace()),
        id: Set(id),
        contact_id: Set(Some(notice.contact)),
        company_id: Set(None),
        deal_id: Set(notice.deal),
        kind: Set(notice.kind),
        subject: Set(notice.subject.to_owned()),
        body: Set(String::new()),
        occurred_at: Set(work.now()),
        due_at: Set(None),
        done_at: Set(None),
        assignee_id: Set(None),
        author: Set(work.actor().to_string()),
        version: Set(1),
        created_at: Set(work.now()),
        updated_at: Set(work.now()),
        archived_at: Set(None),
    };
    activity::Entity::insert(row).exec_without_returning(work.db()).await?;
    let entry = Entry::new("activity.created").about(notice.contact).on(id).with("kind", notice.kind);
    work.record(match notice.deal {
        Some(deal) => entry.with("deal", deal),
        None => entry,
    });
    Ok(id)
}
