//! `form_version`: a form as it was published. Never changed.

use sea_orm::entity::prelude::*;

use crate::{FormId, FormVersionId, Time, WorkspaceId};

/// A form as it was published. Never changed.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "form_version")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: FormVersionId,
    /// Of which form.
    pub form_id: FormId,
    /// 1, 2, 3 …
    pub number: i32,
    /// Canonical JSON (RFC 8785).
    #[sea_orm(column_type = "Text")]
    pub definition: String,
    /// SHA-256 of it.
    pub sha256: Vec<u8>,
    /// When.
    pub published_at: Time,
}

crate::from_row!(Model { workspace_id, id, form_id, number, definition, sha256, published_at });

impl ActiveModelBehavior for ActiveModel {}
