//! `hold`: a documented reason to keep a contact for now: it stops deletion, not restriction.

use sea_orm::entity::prelude::*;

use crate::{ContactId, DataKeyId, EntryId, HoldId, HoldReason, Relation, Time, WorkspaceId};

/// A row of `hold`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "hold")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its ID.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: HoldId,
    /// The contact.
    pub contact_id: ContactId,
    /// Why.
    pub reason: HoldReason,
    /// The actor who set it.
    pub author: String,
    /// Since when.
    pub since: Time,
    /// Until when.
    pub until: Time,
    /// When it was released, or found to be over.
    pub released_at: Option<Time>,
    /// The journal entry that recorded it.
    pub entry_id: EntryId,
    /// The contact's key, which seals `sealed`.
    pub data_key_id: Option<DataKeyId>,
    /// What staff noted, sealed.
    pub sealed: Option<Vec<u8>>,
}

crate::from_row!(Model {
    workspace_id,
    id,
    contact_id,
    reason,
    author,
    since,
    until,
    released_at,
    entry_id,
    data_key_id,
    sealed
});

impl ActiveModelBehavior for ActiveModel {}
