//! `tag`: a label that staff put on contacts.

use sea_orm::entity::prelude::*;

use crate::{TagId, Time, WorkspaceId};

/// A label that staff put on contacts.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tag")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TagId,
    /// As it was written first.
    pub name: String,
    /// The name folded: unique in the workspace.
    pub name_key: String,
    /// When.
    pub created_at: Time,
}

crate::from_row!(Model { workspace_id, id, name, name_key, created_at });

impl ActiveModelBehavior for ActiveModel {}
