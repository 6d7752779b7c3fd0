//! `quarantine`: a text that was held back because it seems to tell of a special category of data.

use sea_orm::entity::prelude::*;

use crate::{
    ContactId, DataKeyId, EntryId, QuarantineId, QuarantineSource, QuarantineState, Relation, Time,
    WorkspaceId,
};

/// A row of `quarantine`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "quarantine")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its ID.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: QuarantineId,
    /// The kind of record that it was written into.
    pub source: QuarantineSource,
    /// The record.
    pub row_id: Uuid,
    /// Where in the record: `subject`, `body`, `title`, or a custom field as `custom.key`.
    pub field: String,
    /// The contact it was written about, if any.
    pub contact_id: Option<ContactId>,
    /// Its state.
    pub state: QuarantineState,
    /// The key that seals it, destroyed with the decision.
    pub data_key_id: DataKeyId,
    /// The text and its categories, sealed; none once it was decided.
    pub sealed: Option<Vec<u8>>,
    /// The actor who wrote it.
    pub author: String,
    /// When it was held back.
    pub held_at: Time,
    /// When it was released or destroyed.
    pub decided_at: Option<Time>,
    /// The ground of GDPR Art. 9(2) on which it was released.
    pub ground: Option<String>,
    /// The journal entry that recorded it.
    pub entry_id: EntryId,
}

crate::from_row!(Model {
    workspace_id,
    id,
    source,
    row_id,
    field,
    contact_id,
    state,
    data_key_id,
    sealed,
    author,
    held_at,
    decided_at,
    ground,
    entry_id
});

impl ActiveModelBehavior for ActiveModel {}
