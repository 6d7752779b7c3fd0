//! `duplicate_dismissal`: two contacts that staff marked as different persons.

use sea_orm::entity::prelude::*;

use crate::{ContactId, EntryId, Relation, Time, WorkspaceId};

/// A row of `duplicate_dismissal`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "duplicate_dismissal")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// The contact with the lower ID.
    #[sea_orm(primary_key, auto_increment = false)]
    pub low_id: ContactId,
    /// The other contact.
    #[sea_orm(primary_key, auto_increment = false)]
    pub high_id: ContactId,
    /// When they were marked.
    pub dismissed_at: Time,
    /// The journal entry that recorded it.
    pub entry_id: EntryId,
}

impl ActiveModelBehavior for ActiveModel {}
