//! `duplicate_dismissal`: two contacts of which staff said that they are not one person.

use sea_orm::entity::prelude::*;

use crate::{ContactId, EntryId, Time, WorkspaceId};

/// Two contacts of which staff said that they are not one person.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "duplicate_dismissal")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// The one with the lower id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub low_id: ContactId,
    /// The other.
    #[sea_orm(primary_key, auto_increment = false)]
    pub high_id: ContactId,
    /// When.
    pub dismissed_at: Time,
    /// The entry that recorded it.
    pub entry_id: EntryId,
}

impl ActiveModelBehavior for ActiveModel {}
