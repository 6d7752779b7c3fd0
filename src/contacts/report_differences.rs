//! What somebody gave that differs from what we hold becomes a task for staff to read, once.

use entity::{ActivityId, ActivityKind, CompanyId, ContactId, activity};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use crate::{
    error::Result,
    platform::work::{Entry, Work},
};

/// About whom staff are told.
#[derive(Clone, Copy)]
pub(super) enum About {
    /// A contact.
    Contact(ContactId),
    /// A company.
    Company(CompanyId),
}

/// Sets a task with these lines. The same said again, as a nightly synchronisation does, is not told again.
pub(super) async fn report_differences(work: &mut Work, about: About, subject: &str, lines: &[String]) -> Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    let (contact, company) = match about {
        About::Contact(contact) => (Some(contact), None),
        About::Company(company) => (None, Some(company)),
    };
    let body = lines.join("\n");
    let told = activity::Entity::find()
        .filter(activity::Column::WorkspaceId.eq(work.workspace()))
        .filter(match about {
            About::Contact(contact) => activity::Column::ContactId.eq(contact),
            About::Company(company) => activity::Column::CompanyId.eq(company),
        })
        .filter(activity::Column::Subject.eq(subject))
        .filter(activity::Column::Body.eq(body.as_str()));
    if told.one(work.db()).await?.is_some() {
        return Ok(());
    }
    let id = ActivityId::new();
    let row = activity::ActiveModel {
        workspace_id: Set(work.workspace()),
        id: Set(id),
        contact_id: Set(contact),
        company_id: Set(company),
        deal_id: Set(None),
        kind: Set(ActivityKind::Task),
        subject: Set(subject.to_owned()),
        body: Set(body),
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
    let entry = Entry::new("activity.created").on(id);
    work.record(match contact {
        Some(contact) => entry.about(contact),
        None => entry,
    });
    Ok(())
}
