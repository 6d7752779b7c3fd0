//! `refold`: how far the folded texts of a workspace's rows follow today's rules of folding.

use sea_orm::entity::prelude::*;

use crate::WorkspaceId;

/// How far the folded texts of a workspace's rows follow today's rules of folding.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "refold")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Which kind of row, like `contact`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub part: String,
    /// The rules they follow, up to `reached`.
    pub version: i32,
    /// The last row that was folded anew; null: all were.
    pub reached: Option<Uuid>,
}

impl ActiveModelBehavior for ActiveModel {}
