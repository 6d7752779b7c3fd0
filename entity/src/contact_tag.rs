//! `contact_tag`: a tag on a contact.

use sea_orm::entity::prelude::*;

use crate::{ContactId, Relation, TagId, Time, WorkspaceId};

/// A row of `contact_tag`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contact_tag")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// The contact.
    #[sea_orm(primary_key, auto_increment = false)]
    pub contact_id: ContactId,
    /// The tag.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tag_id: TagId,
    /// When it was added.
    pub tagged_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}
