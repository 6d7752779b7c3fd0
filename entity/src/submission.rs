//! `submission`: what a visitor sent, sealed, outside the contacts, until it is confirmed or expires.

use sea_orm::entity::prelude::*;

use crate::{DataKeyId, EntryId, FormId, FormVersionId, SubmissionId, SubmissionState, Time, WorkspaceId};

/// What a visitor sent, sealed, outside the contacts, until it is confirmed or expires.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "submission")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SubmissionId,
    /// Which form.
    pub form_id: FormId,
    /// As published when it was shown.
    pub form_version_id: FormVersionId,
    /// What seals it.
    pub data_key_id: DataKeyId,
    /// Values, ticked consents, page and evidence; none once destroyed.
    pub sealed: Option<Vec<u8>>,
    /// SHA-256 of the form ticket: with the payload hash, the idempotency key.
    pub ticket_hash: Vec<u8>,
    /// Keyed hash of ticket and payload, so that a post sent twice counts once; none once destroyed.
    pub payload_hash: Option<Vec<u8>>,
    /// Where it stands.
    pub state: SubmissionState,
    /// When.
    pub received_at: Time,
    /// The entry that recorded it.
    pub entry_id: EntryId,
    /// Which of the submissions of its ticket it is, from 1; none for those from before they were counted.
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
