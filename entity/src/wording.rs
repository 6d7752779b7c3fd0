//! `wording`: an exact text that was shown to a person, stored once by its hash.

use sea_orm::entity::prelude::*;

use crate::{Relation, WorkspaceId};

/// A row of `wording`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "wording")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// SHA-256 of the UTF-8 text.
    #[sea_orm(primary_key, auto_increment = false)]
    pub sha256: Vec<u8>,
    /// `fr` or `en`.
    pub language: String,
    /// The text.
    #[sea_orm(column_type = "Text")]
    pub text: String,
}

impl ActiveModelBehavior for ActiveModel {}
