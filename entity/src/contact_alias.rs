//! `contact_alias`: the ID of a contact that was merged into another. Look-ups by this ID find the other
//! contact.

use sea_orm::entity::prelude::*;

use crate::{ContactId, EntryId, Relation, Time, WorkspaceId};

/// A row of `contact_alias`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contact_alias")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// The ID that no longer exists.
    #[sea_orm(primary_key, auto_increment = false)]
    pub old_id: ContactId,
    /// The remaining contact.
    pub contact_id: ContactId,
    /// Its ID in the system it was synchronised with, which now finds the remaining contact.
    pub external_id: Option<String>,
    /// When they were merged.
    pub merged_at: Time,
    /// The journal entry that recorded it.
    pub entry_id: EntryId,
}

impl ActiveModelBehavior for ActiveModel {}
