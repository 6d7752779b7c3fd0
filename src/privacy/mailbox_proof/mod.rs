//! A fresh answer of a mailbox: before a page shows what is held about somebody, or a mail's address becomes
//! theirs, a link is sent there and has to be opened. Nobody is asked for an identity document (GDPR Art. 12(6)).

use entity::{ContactId, EmailAddress, MailboxProofId, MailboxProofKind, WorkspaceId, mailbox_proof};

use crate::{
    app::App,
    error::{Error, Result},
    platform::{vault::Vault, work::Work},
};

/// What a mailbox is asked.
pub struct Question {
    /// What for.
    pub kind: MailboxProofKind,
    /// The mailbox.
    pub email: EmailAddress,
    /// `fr` or `en`.
    pub language: String,
    /// The contact it concerns; for a mailbox that was typed, the one whose mailbox it is, if any.
    pub contact: Option<ContactId>,
    /// What was asked for beside, as JSON: the purposes chosen, say. Sealed with the address.
    pub extra: serde_json::Value,
}

/// Stores the question sealed and queues its mail. Says nothing about whether the mailbox is known.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn ask_mailbox(work: &mut Work, vault: &Vault, question: Question) -> Result<MailboxProofId> {
    let _ = (work, vault, question);
    Err(Error::internal("not built yet"))
}

/// The proof behind a signed link, with its contact, while it is good. `None`: not one of our links, expired, used
/// up, or its contact was erased.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn find_proof(app: &App, token: &str) -> Result<Option<mailbox_proof::Model>> {
    let _ = (app, token);
    Err(Error::internal("not built yet"))
}

/// Ends every proof of a contact: its links stop working and what was sealed is gone.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn end_proofs(work: &Work, workspace: WorkspaceId, contact: ContactId) -> Result<()> {
    let _ = (work, workspace, contact);
    Err(Error::internal("not built yet"))
}
