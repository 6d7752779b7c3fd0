//! `basis`: another basis than consent that was shown to hold for a contact and purpose.

use sea_orm::entity::prelude::*;

use crate::{BasisId, ContactId, EntryId, FormVersionId, PurposeId, Time, WorkspaceId};

/// Another basis than consent that was shown to hold for a contact and purpose.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "basis")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: BasisId,
    /// Who.
    pub contact_id: ContactId,
    /// For what.
    pub purpose_id: PurposeId,
    /// The form that declared it.
    pub form_version_id: Option<FormVersionId>,
    /// Since when.
    pub since: Time,
    /// When its condition ended.
    pub until: Option<Time>,
    /// The entry that recorded it, with the justification.
    pub entry_id: EntryId,
}

crate::from_row!(Model { workspace_id, id, contact_id, purpose_id, form_version_id, since, until, entry_id });

impl ActiveModelBehavior for ActiveModel {}
