//! `sealed_value`: a value of a custom field that is CONFIDENTIAL or SECRET, sealed under its owner's key.

use sea_orm::entity::prelude::*;

use crate::{DataKeyId, EntityKind, FieldId, SealedValueId, Time, WorkspaceId};

/// A value of a custom field that is CONFIDENTIAL or SECRET, sealed under its owner's key.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sealed_value")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its id; in the associated data of the seal.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SealedValueId,
    /// In which table the row is.
    pub entity: EntityKind,
    /// Whose value.
    pub row_id: Uuid,
    /// Which field.
    pub field_id: FieldId,
    /// Under which key.
    pub data_key_id: DataKeyId,
    /// The canonical text, sealed.
    pub sealed: Vec<u8>,
    /// When it was set.
    pub set_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}
