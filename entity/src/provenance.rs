//! `provenance`: where a value came from: who set it, when, from which source.

use sea_orm::entity::prelude::*;

use crate::{EntityKind, EntryId, ProvenanceId, Time, WorkspaceId};

/// Where a value came from: who set it, when, from which source.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "provenance")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ProvenanceId,
    /// In which table the row is.
    pub entity: EntityKind,
    /// Whose value.
    pub row_id: Uuid,
    /// Which field: `given_name`, `email`, `custom.topic` …
    pub field: String,
    /// The id of a form version, or one word: `staff`, `integration`, `merge` …
    pub source: String,
    /// Whether the person's mailbox confirmed it, or staff set it.
    pub proven: bool,
    /// Who.
    pub actor: String,
    /// When.
    pub at: Time,
    /// The entry that recorded it.
    pub entry_id: EntryId,
}

crate::from_row!(Model { workspace_id, id, entity, row_id, field, source, proven, actor, at, entry_id });

impl ActiveModelBehavior for ActiveModel {}
