//! `request`: a person exercising a right (GDPR Art. 15 to 21), with its legal clock (Art. 12(3)).

use sea_orm::entity::prelude::*;

use crate::{
    ContactId, DataKeyId, EntryId, ExtensionReason, MemberId, RefusalReason, Relation, RequestChannel,
    RequestId, RequestKind, RequestState, Time, WorkspaceId,
};

/// A row of `request`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "request")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its ID.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RequestId,
    /// Which right.
    pub kind: RequestKind,
    /// Its state.
    pub state: RequestState,
    /// How it arrived.
    pub channel: RequestChannel,
    /// The contact; none while or if nobody could be identified. No foreign key: the row outlives an erasure.
    pub contact_id: Option<ContactId>,
    /// The key that seals what the person wrote.
    pub data_key_id: DataKeyId,
    /// Who asked and what they wrote, sealed; none once the file is destroyed.
    pub sealed: Option<Vec<u8>>,
    /// `fr` or `en`.
    pub language: String,
    /// When it was received, which starts the clock.
    pub received_at: Time,
    /// When the acknowledgement was sent.
    pub acknowledged_at: Option<Time>,
    /// When the mailbox proved who asks.
    pub identity_proven_at: Option<Time>,
    /// Since when the clock stands still, because the identity is asked for.
    pub suspended_at: Option<Time>,
    /// Until when it must be answered.
    pub due_at: Time,
    /// When it was extended by two months.
    pub extended_at: Option<Time>,
    /// Why it was extended.
    pub extension_reason: Option<ExtensionReason>,
    /// When it was fulfilled or refused.
    pub answered_at: Option<Time>,
    /// Why it was refused.
    pub refusal_reason: Option<RefusalReason>,
    /// The member who handles it.
    pub assignee_id: Option<MemberId>,
    /// Counts changes, for optimistic concurrency.
    pub version: i32,
    /// The journal entry that recorded it.
    pub entry_id: EntryId,
}

impl ActiveModelBehavior for ActiveModel {}
