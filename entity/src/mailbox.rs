//! `mailbox`: what we must remember about a mailbox to protect it, under its fingerprint.

use sea_orm::entity::prelude::*;

use crate::{Time, WorkspaceId};

/// What we must remember about a mailbox to protect it, under its fingerprint.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mailbox")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Keyed hash of the address, 32 bytes.
    #[sea_orm(primary_key, auto_increment = false)]
    pub fingerprint: Vec<u8>,
    /// JSON array of the times (ms) of confirmation mails not answered yet.
    #[sea_orm(column_type = "Text")]
    pub unanswered: String,
    /// No confirmation mails till then: the mailbox said "not me".
    pub declined_until: Option<Time>,
    /// No mails till then: the mailbox did not exist.
    pub bounced_until: Option<Time>,
}

impl ActiveModelBehavior for ActiveModel {}
