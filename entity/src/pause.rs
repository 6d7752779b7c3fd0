//! `pause`: until when a contact wants nothing that they could refuse. What they chose stays as it is.

use sea_orm::entity::prelude::*;

use crate::{ContactId, EntryId, Relation, Time, WorkspaceId};

/// A row of `pause`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "pause")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// The contact.
    #[sea_orm(primary_key, auto_increment = false)]
    pub contact_id: ContactId,
    /// Until when.
    pub until: Time,
    /// When the person chose it.
    pub since: Time,
    /// The journal entry that recorded it.
    pub entry_id: EntryId,
}

crate::from_row!(Model { workspace_id, contact_id, until, since, entry_id });

impl ActiveModelBehavior for ActiveModel {}
