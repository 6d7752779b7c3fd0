//! `field_value`: a value of a custom field that is OPEN or INTERNAL, typed for filters and sorting. The
//! row's `custom` holds the text that is shown.

use sea_orm::entity::prelude::*;

use crate::{FieldId, Relation, WorkspaceId};

/// A row of `field_value`.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "field_value")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// The field.
    #[sea_orm(primary_key, auto_increment = false)]
    pub field_id: FieldId,
    /// The row that has the value.
    #[sea_orm(primary_key, auto_increment = false)]
    pub row_id: Uuid,
    /// 0, or the position among several choices.
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i32,
    /// Text folded and truncated to 200 characters, a date as `YYYY-MM-DD`, a choice, a currency, `true` or
    /// `false`.
    pub text: Option<String>,
    /// A number, or an amount in minor units.
    pub number: Option<f64>,
}

impl ActiveModelBehavior for ActiveModel {}
