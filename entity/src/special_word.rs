//! `special_word`: a word of the workspace's own that tells of a special category of data.

use sea_orm::entity::prelude::*;

use crate::{Relation, SpecialWordId, Time, WorkspaceId};

/// A row of `special_word`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "special_word")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its ID.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SpecialWordId,
    /// The category that it tells of.
    pub category: String,
    /// `fr` or `en`.
    pub language: String,
    /// The word or phrase as it was entered.
    pub word: String,
    /// The same, folded.
    pub word_key: String,
    /// When it was added.
    pub created_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}
