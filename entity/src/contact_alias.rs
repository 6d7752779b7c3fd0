//! `contact_alias`: the id of a contact that was merged into another: every look-up by id follows it.

use sea_orm::entity::prelude::*;

use crate::{ContactId, EntryId, Time, WorkspaceId};

/// The id of a contact that was merged into another: every look-up by id follows it.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contact_alias")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// The id that is no more.
    #[sea_orm(primary_key, auto_increment = false)]
    pub old_id: ContactId,
    /// The contact that lives on.
    pub contact_id: ContactId,
    /// The id it had in the system they are synchronised with, which still finds the contact that lives on.
    pub external_id: Option<String>,
    /// When.
    pub merged_at: Time,
    /// The entry that recorded it.
    pub entry_id: EntryId,
}

impl ActiveModelBehavior for ActiveModel {}
