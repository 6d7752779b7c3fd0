//! `instance_mailbox`: confirmation mails to a mailbox from all workspaces, under the instance's own
//! fingerprint of it.

use sea_orm::entity::prelude::*;

use crate::Relation;

/// A row of `instance_mailbox`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "instance_mailbox")]
pub struct Model {
    /// Keyed hash, 32 bytes.
    #[sea_orm(primary_key, auto_increment = false)]
    pub fingerprint: Vec<u8>,
    /// JSON array of the times (in milliseconds) of confirmation mails not answered yet.
    #[sea_orm(column_type = "Text")]
    pub unanswered: String,
}

impl ActiveModelBehavior for ActiveModel {}
