//! `form`: a form a marketer edits. Visitors only ever see its versions.

use sea_orm::entity::prelude::*;

use crate::{FormId, FormVersionId, Time, WorkspaceId};

/// A form a marketer edits. Visitors only ever see its versions.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "form")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its id, unique over the instance: it stands alone in the embed.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: FormId,
    /// What staff call it.
    pub name: String,
    /// JSON of the definition being edited.
    #[sea_orm(column_type = "Text")]
    pub draft: String,
    /// What visitors see.
    pub published_version_id: Option<FormVersionId>,
    /// Counts edits, for optimistic concurrency.
    pub version: i32,
    /// When.
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
