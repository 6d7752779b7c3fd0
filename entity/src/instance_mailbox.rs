//! `instance_mailbox`: confirmation mails to a mailbox over all workspaces, under a fingerprint of its own.

use sea_orm::entity::prelude::*;

/// Confirmation mails to a mailbox over all workspaces, under a fingerprint of its own.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "instance_mailbox")]
pub struct Model {
    /// Keyed hash, 32 bytes.
    #[sea_orm(primary_key, auto_increment = false)]
    pub fingerprint: Vec<u8>,
    /// JSON array of times (ms).
    #[sea_orm(column_type = "Text")]
    pub unanswered: String,
}

impl ActiveModelBehavior for ActiveModel {}
