//! A mailbox is to be asked: the question is stored, and a job decides. The same work for every mailbox.

use entity::{
    ContactId, EmailAddress, KeyOwner, MailboxProofId, MailboxProofKind, MailboxProofState, mailbox_proof,
};
use sea_orm::{ActiveValue::Set, EntityTrait};

use super::{PATIENCE, content::Content, decide::AskMailbox};
use crate::{
    error::Result,
    platform::{
        data_keys,
        vault::Vault,
        work::{Entry, Work},
    },
};

/// What a mailbox is asked.
pub struct Question {
    /// What for.
    pub kind: MailboxProofKind,
    /// The mailbox.
    pub email: EmailAddress,
    /// `fr` or `en`.
    pub language: String,
    /// The contact it concerns. For a mailbox that was typed: none, the job looks it up, so that asking is
    /// the same work for every mailbox.
    pub contact: Option<ContactId>,
    /// What was asked for beside, as JSON. Sealed with the address. For `SUBSCRIBE`: an object whose
    /// `consents` is a list of `consent::state::AskedConsent`, which the mail shows; more keys as you like.
    pub extra: serde_json::Value,
}

/// Stores the question sealed and queues its mail. Says nothing about whether the mailbox is known: whether
/// a mail goes out (limits, protection, whether anything is held) is decided by the job.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn ask_mailbox(work: &mut Work, vault: &Vault, question: Question) -> Result<MailboxProofId> {
    let (id, workspace, now) = (MailboxProofId::new(), work.workspace(), work.now());
    let (key, wrapped) = vault.new_data_key(workspace)?;
    let sealed = Content::new(&question.email, question.extra).seal(&key, workspace, id)?;
    data_keys::keep(work, &key, wrapped, KeyOwner::MailboxProof, id.0).await?;
    let row = mailbox_proof::ActiveModel {
        workspace_id: Set(workspace),
        id: Set(id),
        kind: Set(question.kind),
        fingerprint: Set(vault.fingerprint(workspace, &question.email.key())),
        contact_id: Set(question.contact),
        data_key_id: Set(key.id),
        sealed: Set(Some(sealed)),
        language: Set(question.language),
        state: Set(MailboxProofState::Waiting),
        created_at: Set(now),
        // Until its mail is sent, this is the end of our patience; then the link's end.
        expires_at: Set(now + PATIENCE),
        decided_at: Set(None),
    };
    mailbox_proof::Entity::insert(row).exec_without_returning(work.db()).await?;
    let asked = Entry::new("mailbox_proof.asked").on(id).with("kind", question.kind);
    work.record(match question.contact {
        Some(contact) => asked.about(contact),
        None => asked,
    });
    work.enqueue(&AskMailbox { workspace, proof: id })?;
    Ok(id)
}
