//! `mailbox_proof`: a question to a mailbox: is this your request? Its link opens what only the mailbox's
//! owner may see or do.

use sea_orm::entity::prelude::*;

use crate::{
    ContactId, DataKeyId, MailboxProofId, MailboxProofKind, MailboxProofState, Relation, Time, WorkspaceId,
};

/// A row of `mailbox_proof`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mailbox_proof")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its ID.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MailboxProofId,
    /// What the mailbox is asked for.
    pub kind: MailboxProofKind,
    /// The fingerprint of the mailbox.
    pub fingerprint: Vec<u8>,
    /// The contact, if the mailbox is one's.
    pub contact_id: Option<ContactId>,
    /// The key that seals it.
    pub data_key_id: DataKeyId,
    /// The address and what was asked for, sealed; none once it has ended.
    pub sealed: Option<Vec<u8>>,
    /// `fr` or `en`.
    pub language: String,
    /// Its state.
    pub state: MailboxProofState,
    /// When it was created.
    pub created_at: Time,
    /// Until when its link works.
    pub expires_at: Time,
    /// When the mailbox answered, or it ended.
    pub decided_at: Option<Time>,
}

impl ActiveModelBehavior for ActiveModel {}
