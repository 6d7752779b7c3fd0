//! Creates a task for staff when received values differ from ours, only once per difference.

use entity::{ActivityId, ActivityKind, CompanyId, ContactId, activity};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::note_activity::{Note, note_activity};
use crate::{error::Result, platform::work::Work};

/// The record that the task is about.
#[derive(Clone, Copy)]
pub(crate) enum About {
    /// A contact.
    Contact(ContactId),
    /// A company.
    Company(CompanyId),
}

/// Creates a task with these lines. Identical lines, as a nightly synchronisation sends them, are not
/// reported again.
pub(crate) async fn report_differences(
    work: &mut Work,
    about: About,
    subject: &str,
    lines: &[String],
) -> Result<()> {
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
        .filter(activity::Column::Subject.is_in([subject, formerly(subject)]))
        .filter(activity::Column::Body.eq(body.as_str()));
    if told.one(work.db()).await?.is_some() {
        return Ok(());
    }
    let note = Note {
        kind: ActivityKind::Task,
        subject: subject.to_owned(),
        body,
        occurred_at: work.now(),
        due_at: None,
        due_on: None,
        assignee: None,
        contact,
        company,
        deal: None,
        from_the_person: false,
    };
    note_activity(work, ActivityId::new(), note).await?;
    Ok(())
}

/// The subject that older versions used, so that differences reported before an upgrade are not reported
/// again.
fn formerly(subject: &str) -> &str {
    match subject {
        "Another system sent values that differ from ours." => {
            "Another system holds other values than those we keep."
        }
        "The person entered values that differ from ours." => {
            "The person gave other values than those we hold."
        }
        subject => subject,
    }
}
