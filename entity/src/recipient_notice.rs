//! `recipient_notice`: a recipient who is to be told that a contact's data were corrected, erased or
//! restricted (GDPR Art. 19).

use sea_orm::entity::prelude::*;

use crate::{
    ContactId, EntryId, NoticeImpossible, RecipientId, RecipientNoticeId, RecipientNoticeKind,
    RecipientNoticeState, Relation, Time, WorkspaceId,
};

/// A row of `recipient_notice`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "recipient_notice")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its ID.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RecipientNoticeId,
    /// The recipient.
    pub recipient_id: RecipientId,
    /// The contact. No foreign key: the row outlives an erasure.
    pub contact_id: ContactId,
    /// What they are told.
    pub kind: RecipientNoticeKind,
    /// Whether they were told, and acknowledged.
    pub state: RecipientNoticeState,
    /// When it became due.
    pub created_at: Time,
    /// When its state last changed.
    pub decided_at: Option<Time>,
    /// The journal entry that made it due.
    pub entry_id: EntryId,
    /// Why they are not told, when that is impossible.
    pub reason: Option<NoticeImpossible>,
}

crate::from_row!(Model {
    workspace_id,
    id,
    recipient_id,
    contact_id,
    kind,
    state,
    created_at,
    decided_at,
    entry_id,
    reason
});

impl ActiveModelBehavior for ActiveModel {}
