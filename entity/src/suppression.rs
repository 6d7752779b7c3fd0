//! `suppression`: "Do not write to this mailbox", as a keyed fingerprint that survives erasure.

use sea_orm::entity::prelude::*;

use crate::{EntryId, Relation, SuppressionReason, Time, WorkspaceId};

/// A row of `suppression`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "suppression")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// The fingerprint of the mailbox.
    #[sea_orm(primary_key, auto_increment = false)]
    pub fingerprint: Vec<u8>,
    /// `ALL`, `MARKETING` (every purpose on consent or legitimate interests), or `<purpose ID>:<CHANNEL>`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub scope: String,
    /// Why it is suppressed.
    pub reason: SuppressionReason,
    /// Since when it is suppressed.
    pub at: Time,
    /// The journal entry that recorded it.
    pub entry_id: EntryId,
}

impl ActiveModelBehavior for ActiveModel {}
