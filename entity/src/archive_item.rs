//! `archive_item`: a row of an erased contact that the law obliges or allows to keep (GDPR Art. 17(3)),
//! sealed, apart from the active tables.

use sea_orm::entity::prelude::*;

use crate::{ArchiveItemId, ArchiveReason, ContactId, DataKeyId, ErasureId, Relation, Time, WorkspaceId};

/// A row of `archive_item`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "archive_item")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its ID.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ArchiveItemId,
    /// The contact who was erased.
    pub contact_id: ContactId,
    /// The erasure.
    pub erasure_id: ErasureId,
    /// The table it came from.
    pub source: String,
    /// Its id there.
    pub row_id: Uuid,
    /// The key that seals it.
    pub data_key_id: DataKeyId,
    /// The row as JSON, sealed.
    pub sealed: Vec<u8>,
    /// Why it is kept.
    pub reason: ArchiveReason,
    /// Since when.
    pub archived_at: Time,
    /// Until when.
    pub until: Time,
}

crate::from_row!(Model {
    workspace_id,
    id,
    contact_id,
    erasure_id,
    source,
    row_id,
    data_key_id,
    sealed,
    reason,
    archived_at,
    until
});

impl ActiveModelBehavior for ActiveModel {}
