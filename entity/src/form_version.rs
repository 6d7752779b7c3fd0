//! `form_version`: a published form. Never changed.

use sea_orm::entity::prelude::*;

use crate::{FormId, FormVersionId, Relation, Time, WorkspaceId};

/// A row of `form_version`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "form_version")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its ID.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: FormVersionId,
    /// The form.
    pub form_id: FormId,
    /// The version number: 1, 2, 3 …
    pub number: i32,
    /// The definition as canonical JSON (RFC 8785).
    #[sea_orm(column_type = "Text")]
    pub definition: String,
    /// SHA-256 of the definition.
    pub sha256: Vec<u8>,
    /// When it was published.
    pub published_at: Time,
}

crate::from_row!(Model { workspace_id, id, form_id, number, definition, sha256, published_at });

impl ActiveModelBehavior for ActiveModel {}
