//! `activity`: something that happened with a contact, or is to be done.

use sea_orm::entity::prelude::*;

use crate::{ActivityId, ActivityKind, ContactId, Time, WorkspaceId};

/// Something that happened with a contact, or is to be done.
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
    pub contact_id: ContactId,
    /// What kind.
    pub kind: ActivityKind,
    /// One line.
    pub subject: String,
    /// The rest.
    #[sea_orm(column_type = "Text")]
    pub body: String,
    /// When.
    pub occurred_at: Time,
    /// When it was dealt with.
    pub done_at: Option<Time>,
}

impl ActiveModelBehavior for ActiveModel {}
