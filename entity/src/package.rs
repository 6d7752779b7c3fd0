//! `package`: a copy of a contact's data, built by a job, kept sealed in parts until it expires.

use sea_orm::entity::prelude::*;

use crate::{
    ContactId, DataKeyId, EntryId, PackageId, PackageKind, PackageState, Relation, RequestId, Time,
    WorkspaceId,
};

/// A row of `package`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "package")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its ID.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PackageId,
    /// The contact.
    pub contact_id: ContactId,
    /// The request it answers.
    pub request_id: Option<RequestId>,
    /// What it holds.
    pub kind: PackageKind,
    /// Its state.
    pub state: PackageState,
    /// The key that seals its parts: the contact's.
    pub data_key_id: DataKeyId,
    /// Its size; 0 until it is built.
    pub bytes: i64,
    /// SHA-256 of the file; none until it is built.
    pub sha256: Option<Vec<u8>>,
    /// When it was ordered.
    pub created_at: Time,
    /// When it was built.
    pub built_at: Option<Time>,
    /// When it is deleted.
    pub expires_at: Time,
    /// How often it was downloaded.
    pub downloads: i32,
    /// The journal entry that recorded it.
    pub entry_id: EntryId,
}

crate::from_row!(Model {
    workspace_id,
    id,
    contact_id,
    request_id,
    kind,
    state,
    data_key_id,
    bytes,
    sha256,
    created_at,
    built_at,
    expires_at,
    downloads,
    entry_id
});

impl ActiveModelBehavior for ActiveModel {}
