//! `request`: a person exercising a right (GDPR Art. 15 to 21), with its legal clock (Art. 12(3)).

use sea_orm::entity::prelude::*;

use crate::{
    BalanceOutcome, ContactId, DataKeyId, EntryId, ExtensionReason, MemberId, ObjectionScope, RefusalReason,
    Relation, RequestChannel, RequestHurdle, RequestId, RequestKind, RequestState, Time, WorkspaceId,
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
    /// On how many days the clock stood still, before the person proved who they are.
    pub stood_still_days: i32,
    /// Why staff must decide on it, if it was not carried out at once.
    pub hurdle: Option<RequestHurdle>,
    /// What an objection is about.
    pub objects_to: Option<ObjectionScope>,
    /// How the balance came out, if an objection needed one.
    pub balance: Option<BalanceOutcome>,
    /// When staff were reminded that it is due soon.
    pub reminded_at: Option<Time>,
}

crate::from_row!(Model {
    workspace_id,
    id,
    kind,
    state,
    channel,
    contact_id,
    data_key_id,
    sealed,
    language,
    received_at,
    acknowledged_at,
    identity_proven_at,
    suspended_at,
    due_at,
    extended_at,
    extension_reason,
    answered_at,
    refusal_reason,
    assignee_id,
    version,
    entry_id,
    stood_still_days,
    hurdle,
    objects_to,
    balance,
    reminded_at
});

impl ActiveModelBehavior for ActiveModel {}
