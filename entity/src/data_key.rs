//! `data_key`: a key that seals the data of one person or submission. Destroying it erases all of that data
//! at once.

use sea_orm::entity::prelude::*;

use crate::{DataKeyId, KeyOwner, Relation, WorkspaceId};

/// A row of `data_key`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "data_key")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its ID, which is part of the associated data of everything it seals.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DataKeyId,
    /// The kind of owner.
    pub owner_kind: KeyOwner,
    /// The owner's ID.
    pub owner_id: Uuid,
    /// The key, wrapped with the workspace's sealing key.
    pub wrapped: Vec<u8>,
}

impl ActiveModelBehavior for ActiveModel {}
