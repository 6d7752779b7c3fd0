//! `form_notice`: what a form told visitors about their data (GDPR Art. 13), each time that changed.

use sea_orm::entity::prelude::*;

use crate::{EntryId, FormVersionId, Relation, Time, WorkspaceId};

/// A row of `form_notice`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "form_notice")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// The journal entry that recorded it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub entry_id: EntryId,
    /// The version of the form.
    pub form_version_id: FormVersionId,
    /// `fr` or `en`.
    pub language: String,
    /// SHA-256 of the content.
    pub sha256: Vec<u8>,
    /// What the notice says, as JSON.
    #[sea_orm(column_type = "Text")]
    pub content: String,
    /// Since when it is in force.
    pub since: Time,
}

crate::from_row!(Model { workspace_id, entry_id, form_version_id, language, sha256, content, since });

impl ActiveModelBehavior for ActiveModel {}
