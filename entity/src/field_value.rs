//! `field_value`: a value of a custom field that is OPEN or INTERNAL, typed for filters and order. The row's `custom` shows it.

use sea_orm::entity::prelude::*;

use crate::{FieldId, WorkspaceId};

/// A value of a custom field that is OPEN or INTERNAL, typed for filters and order. The row's `custom` shows it.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "field_value")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Which field.
    #[sea_orm(primary_key, auto_increment = false)]
    pub field_id: FieldId,
    /// Whose value.
    #[sea_orm(primary_key, auto_increment = false)]
    pub row_id: Uuid,
    /// 0, or its place among several choices.
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i32,
    /// Text folded and cut to 200 characters, a date as `YYYY-MM-DD`, a choice, a currency, `true` or `false`.
    pub text: Option<String>,
    /// A number, or an amount in minor units.
    pub number: Option<f64>,
}

impl ActiveModelBehavior for ActiveModel {}
