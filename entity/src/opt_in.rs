//! `opt_in`: a pending question to a mailbox. Rows stay, without personal data, for 180 days.

use sea_orm::entity::prelude::*;

use crate::{ContactId, FormId, OptInId, OptInState, SubmissionId, Time, WorkspaceId};

/// A pending question to a mailbox. Rows stay, without personal data, for 180 days.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "opt_in")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its id; signed links carry it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OptInId,
    /// What is asked about.
    pub submission_id: SubmissionId,
    /// Where one can ask again.
    pub form_id: FormId,
    /// The mailbox.
    pub fingerprint: Vec<u8>,
    /// `fr` or `en`.
    pub language: String,
    /// Where it stands.
    pub state: OptInState,
    /// When.
    pub created_at: Time,
    /// Until when an answer counts.
    pub expires_at: Time,
    /// A confirmation mail is queued and not yet sent.
    pub mail_due: bool,
    /// When the SMTP server took the mail.
    pub mailed_at: Option<Time>,
    /// When it was answered, expired or bounced.
    pub decided_at: Option<Time>,
    /// Whom it became.
    pub contact_id: Option<ContactId>,
}

impl ActiveModelBehavior for ActiveModel {}
