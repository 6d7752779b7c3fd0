//! `data_key`: a key that seals what belongs to one person or submission. Destroying it erases all of that at once.

use sea_orm::entity::prelude::*;

use crate::{DataKeyId, KeyOwner, WorkspaceId};

/// A key that seals what belongs to one person or submission. Destroying it erases all of that at once.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "data_key")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its id; in the associated data of what it seals.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DataKeyId,
    /// What owns it.
    pub owner_kind: KeyOwner,
    /// Which one.
    pub owner_id: Uuid,
    /// Wrapped under the workspace's sealing key.
    pub wrapped: Vec<u8>,
}

impl ActiveModelBehavior for ActiveModel {}
