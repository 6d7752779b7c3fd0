//! `suppression`: "Do not write to this mailbox", as a keyed fingerprint that survives erasure.

use sea_orm::entity::prelude::*;

use crate::{EntryId, SuppressionReason, Time, WorkspaceId};

/// "Do not write to this mailbox", as a keyed fingerprint that survives erasure.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "suppression")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// The mailbox.
    #[sea_orm(primary_key, auto_increment = false)]
    pub fingerprint: Vec<u8>,
    /// `ALL`, or `<purpose id>:<CHANNEL>`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub scope: String,
    /// Why.
    pub reason: SuppressionReason,
    /// Since when.
    pub at: Time,
    /// The entry that recorded it.
    pub entry_id: EntryId,
}

impl ActiveModelBehavior for ActiveModel {}
