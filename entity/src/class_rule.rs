//! `class_rule`: the rules for a data class in a workspace: who may read it, and whether the person is
//! notified.

use sea_orm::entity::prelude::*;

use crate::{DataClass, Relation, WorkspaceId};

/// A row of `class_rule`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "class_rule")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// The data class.
    #[sea_orm(primary_key, auto_increment = false)]
    pub class: DataClass,
    /// JSON list of roles that may read values, and reveal sealed ones.
    #[sea_orm(column_type = "Text")]
    pub readers: String,
    /// JSON list of roles that may set values.
    #[sea_orm(column_type = "Text")]
    pub writers: String,
    /// Whether the person is notified when a value changes.
    pub notify_on_change: bool,
    /// Whether the person is notified when a value is revealed.
    pub notify_on_reveal: bool,
}

impl ActiveModelBehavior for ActiveModel {}
