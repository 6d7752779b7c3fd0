//! `duplicate_candidate`: two contacts that may be the same person, lower ID first. A job finds them.

use sea_orm::entity::prelude::*;

use crate::{ContactId, Relation, Time, WorkspaceId};

/// A row of `duplicate_candidate`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "duplicate_candidate")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// The contact with the lower ID.
    #[sea_orm(primary_key, auto_increment = false)]
    pub low_id: ContactId,
    /// The other contact.
    #[sea_orm(primary_key, auto_increment = false)]
    pub high_id: ContactId,
    /// Why, as a JSON array of `SAME_PHONE` and the like, the strongest first.
    pub reasons: String,
    /// How similar they are, from 1 to 100.
    pub score: i32,
    /// When they were found.
    pub found_at: Time,
}

crate::from_row!(Model { workspace_id, low_id, high_id, reasons, score, found_at });

impl ActiveModelBehavior for ActiveModel {}
