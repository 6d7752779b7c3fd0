//! `activity`: something that happened with a contact, company or deal, or is to be done.

use sea_orm::entity::prelude::*;

use crate::{ActivityId, ActivityKind, CompanyId, ContactId, DealId, MemberId, Time, WorkspaceId};

/// Something that happened with a contact, company or deal, or is to be done.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "activity")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ActivityId,
    /// With whom.
    pub contact_id: Option<ContactId>,
    /// With which company.
    pub company_id: Option<CompanyId>,
    /// In which deal.
    pub deal_id: Option<DealId>,
    /// What kind.
    pub kind: ActivityKind,
    /// One line.
    pub subject: String,
    /// The rest.
    #[sea_orm(column_type = "Text")]
    pub body: String,
    /// When it happened; for a task, when it was set.
    pub occurred_at: Time,
    /// Until when it is to be done; for one that is due on a day, the end of that day in UTC, so that both stand in one order.
    pub due_at: Option<Time>,
    /// When it was dealt with.
    pub done_at: Option<Time>,
    /// Who is to do it.
    pub assignee_id: Option<MemberId>,
    /// Who wrote it: an actor.
    pub author: String,
    /// Counts changes, for optimistic concurrency.
    pub version: i32,
    /// When it was written.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
    /// Since when it is out of the lists.
    pub archived_at: Option<Time>,
    /// The day it is to be done on, `YYYY-MM-DD`, when it has no time.
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
