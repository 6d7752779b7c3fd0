//! `form`: a form that staff edit. Visitors only see its versions.

use sea_orm::entity::prelude::*;

use crate::{FormId, FormVersionId, Relation, Time, WorkspaceId};

/// A row of `form`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "form")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its ID, unique in the instance, because the embed code names nothing else.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: FormId,
    /// The name that staff gave it.
    pub name: String,
    /// JSON of the draft definition.
    #[sea_orm(column_type = "Text")]
    pub draft: String,
    /// The version that visitors see.
    pub published_version_id: Option<FormVersionId>,
    /// Counts edits, for optimistic concurrency.
    pub version: i32,
    /// When it was created.
    pub created_at: Time,
    /// When the draft was last changed.
    pub updated_at: Time,
    /// When it was closed.
    pub archived_at: Option<Time>,
}

crate::from_row!(Model {
    workspace_id,
    id,
    name,
    draft,
    published_version_id,
    version,
    created_at,
    updated_at,
    archived_at
});

impl ActiveModelBehavior for ActiveModel {}
