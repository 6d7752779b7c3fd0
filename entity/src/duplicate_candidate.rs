//! `duplicate_candidate`: two contacts that may be one person, lower id first: found by a job, read by lists.

use sea_orm::entity::prelude::*;

use crate::{ContactId, Time, WorkspaceId};

/// Two contacts that may be one person, lower id first: found by a job, read by lists.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "duplicate_candidate")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// The one with the lower id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub low_id: ContactId,
    /// The other.
    #[sea_orm(primary_key, auto_increment = false)]
    pub high_id: ContactId,
    /// Why, as a JSON array of `SAME_PHONE` and the like; the strongest first.
    pub reasons: String,
    /// How alike, from 1 to 100.
    pub score: i32,
    /// When.
    pub found_at: Time,
}

crate::from_row!(Model { workspace_id, low_id, high_id, reasons, score, found_at });

impl ActiveModelBehavior for ActiveModel {}
