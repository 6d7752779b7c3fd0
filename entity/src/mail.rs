//! `mail`: a mail that is being sent, was sent, or bounced. Its template, recipient, subject and the server's
//! answer are stored, not its text.

use sea_orm::entity::prelude::*;

use crate::{ContactId, DataKeyId, MailId, MailState, OptInId, Relation, Time, WorkspaceId};

/// A row of `mail`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mail")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its ID: the UUID of the job that sends it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MailId,
    /// The kind of mail: the name of its template folder.
    pub kind: String,
    /// RFC 5322 Message-ID.
    pub message_id: String,
    /// SHA-256 over the template files used.
    pub template_sha256: Vec<u8>,
    /// `fr` or `en`.
    pub language: String,
    /// Its state.
    pub state: MailState,
    /// The server's reply code; 250 for a preview, 0 while it is unknown.
    pub smtp_code: i32,
    /// The opt-in it belongs to.
    pub opt_in_id: Option<OptInId>,
    /// The recipient, if they are a contact.
    pub contact_id: Option<ContactId>,
    /// The key that seals `sealed`; none once it is destroyed.
    pub data_key_id: Option<DataKeyId>,
    /// The server's reply text, the address and the subject, sealed.
    pub sealed: Option<Vec<u8>>,
    /// When the state was last set.
    pub at: Time,
}

impl ActiveModelBehavior for ActiveModel {}
