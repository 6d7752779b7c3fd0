//! Finds contacts who must be informed under GDPR Art. 14: a day after they were entered, so that a mistake can
//! be put right first, or a day before the month is over. Whoever cannot be written to becomes a task for staff. A
//! restricted contact waits (GDPR Art. 18): no list shows tasks of a locked card, but the list of those to inform does.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use entity::{ActivityId, ActivityKind, ContactId, SuppressionReason, Time, WorkspaceId, activity};
use sea_orm::EntityTrait;

use super::art14::SendArt14Notice;
use crate::{
    activities::{Note, note_activity},
    app::App,
    contacts::lock_contact,
    error::Result,
    platform::{actor::Actor, query::Query, work::Work},
};

/// How long staff may still correct a new contact.
const GRACE: TimeDelta = TimeDelta::days(1);
/// Contacts per unit of work.
const BATCH: usize = 100;
/// Contacts per run. Those queued already stand among them until their mails are out, so a run has an end.
const MOST: i64 = 2_000;

struct Due {
    contact: ContactId,
    at: Time,
    reachable: bool,
}

/// Queues the mails that are due, and leaves staff tasks. A second run changes nothing.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn inform_people(app: &App) -> Result<()> {
    for (workspace, people) in due(app).await? {
        for batch in people.chunks(BATCH) {
            let mut work = app.begin(workspace, Actor::System).await?;
            for one in batch {
                if one.reachable {
                    work.enqueue(&SendArt14Notice { workspace, contact: one.contact })?;
                } else {
                    leave_task(&mut work, one).await?;
                }
            }
            work.commit().await?;
        }
    }
    Ok(())
}

/// The task has the contact's own UUID: there is one, however often the scan runs, and whatever staff make of it.
async fn leave_task(work: &mut Work, due: &Due) -> Result<()> {
    let id = ActivityId(due.contact.0);
    let Some(contact) = lock_contact(work, due.contact).await? else { return Ok(()) };
    if contact.art14_due_at.is_none()
        || activity::Entity::find_by_id((work.workspace(), id)).one(work.db()).await?.is_some()
    {
        return Ok(());
    }
    let note = Note {
        kind: ActivityKind::Task,
        subject: "Inform this person that we hold their data (GDPR Art. 14)".to_owned(),
        body: "We cannot write to them by e-mail. Tell them by letter or telephone, and record it with \
               recordArt14Notice; or record why they need not be told."
            .to_owned(),
        occurred_at: work.now(),
        due_at: Some(due.at),
        due_on: None,
        assignee: contact.owner_id,
        contact: Some(contact.id),
        company: None,
        deal: None,
        from_the_person: false,
    };
    note_activity(work, id, note).await?;
    Ok(())
}

async fn due(app: &App) -> Result<BTreeMap<WorkspaceId, Vec<Due>>> {
    let now = app.now();
    let mut query = Query::new(
        "SELECT c.workspace_id AS workspace, c.id AS contact, c.art14_due_at AS at,
            CASE WHEN a.id IS NOT NULL
                AND NOT EXISTS (SELECT 1 FROM suppression s WHERE s.workspace_id = a.workspace_id
                    AND s.fingerprint = a.fingerprint AND s.reason = ",
    );
    query.bind(SuppressionReason::Complaint);
    query.push(
        ") AND NOT EXISTS (SELECT 1 FROM mailbox m WHERE m.workspace_id = a.workspace_id
                    AND m.fingerprint = a.fingerprint AND (m.bounced_until > ",
    );
    let at = query.place(now);
    query.push(&at).push(" OR m.declined_until > ").push(&at);
    query.push(
        ")) THEN 'YES' ELSE 'NO' END AS reachable, CASE WHEN t.id IS NULL THEN 'NO' ELSE 'YES' END AS told
        FROM contact c
        LEFT JOIN contact_address a ON a.workspace_id = c.workspace_id AND a.id = c.primary_address_id
        LEFT JOIN activity t ON t.workspace_id = c.workspace_id AND t.id = c.id
        WHERE c.art14_due_at IS NOT NULL AND c.restricted_at IS NULL AND (c.created_at <= ",
    );
    query.bind(now - GRACE).push(" OR c.art14_due_at <= ").bind(now + GRACE).push(")");
    let query = query.within(
        "SELECT * FROM (",
        &format!(") AS due WHERE reachable = 'YES' OR told = 'NO' ORDER BY at, contact LIMIT {MOST}"),
    );
    let mut found: BTreeMap<WorkspaceId, Vec<Due>> = BTreeMap::new();
    for row in query.rows(app.db()).await? {
        let reachable: String = row.try_get("", "reachable")?;
        found.entry(row.try_get("", "workspace")?).or_default().push(Due {
            contact: row.try_get("", "contact")?,
            at: row.try_get("", "at")?,
            reachable: reachable == "YES",
        });
    }
    Ok(found)
}
