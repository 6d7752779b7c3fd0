//! `evidence`: the sealed personal data of a proof. The journal only holds a commitment to it.

use sea_orm::entity::prelude::*;

use crate::{ContactId, DataKeyId, EntryId, EvidenceId, Relation, WorkspaceId};

/// A row of `evidence`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "evidence")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its ID.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: EvidenceId,
    /// The journal entry it belongs to.
    pub entry_id: EntryId,
    /// The contact.
    pub contact_id: Option<ContactId>,
    /// The key that seals it.
    pub data_key_id: DataKeyId,
    /// Sealed JSON.
    pub sealed: Vec<u8>,
}

impl ActiveModelBehavior for ActiveModel {}
