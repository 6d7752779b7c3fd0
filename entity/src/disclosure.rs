//! `disclosure`: data of a contact that were disclosed to a recipient.

use sea_orm::entity::prelude::*;

use crate::{
    ContactId, DisclosureId, DisclosureMeans, EntryId, PurposeId, RecipientId, Relation, Time, WorkspaceId,
};

/// A row of `disclosure`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "disclosure")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its ID.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DisclosureId,
    /// The recipient.
    pub recipient_id: RecipientId,
    /// The contact.
    pub contact_id: ContactId,
    /// What for.
    pub purpose_id: Option<PurposeId>,
    /// How.
    pub means: DisclosureMeans,
    /// JSON array of the names of fields.
    #[sea_orm(column_type = "Text")]
    pub fields: String,
    /// When.
    pub at: Time,
    /// The journal entry that recorded it.
    pub entry_id: EntryId,
}

crate::from_row!(Model {
    workspace_id,
    id,
    recipient_id,
    contact_id,
    purpose_id,
    means,
    fields,
    at,
    entry_id
});

impl ActiveModelBehavior for ActiveModel {}
