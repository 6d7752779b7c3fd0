//! `search_word`: a word that finds a contact, company or deal.

use sea_orm::entity::prelude::*;

use crate::{EntityKind, Relation, WorkspaceId};

/// A row of `search_word`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "search_word")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// The row that it finds.
    #[sea_orm(primary_key, auto_increment = false)]
    pub row_id: Uuid,
    /// The folded word: no case, no accents.
    #[sea_orm(primary_key, auto_increment = false)]
    pub word: String,
    /// The kind of row.
    pub entity: EntityKind,
    /// The word's first two letters.
    pub lead: String,
    /// The higher, the more relevant the word is for the row.
    pub weight: i32,
}

impl ActiveModelBehavior for ActiveModel {}
