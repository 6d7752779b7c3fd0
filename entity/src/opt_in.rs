//! `opt_in`: a request to a mailbox's owner to confirm a submission. Rows stay for 180 days, without personal
//! data.

use sea_orm::entity::prelude::*;

use crate::{ContactId, FormId, OptInId, OptInState, Relation, SubmissionId, Time, WorkspaceId};

/// A row of `opt_in`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "opt_in")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its ID, which signed links contain.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OptInId,
    /// The submission to confirm.
    pub submission_id: SubmissionId,
    /// The form, where the visitor can subscribe again.
    pub form_id: FormId,
    /// The fingerprint of the mailbox.
    pub fingerprint: Vec<u8>,
    /// `fr` or `en`.
    pub language: String,
    /// Its state.
    pub state: OptInState,
    /// When it was created.
    pub created_at: Time,
    /// Until when it can be confirmed.
    pub expires_at: Time,
    /// Whether a confirmation mail is queued and not sent yet.
    pub mail_due: bool,
    /// When the SMTP server accepted the mail.
    pub mailed_at: Option<Time>,
    /// When it was confirmed or declined, expired or bounced.
    pub decided_at: Option<Time>,
    /// The contact, once it is confirmed.
    pub contact_id: Option<ContactId>,
}

impl ActiveModelBehavior for ActiveModel {}
