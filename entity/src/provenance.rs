//! `provenance`: where a value came from: who set it, when, from which source.

use sea_orm::entity::prelude::*;

use crate::{ContactId, EntryId, ProvenanceId, Time, WorkspaceId};

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
    /// Whose value.
    pub contact_id: ContactId,
    /// Which field.
    pub field: String,
    /// The id of the form version, or `staff`, `import` …
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

impl ActiveModelBehavior for ActiveModel {}
