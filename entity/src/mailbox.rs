//! `mailbox`: what we store about a mailbox to protect it, under its fingerprint.

use sea_orm::entity::prelude::*;

use crate::{Relation, Time, WorkspaceId};

/// A row of `mailbox`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mailbox")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Keyed hash of the address, 32 bytes.
    #[sea_orm(primary_key, auto_increment = false)]
    pub fingerprint: Vec<u8>,
    /// JSON array of the times (in milliseconds) of confirmation mails not answered yet.
    #[sea_orm(column_type = "Text")]
    pub unanswered: String,
    /// No confirmation mails until then, because its owner answered "not me".
    pub declined_until: Option<Time>,
    /// No mails until then, because the mailbox did not exist.
    pub bounced_until: Option<Time>,
}

impl ActiveModelBehavior for ActiveModel {}
