//! `purpose_version`: one published text of a purpose, in every language. Never changed.

use sea_orm::entity::prelude::*;

use crate::{PurposeId, PurposeVersionId, Time, WorkspaceId};

/// One published text of a purpose, in every language. Never changed.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "purpose_version")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PurposeVersionId,
    /// Of which purpose.
    pub purpose_id: PurposeId,
    /// 1, 2, 3 …
    pub number: i32,
    /// JSON: language → title, description, wording, and the wording's SHA-256 in hex.
    #[sea_orm(column_type = "Text")]
    pub texts: String,
    /// When.
    pub created_at: Time,
}

crate::from_row!(Model { workspace_id, id, purpose_id, number, texts, created_at });

impl ActiveModelBehavior for ActiveModel {}
