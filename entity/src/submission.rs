//! `submission`: the data that a visitor sent, sealed and kept separate from contacts until it is confirmed
//! or expires.

use sea_orm::entity::prelude::*;

use crate::{
    DataKeyId, EntryId, FormId, FormVersionId, Relation, SubmissionId, SubmissionState, Time, WorkspaceId,
};

/// A row of `submission`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "submission")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its ID.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SubmissionId,
    /// The form.
    pub form_id: FormId,
    /// The version that was shown.
    pub form_version_id: FormVersionId,
    /// The key that seals it.
    pub data_key_id: DataKeyId,
    /// Values, ticked consents, page and evidence, sealed; none once destroyed.
    pub sealed: Option<Vec<u8>>,
    /// SHA-256 of the form ticket; with the payload hash, the idempotency key.
    pub ticket_hash: Vec<u8>,
    /// Keyed hash of ticket and payload, so that a repeated post counts once; none once destroyed.
    pub payload_hash: Option<Vec<u8>>,
    /// Its state.
    pub state: SubmissionState,
    /// When it was received.
    pub received_at: Time,
    /// The journal entry that recorded it.
    pub entry_id: EntryId,
    /// Its number among the submissions with the same ticket, from 1; none for rows that are older than this
    /// count.
    pub ticket_place: Option<i32>,
}

crate::from_row!(Model {
    workspace_id,
    id,
    form_id,
    form_version_id,
    data_key_id,
    sealed,
    ticket_hash,
    payload_hash,
    state,
    received_at,
    entry_id,
    ticket_place
});

impl ActiveModelBehavior for ActiveModel {}
