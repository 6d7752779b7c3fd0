//! `evidence`: the sealed personal part of a proof. The journal holds only its commitment.

use sea_orm::entity::prelude::*;

use crate::{ContactId, DataKeyId, EntryId, EvidenceId, WorkspaceId};

/// The sealed personal part of a proof. The journal holds only its commitment.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "evidence")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: EvidenceId,
    /// The entry it belongs to.
    pub entry_id: EntryId,
    /// Whose proof.
    pub contact_id: Option<ContactId>,
    /// What seals it.
    pub data_key_id: DataKeyId,
    /// JSON, sealed.
    pub sealed: Vec<u8>,
}

impl ActiveModelBehavior for ActiveModel {}
