//! `field`: the definition of a custom attribute of contacts, companies or deals, with its data class.

use sea_orm::entity::prelude::*;

use crate::{DataClass, EntityKind, FieldId, FieldType, Relation, Time, WorkspaceId};

/// A row of `field`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "field")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its ID.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: FieldId,
    /// The kind of row that has it.
    pub entity: EntityKind,
    /// Its name in inputs and filters: `[a-z][a-z0-9_]*`, unique per kind of row.
    pub key: String,
    /// JSON object: language → label.
    #[sea_orm(column_type = "Text")]
    pub label: String,
    /// The type of its values.
    pub kind: FieldType,
    /// Its data class: who may read it, and how it is stored.
    pub class: DataClass,
    /// Why it is collected (GDPR Art. 5(1)(c)).
    pub reason: String,
    /// Whether staff must fill it in.
    pub required: bool,
    /// JSON list of the choices, for CHOICE and CHOICES.
    #[sea_orm(column_type = "Text")]
    pub options: String,
    /// JSON object: `min`, `max` and `pattern`, each optional.
    #[sea_orm(column_type = "Text")]
    pub validation: String,
    /// Its position among the fields of its kind of row.
    pub position: i32,
    /// Counts changes, for optimistic concurrency.
    pub version: i32,
    /// When it was created.
    pub created_at: Time,
    /// Since when it accepts no new values.
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
