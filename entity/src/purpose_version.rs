//! `purpose_version`: a published text of a purpose, in every language. Never changed.

use sea_orm::entity::prelude::*;

use crate::{PurposeId, PurposeVersionId, Relation, Time, WorkspaceId};

/// A row of `purpose_version`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "purpose_version")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its ID.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PurposeVersionId,
    /// The purpose.
    pub purpose_id: PurposeId,
    /// The version number: 1, 2, 3 …
    pub number: i32,
    /// JSON: language → title, description, wording, and the wording's SHA-256 in hex.
    #[sea_orm(column_type = "Text")]
    pub texts: String,
    /// When it was created.
    pub created_at: Time,
}

crate::from_row!(Model { workspace_id, id, purpose_id, number, texts, created_at });

impl ActiveModelBehavior for ActiveModel {}
