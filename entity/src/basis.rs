//! `basis`: a legal basis other than consent that was shown to hold for a contact and purpose.

use sea_orm::entity::prelude::*;

use crate::{BasisId, ContactId, EntryId, FormVersionId, PurposeId, Relation, Time, WorkspaceId};

/// A row of `basis`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "basis")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its ID.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: BasisId,
    /// The contact.
    pub contact_id: ContactId,
    /// The purpose.
    pub purpose_id: PurposeId,
    /// The form that declared it.
    pub form_version_id: Option<FormVersionId>,
    /// Since when it holds.
    pub since: Time,
    /// When its condition ended.
    pub until: Option<Time>,
    /// The journal entry that recorded it, with the justification.
    pub entry_id: EntryId,
}

crate::from_row!(Model { workspace_id, id, contact_id, purpose_id, form_version_id, since, until, entry_id });

impl ActiveModelBehavior for ActiveModel {}
