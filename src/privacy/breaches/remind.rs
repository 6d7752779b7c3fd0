//! The clock of a breach: the data protection officers are reminded on its last day, and once more when it has
//! run out, as long as the authority is to be told and was not.

use chrono::TimeDelta;
use entity::{BreachRisk, BreachState, Role, Time, WorkspaceId, breach};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait},
};

use super::record_breach::lock_breach;
use crate::{
    accounts::members_with,
    app::App,
    error::Result,
    platform::work::{Entry, Work},
    privacy::remind::{BATCH, Clock, Reminder, Task},
};

/// How long before its due date a breach is due soon.
const SOON: TimeDelta = TimeDelta::hours(24);

impl Clock for breach::Model {
    fn workspace(&self) -> WorkspaceId {
        self.workspace_id
    }

    async fn find_due(app: &App) -> Result<Vec<Self>> {
        let now = app.now();
        let overdue = Condition::all()
            .add(breach::Column::DueAt.lte(now))
            .add(Expr::col(breach::Column::RemindedAt).lt(Expr::col(breach::Column::DueAt)));
        let due = breach::Entity::find()
            .filter(breach::Column::State.eq(BreachState::Open))
            .filter(breach::Column::AuthorityToldAt.is_null())
            .filter(breach::Column::Risk.ne(BreachRisk::Unlikely))
            .filter(breach::Column::DueAt.lt(now + SOON))
            .filter(Condition::any().add(breach::Column::RemindedAt.is_null()).add(overdue))
            .order_by_asc(breach::Column::DueAt)
            .limit(BATCH);
        Ok(due.all(app.db()).await?)
    }

    async fn remind(&self, work: &mut Work) -> Result<Option<Reminder>> {
        let (row, now) = (lock_breach(work, self.id).await?, work.now());
        if !is_due(&row, now) {
            return Ok(None);
        }
        let (id, due_at) = (row.id, row.due_at);
        let mut update = row.into_active_model();
        update.reminded_at = Set(Some(now));
        update.update(work.db()).await?;
        let (kind, subject) = if due_at <= now {
            ("breach.overdue", "The deadline to tell the authority of a breach has passed.")
        } else {
            ("breach.due_soon", "A breach must be told to the authority within a day.")
        };
        let mut members = members_with(work.db(), self.workspace_id, Role::Dpo).await?;
        if members.is_empty() {
            members = members_with(work.db(), self.workspace_id, Role::Owner).await?;
        }
        Ok(Some(Reminder {
            entry: Entry::new(kind).on(id).with("dueAt", due_at),
            tasks: members.into_iter().map(|member| Task::Of(member.id)).collect(),
            subject,
            body: format!("Breach: {id}"),
            due_at: Some(due_at),
        }))
    }
}

fn is_due(row: &breach::Model, now: Time) -> bool {
    let reminded = row.reminded_at.is_some_and(|at| at >= row.due_at || now < row.due_at);
    row.state == BreachState::Open
        && row.authority_told_at.is_none()
        && row.risk != BreachRisk::Unlikely
        && row.due_at < now + SOON
        && !reminded
}
