//! `refold`: how far a workspace's rows were folded again by the current rules of folding.

use sea_orm::entity::prelude::*;

use crate::{Relation, WorkspaceId};

/// A row of `refold`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "refold")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// The kind of row, like `contact`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub part: String,
    /// The version of the rules by which rows up to `reached` were folded.
    pub version: i32,
    /// The last row that was folded again; null: all were.
    pub reached: Option<Uuid>,
}

impl ActiveModelBehavior for ActiveModel {}
