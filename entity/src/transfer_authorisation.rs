//! `transfer_authorisation`: what a person was asked to agree to, for one named recipient (GDPR Art. 20(2)),
//! and what they answered.

use sea_orm::entity::prelude::*;

use crate::{
    AuthorisationState, ContactId, DataKeyId, EntryId, RecipientId, Relation, Time, TransferAuthorisationId,
    WorkspaceId,
};

/// A row of `transfer_authorisation`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "transfer_authorisation")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its ID.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TransferAuthorisationId,
    /// The person.
    pub contact_id: ContactId,
    /// The recipient.
    pub recipient_id: RecipientId,
    /// The key that seals it: the contact's.
    pub data_key_id: DataKeyId,
    /// The recipient as it was named, its e-mail address and the purpose as the person reads it, sealed.
    pub sealed: Vec<u8>,
    /// JSON array of categories.
    #[sea_orm(column_type = "Text")]
    pub scope: String,
    /// `fr` or `en`.
    pub language: String,
    /// Its state.
    pub state: AuthorisationState,
    /// When the person was asked.
    pub asked_at: Time,
    /// Until when they can answer.
    pub answer_until: Time,
    /// From when it holds.
    pub valid_from: Time,
    /// Until when it holds.
    pub valid_until: Time,
    /// When they answered.
    pub decided_at: Option<Time>,
    /// When they took it back.
    pub withdrawn_at: Option<Time>,
    /// The journal entry of the answer, to which the sealed evidence belongs.
    pub proof_entry_id: Option<EntryId>,
    /// The journal entry that recorded the question.
    pub entry_id: EntryId,
}

crate::from_row!(Model {
    workspace_id,
    id,
    contact_id,
    recipient_id,
    data_key_id,
    sealed,
    scope,
    language,
    state,
    asked_at,
    answer_until,
    valid_from,
    valid_until,
    decided_at,
    withdrawn_at,
    proof_entry_id,
    entry_id
});

impl ActiveModelBehavior for ActiveModel {}
