//! Correcting an activity: its texts, times, assignee and linked records. Its kind and author cannot change.

use entity::{ActivityId, CompanyId, ContactId, DealId, MemberId, Time, WorkspaceId, activity};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};

use super::{
    activity_parts::{
        Due, Links, hold_links, lock_activity, must_not_be_archived, read_body, read_due, read_occurred_at,
        read_subject,
    },
    note_activity::entry_about,
    screen::screen_changed,
};
use crate::{
    accounts::{Right, allow},
    app::App,
    error::{Error, Problem, ProblemCode, Result},
    platform::{actor::Actor, patch::Patch, work::Fact},
};

/// Changes to an activity. `None` and `Leave` = unchanged.
#[derive(Clone, Debug, Default)]
pub struct ActivityChanges {
    /// The subject, on one line.
    pub subject: Option<String>,
    /// Further text.
    pub body: Option<String>,
    /// When it happened.
    pub occurred_at: Option<Time>,
    /// When a task is due; replaces its due day.
    pub due_at: Patch<Time>,
    /// The day a task is due; replaces its due time.
    pub due_on: Patch<String>,
    /// Who is to do it, or did it.
    pub assignee: Patch<MemberId>,
    /// Its contact.
    pub contact: Patch<ContactId>,
    /// Its company.
    pub company: Patch<CompanyId>,
    /// Its deal.
    pub deal: Patch<DealId>,
}

/// Changes an activity. If nothing differs, nothing is written.
///
/// # Errors
/// `NotFound`; `Rejected` when it was changed since it was read, is archived, or would become invalid.
pub async fn update_activity(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: ActivityId,
    expected_version: i32,
    changes: ActivityChanges,
) -> Result<activity::Model> {
    allow(actor, Right::WriteActivities)?;
    let mut work = app.begin(workspace, actor).await?;
    let row = lock_activity(&work, id).await?;
    must_not_be_archived(&row)?;
    let (mut problems, now) = (Vec::new(), work.now());
    let known = Links::of(&row);
    let wanted = Links {
        contact: changes.contact.of(row.contact_id),
        company: changes.company.of(row.company_id),
        deal: changes.deal.of(row.deal_id),
        assignee: changes.assignee.of(row.assignee_id),
    };
    let links = hold_links(&work, wanted, known, &mut problems).await?;
    if row.version != expected_version {
        problems.push(Problem::new(
            ProblemCode::Stale,
            "expectedVersion",
            "Somebody changed it in the meantime: read it again and repeat.",
        ));
    }
    let mut new = row.clone();
    if let Some(subject) = changes.subject {
        new.subject = read_subject(&subject, &mut problems);
    }
    if let Some(body) = changes.body {
        new.body = read_body(&body, &mut problems);
    }
    if let Some(at) = changes.occurred_at {
        new.occurred_at = read_occurred_at(row.kind, at, now, &mut problems);
    }
    if let Some(due) = new_due(&row, changes.due_at, changes.due_on) {
        Due { at: new.due_at, on: new.due_on } = read_due(row.kind, due, now, &mut problems);
    }
    if !problems.is_empty() {
        return Err(Error::Rejected(problems));
    }
    (new.contact_id, new.company_id, new.deal_id, new.assignee_id) =
        (links.contact, links.company, links.deal, links.assignee);
    screen_changed(&mut work, &app.vault, &row, &mut new).await?;
    let fields = changed(&row, &new);
    if fields.is_empty() {
        return Ok(row);
    }
    new.version += 1;
    new.updated_at = now;
    activity::Entity::update(new.clone().into_active_model().reset_all()).exec(work.db()).await?;
    let mut entry =
        entry_about("activity.updated", &new).with("fields", fields.into_iter().collect::<Fact>());
    if let (true, Some(former)) = (row.contact_id != new.contact_id, row.contact_id) {
        entry = entry.with("formerContact", former);
    }
    work.record(entry);
    work.commit().await?;
    Ok(new)
}

/// The new due date: a given time replaces a day and vice versa; null clears the one it is given for.
fn new_due(row: &activity::Model, at: Patch<Time>, on: Patch<String>) -> Option<Due> {
    match (at, on) {
        (Patch::Leave, Patch::Leave) => None,
        (Patch::Set(at), Patch::Set(on)) => Some(Due { at: Some(at), on: Some(on) }),
        (Patch::Set(at), _) => Some(Due { at: Some(at), on: None }),
        (_, Patch::Set(on)) => Some(Due { at: None, on: Some(on) }),
        (at, on) => {
            let cleared = if row.due_on.is_some() { on == Patch::Clear } else { at == Patch::Clear };
            cleared.then(Due::default)
        }
    }
}

/// Names of the columns that differ.
fn changed(old: &activity::Model, new: &activity::Model) -> Vec<&'static str> {
    let differs = [
        ("subject", old.subject != new.subject),
        ("body", old.body != new.body),
        ("occurred_at", old.occurred_at != new.occurred_at),
        ("due_at", old.due_at != new.due_at && old.due_on.is_none() && new.due_on.is_none()),
        ("due_on", old.due_on != new.due_on),
        ("assignee_id", old.assignee_id != new.assignee_id),
        ("contact_id", old.contact_id != new.contact_id),
        ("company_id", old.company_id != new.company_id),
        ("deal_id", old.deal_id != new.deal_id),
    ];
    differs.into_iter().filter_map(|(name, differs)| differs.then_some(name)).collect()
}
