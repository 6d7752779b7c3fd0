//! `sealed_value`: a value of a custom field that is CONFIDENTIAL or SECRET, sealed with its owner's key.

use sea_orm::entity::prelude::*;

use crate::{DataKeyId, EntityKind, FieldId, Relation, SealedValueId, Time, WorkspaceId};

/// A row of `sealed_value`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sealed_value")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its ID, which is part of the associated data of the seal.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SealedValueId,
    /// The kind of row.
    pub entity: EntityKind,
    /// The row that has the value.
    pub row_id: Uuid,
    /// The field.
    pub field_id: FieldId,
    /// The key that seals it.
    pub data_key_id: DataKeyId,
    /// The canonical text, sealed.
    pub sealed: Vec<u8>,
    /// When it was set.
    pub set_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}
