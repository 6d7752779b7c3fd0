//! `field`: the definition of a custom attribute of contacts, companies or deals, with its data class.

use sea_orm::entity::prelude::*;

use crate::{DataClass, EntityKind, FieldId, FieldType, Time, WorkspaceId};

/// The definition of a custom attribute of contacts, companies or deals, with its data class.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "field")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: FieldId,
    /// What has it.
    pub entity: EntityKind,
    /// Its name in inputs and filters: `[a-z][a-z0-9_]*`, unique per kind of thing.
    pub key: String,
    /// JSON object: language → what stands beside it.
    #[sea_orm(column_type = "Text")]
    pub label: String,
    /// What its values are.
    pub kind: FieldType,
    /// Who may read it, and how it is kept.
    pub class: DataClass,
    /// Why it is held (Art. 5(1)(c)).
    pub reason: String,
    /// Whether staff must fill it in.
    pub required: bool,
    /// JSON list of the choices, for CHOICE and CHOICES.
    #[sea_orm(column_type = "Text")]
    pub options: String,
    /// JSON object: `min`, `max` and `pattern`, each optional.
    #[sea_orm(column_type = "Text")]
    pub validation: String,
    /// Its place among its kind.
    pub position: i32,
    /// Counts changes, for optimistic concurrency.
    pub version: i32,
    /// When.
    pub created_at: Time,
    /// Since when it takes no new values.
    pub archived_at: Option<Time>,
}

crate::from_row!(Model {
    workspace_id,
    id,
    entity,
    key,
    label,
    kind,
    class,
    reason,
    required,
    options,
    validation,
    position,
    version,
    created_at,
    archived_at
});

impl ActiveModelBehavior for ActiveModel {}
