//! `provenance`: where a value came from: who set it, when, from which source.

use sea_orm::entity::prelude::*;

use crate::{EntityKind, EntryId, ProvenanceId, Relation, Time, WorkspaceId};

/// A row of `provenance`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "provenance")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its ID.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ProvenanceId,
    /// The kind of row.
    pub entity: EntityKind,
    /// The row that has the value.
    pub row_id: Uuid,
    /// The field: `given_name`, `email`, `custom.topic` …
    pub field: String,
    /// The ID of a form version, or one word: `staff`, `integration`, `merge` …
    pub source: String,
    /// Whether the mailbox's owner confirmed it, or staff set it.
    pub proven: bool,
    /// The actor who set it.
    pub actor: String,
    /// When it was set.
    pub at: Time,
    /// The journal entry that recorded it.
    pub entry_id: EntryId,
}

crate::from_row!(Model { workspace_id, id, entity, row_id, field, source, proven, actor, at, entry_id });

impl ActiveModelBehavior for ActiveModel {}
