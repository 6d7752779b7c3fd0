//! The clock of a request: staff are reminded within its last seven days, once.

use entity::{Time, WorkspaceId, request};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};

use super::{case::is_open, list_requests::SOON};
use crate::{
    app::App,
    contacts::find_contact,
    error::Result,
    platform::work::{Entry, Work},
    privacy::remind::{BATCH, Clock, Reminder, Task},
};

impl Clock for request::Model {
    fn workspace(&self) -> WorkspaceId {
        self.workspace_id
    }

    async fn find_due(app: &App) -> Result<Vec<Self>> {
        let due = request::Entity::find()
            .filter(request::Column::RemindedAt.is_null())
            .filter(request::Column::SuspendedAt.is_null())
            .filter(request::Column::AnsweredAt.is_null())
            .filter(request::Column::State.ne(entity::RequestState::Closed))
            .filter(request::Column::DueAt.lt(app.now() + SOON))
            .order_by_asc(request::Column::DueAt)
            .limit(BATCH);
        Ok(due.all(app.db()).await?)
    }

    async fn remind(&self, work: &mut Work) -> Result<Option<Reminder>> {
        let contact = match self.contact_id {
            Some(contact) => find_contact(work.db(), self.workspace_id, contact).await?,
            None => None,
        };
        let row = request::Entity::find_by_id((self.workspace_id, self.id));
        let row = row.lock_exclusive().one(work.db()).await?;
        let still = |row: &request::Model, now: Time| {
            row.reminded_at.is_none()
                && row.suspended_at.is_none()
                && is_open(row.state)
                && row.due_at < now + SOON
        };
        let Some(mut row) = row.filter(|row| still(row, work.now())) else { return Ok(None) };
        row.reminded_at = Some(work.now());
        let (id, kind, due) = (row.id, row.kind, row.due_at);
        request::Entity::update(row.into_active_model().reset_all()).exec(work.db()).await?;
        let entry = Entry::new("request.due_soon").on(id).with("kind", kind).with("dueAt", due);
        Ok(Some(Reminder {
            entry: match &contact {
                Some(contact) => entry.about(contact.id),
                None => entry,
            },
            tasks: contact.iter().map(|contact| Task::Card(contact.id)).collect(),
            subject: "A request about this contact's data is due within seven days.",
            body: format!("Request: {id}"),
            due_at: None,
        }))
    }
}
