//! `search_word`: a word that a contact, company or deal is found by.

use sea_orm::entity::prelude::*;

use crate::{EntityKind, WorkspaceId};

/// A word that a contact, company or deal is found by.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "search_word")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// What is found.
    #[sea_orm(primary_key, auto_increment = false)]
    pub row_id: Uuid,
    /// Folded: no case, no accents.
    #[sea_orm(primary_key, auto_increment = false)]
    pub word: String,
    /// What kind of thing is found.
    pub entity: EntityKind,
    /// The word's first two letters.
    pub lead: String,
    /// The more, the more the word says about the row.
    pub weight: i32,
}

impl ActiveModelBehavior for ActiveModel {}
