//! `transfer`: data that are passed on to a recipient by a link that works once.

use sea_orm::entity::prelude::*;

use crate::{
    ContactId, EntryId, PackageId, Relation, Time, TransferAuthorisationId, TransferId, TransferState,
    WorkspaceId,
};

/// A row of `transfer`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "transfer")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its ID.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TransferId,
    /// What the person authorised.
    pub authorisation_id: TransferAuthorisationId,
    /// The person.
    pub contact_id: ContactId,
    /// The file.
    pub package_id: PackageId,
    /// Its state.
    pub state: TransferState,
    /// When it was ordered.
    pub created_at: Time,
    /// Until when its link works.
    pub expires_at: Time,
    /// When the recipient downloaded it.
    pub pulled_at: Option<Time>,
    /// The size of what was downloaded.
    pub bytes: i64,
    /// SHA-256 of what was downloaded.
    pub sha256: Option<Vec<u8>>,
    /// The journal entry that recorded it.
    pub entry_id: EntryId,
}

crate::from_row!(Model {
    workspace_id,
    id,
    authorisation_id,
    contact_id,
    package_id,
    state,
    created_at,
    expires_at,
    pulled_at,
    bytes,
    sha256,
    entry_id
});

impl ActiveModelBehavior for ActiveModel {}
