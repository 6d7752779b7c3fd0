//! `class_rule`: what holds for a data class in a workspace: who may read it, and whether the person is told.

use sea_orm::entity::prelude::*;

use crate::{DataClass, WorkspaceId};

/// What holds for a data class in a workspace: who may read it, and whether the person is told.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "class_rule")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Which class.
    #[sea_orm(primary_key, auto_increment = false)]
    pub class: DataClass,
    /// JSON list of roles that may read, and reveal what is sealed.
    #[sea_orm(column_type = "Text")]
    pub readers: String,
    /// JSON list of roles that may set values.
    #[sea_orm(column_type = "Text")]
    pub writers: String,
    /// Whether the person is told when a value changes.
    pub notify_on_change: bool,
    /// Whether the person is told when a value is revealed.
    pub notify_on_reveal: bool,
}

impl ActiveModelBehavior for ActiveModel {}
