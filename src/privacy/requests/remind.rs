//! Reminds staff of requests that are due within seven days, once each: an entry in the journal, and a task
//! about the contact if there is one.

use entity::{ActivityKind, Time, WorkspaceId, request};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};

use super::{case::is_open, list_requests::SOON};
use crate::{
    activities::{Notice, tell_staff},
    app::App,
    contacts::find_contact,
    error::Result,
    platform::{
        actor::Actor,
        work::{Entry, Work},
    },
};

/// Requests per run.
const BATCH: u64 = 100;

/// Reminds staff of one batch. Returns whether there may be more.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn remind_of_requests(app: &App) -> Result<bool> {
    let due = request::Entity::find()
        .filter(request::Column::RemindedAt.is_null())
        .filter(request::Column::SuspendedAt.is_null())
        .filter(request::Column::AnsweredAt.is_null())
        .filter(request::Column::State.ne(entity::RequestState::Closed))
        .filter(request::Column::DueAt.lt(app.now() + SOON))
        .order_by_asc(request::Column::DueAt)
        .limit(BATCH)
        .all(app.db())
        .await?;
    let full = due.len() as u64 == BATCH;
    for row in due {
        let mut work = app.begin(row.workspace_id, Actor::System).await?;
        if remind(&mut work, row.workspace_id, &row).await? {
            work.commit().await?;
        }
    }
    Ok(full)
}

async fn remind(work: &mut Work, workspace: WorkspaceId, seen: &request::Model) -> Result<bool> {
    let contact = match seen.contact_id {
        Some(contact) => find_contact(work.db(), workspace, contact).await?,
        None => None,
    };
    let row = request::Entity::find_by_id((workspace, seen.id)).lock_exclusive().one(work.db()).await?;
    let still = |row: &request::Model, now: Time| {
        row.reminded_at.is_none()
            && row.suspended_at.is_none()
            && is_open(row.state)
            && row.due_at < now + SOON
    };
    let Some(mut row) = row.filter(|row| still(row, work.now())) else { return Ok(false) };
    row.reminded_at = Some(work.now());
    let (id, kind, due) = (row.id, row.kind, row.due_at);
    request::Entity::update(row.into_active_model().reset_all()).exec(work.db()).await?;
    let mut entry = Entry::new("request.due_soon").on(id).with("kind", kind).with("dueAt", due);
    if let Some(contact) = contact {
        entry = entry.about(contact.id);
        let notice = Notice {
            contact: contact.id,
            deal: None,
            kind: ActivityKind::Task,
            subject: "A request about this contact's data is due within seven days.",
            body: format!("Request: {id}"),
        };
        tell_staff(work, notice).await?;
    }
    work.record(entry);
    Ok(true)
}
