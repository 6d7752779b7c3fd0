//! `erasure`: an erased contact, by ids only: the deletion ledger, and what its certificate states.

use sea_orm::entity::prelude::*;

use crate::{
    ContactId, EntryId, ErasureCause, ErasureGround, ErasureId, Relation, RequestId, Time, WorkspaceId,
};

/// A row of `erasure`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "erasure")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its ID.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ErasureId,
    /// The contact who was erased.
    pub contact_id: ContactId,
    /// What led to it.
    pub cause: ErasureCause,
    /// The ground of GDPR Art. 17(1), or the retention rule.
    pub ground: ErasureGround,
    /// The request it answers.
    pub request_id: Option<RequestId>,
    /// When.
    pub at: Time,
    /// JSON object: table → number of rows that were deleted or emptied.
    #[sea_orm(column_type = "Text")]
    pub counts: String,
    /// JSON array of what is kept: table, number of rows, reason, until when.
    #[sea_orm(column_type = "Text")]
    pub held: String,
    /// When the residue scan ended; none while it waits or runs.
    pub scanned_at: Option<Time>,
    /// JSON object: `table.column` → number of values in which an identifier was found; `{}`: none.
    pub residues: Option<String>,
    /// The journal entry that recorded it.
    pub entry_id: EntryId,
}

crate::from_row!(Model {
    workspace_id,
    id,
    contact_id,
    cause,
    ground,
    request_id,
    at,
    counts,
    held,
    scanned_at,
    residues,
    entry_id
});

impl ActiveModelBehavior for ActiveModel {}
