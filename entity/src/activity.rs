//! `activity`: an interaction with a contact, company or deal, or a task.

use sea_orm::entity::prelude::*;

use crate::{ActivityId, ActivityKind, CompanyId, ContactId, DealId, MemberId, Relation, Time, WorkspaceId};

/// A row of `activity`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "activity")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its ID.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ActivityId,
    /// The contact.
    pub contact_id: Option<ContactId>,
    /// The company.
    pub company_id: Option<CompanyId>,
    /// The deal.
    pub deal_id: Option<DealId>,
    /// Its kind.
    pub kind: ActivityKind,
    /// The subject, on one line.
    pub subject: String,
    /// The text.
    #[sea_orm(column_type = "Text")]
    pub body: String,
    /// When it happened; for a task, when it was created.
    pub occurred_at: Time,
    /// Until when a task is due; for one that is due on a day, the end of that day in UTC, so that both sort
    /// together.
    pub due_at: Option<Time>,
    /// When a task was done.
    pub done_at: Option<Time>,
    /// The member who is to do it.
    pub assignee_id: Option<MemberId>,
    /// The actor who wrote it.
    pub author: String,
    /// Counts changes, for optimistic concurrency.
    pub version: i32,
    /// When it was created.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
    /// When it was archived, which removes it from lists.
    pub archived_at: Option<Time>,
    /// The day a task is due, `YYYY-MM-DD`, if it has no time.
    pub due_on: Option<String>,
}

crate::from_row!(Model {
    workspace_id,
    id,
    contact_id,
    company_id,
    deal_id,
    kind,
    subject,
    body,
    occurred_at,
    due_at,
    done_at,
    assignee_id,
    author,
    version,
    created_at,
    updated_at,
    archived_at,
    due_on
});

impl ActiveModelBehavior for ActiveModel {}
