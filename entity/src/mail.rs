//! `mail`: a mail that is or was handed over, or whose mailbox does not exist. Its text is not kept: template, context and answer are.

use sea_orm::entity::prelude::*;

use crate::{ContactId, DataKeyId, MailId, MailState, OptInId, Time, WorkspaceId};

/// A mail that is or was handed over, or whose mailbox does not exist. Its text is not kept: template, context and answer are.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mail")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its id: the UUID of the job that sent it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MailId,
    /// Which mail: the template's folder.
    pub kind: String,
    /// RFC 5322 Message-ID.
    pub message_id: String,
    /// SHA-256 over the template files used.
    pub template_sha256: Vec<u8>,
    /// `fr` or `en`.
    pub language: String,
    /// What became of it.
    pub state: MailState,
    /// The server's reply code; 250 for a preview, 0 while it is not known.
    pub smtp_code: i32,
    /// The question it asked.
    pub opt_in_id: Option<OptInId>,
    /// Whom it was for, when known.
    pub contact_id: Option<ContactId>,
    /// What seals the next; none when the key is gone.
    pub data_key_id: Option<DataKeyId>,
    /// The server's reply text and the context, without links; sealed.
    pub sealed: Option<Vec<u8>>,
    /// When.
    pub at: Time,
}

impl ActiveModelBehavior for ActiveModel {}
