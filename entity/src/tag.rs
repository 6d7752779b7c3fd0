//! `tag`: a label that staff put on contacts.

use sea_orm::entity::prelude::*;

use crate::{Relation, TagId, Time, WorkspaceId};

/// A row of `tag`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tag")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its ID.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TagId,
    /// As it was first written.
    pub name: String,
    /// The folded name, unique in the workspace.
    pub name_key: String,
    /// When it was created.
    pub created_at: Time,
}

crate::from_row!(Model { workspace_id, id, name, name_key, created_at });

impl ActiveModelBehavior for ActiveModel {}
