//! `contact_tag`: a contact has a tag.

use sea_orm::entity::prelude::*;

use crate::{ContactId, TagId, Time, WorkspaceId};

/// A contact has a tag.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contact_tag")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Who.
    #[sea_orm(primary_key, auto_increment = false)]
    pub contact_id: ContactId,
    /// Which label.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tag_id: TagId,
    /// When.
    pub tagged_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}
