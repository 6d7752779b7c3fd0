//! The mailbox answers: its owner pressed a button behind the link.

use entity::{EmailAddress, MailboxProofId, MailboxProofState, contact, contact_address, mailbox_proof};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect};
use serde_json::Value;

use super::{
    content::open_proof,
    find::{good_proof, is_open},
};
use crate::{
    consent::{
        lock_person::{Locked, Nobody, lock_people},
        mailbox,
    },
    contacts::lock_mailbox,
    error::{Error, Result},
    link_uses::Use,
    platform::{
        actor::Actor,
        vault::Vault,
        work::{Entry, Work},
    },
};

/// An answered proof, with all that was locked for it.
pub struct Answered {
    /// The proof; its contact is the survivor after a merge.
    pub proof: mailbox_proof::Model,
    /// The mailbox that answered.
    pub email: EmailAddress,
    /// What was asked for beside.
    pub extra: Value,
    /// The contact, locked; none when the mailbox is nobody's.
    pub contact: Option<contact::Model>,
    /// The contact's addresses, whose mailboxes are locked.
    pub addresses: Vec<contact_address::Model>,
    /// Whether this is the first answer to this proof.
    pub first: bool,
}

/// Takes the mailbox's answer in the caller's unit of work: locks the mailboxes, the contact and the proof,
/// marks it as proven, and acts as the contact. `None`: the link is not good (any more), and nothing was
/// changed.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn answer_proof(work: &mut Work, vault: &Vault, token: &str) -> Result<Option<Answered>> {
    let Some(link) = vault.verify(Use::ProveMailbox, token) else { return Ok(None) };
    if link.workspace != work.workspace() {
        return Ok(None);
    }
    let Some(seen) = good_proof(work.db(), &link, work.now()).await? else { return Ok(None) };
    let Some((contact, addresses)) = lock_all(work, &seen).await? else { return Ok(None) };
    let id = MailboxProofId(link.row);
    let locked = mailbox_proof::Entity::find_by_id((link.workspace, id)).lock_exclusive();
    let Some(row) = locked.one(work.db()).await?.filter(|row| is_open(row, work.now())) else {
        return Ok(None);
    };
    // It may have lost its mailbox, or ended, while we waited for the locks.
    let Some(mut proof) = good_proof(work.db(), &link, work.now()).await? else { return Ok(None) };
    if proof.contact_id != contact.as_ref().map(|contact| contact.id) {
        return Err(Error::Conflict);
    }
    let Some(content) = open_proof(work.db(), vault, &row).await? else { return Ok(None) };
    work.act_as(contact.as_ref().map_or(Actor::Mailbox, |contact| Actor::Contact(contact.id)));
    let first = row.state == MailboxProofState::Waiting;
    if first {
        let mut change = row.into_active_model();
        change.state = Set(MailboxProofState::Proven);
        change.decided_at = Set(Some(work.now()));
        mailbox_proof::Entity::update(change).exec(work.db()).await?;
        let entry = Entry::new("mailbox_proof.proven").on(id).with("kind", proof.kind);
        work.record(match &contact {
            Some(contact) => entry.about(contact.id),
            None => entry,
        });
        let known = lock_mailbox(work, &proof.fingerprint).await?;
        mailbox::answered(work, &known, &vault.instance_fingerprint(&content.email().key())).await?;
        proof.state = MailboxProofState::Proven;
        proof.decided_at = Some(work.now());
    }
    let email = content.email();
    Ok(Some(Answered { proof, email, extra: content.extra, contact, addresses, first }))
}

/// Locks the proof's mailbox with those of its contact, in the order of fingerprints, then the contact.
pub(super) async fn lock_all(
    work: &Work,
    row: &mailbox_proof::Model,
) -> Result<Option<(Option<contact::Model>, Vec<contact_address::Model>)>> {
    let mut mailboxes = vec![row.fingerprint.clone()];
    if let Some(contact) = row.contact_id {
        let theirs = contact_address::Entity::find()
            .select_only()
            .column(contact_address::Column::Fingerprint)
            .filter(contact_address::Column::WorkspaceId.eq(work.workspace()))
            .filter(contact_address::Column::ContactId.eq(contact));
        mailboxes.extend(theirs.into_tuple::<Vec<u8>>().all(work.db()).await?);
    }
    mailboxes.sort_unstable();
    mailboxes.dedup();
    for fingerprint in &mailboxes {
        lock_mailbox(work, fingerprint).await?;
    }
    let Some(contact) = row.contact_id else { return Ok(Some((None, Vec::new()))) };
    match lock_people(work, &[contact]).await {
        Ok(Locked { mut contacts, addresses }) => {
            Ok(contacts.pop().map(|contact| (Some(contact), addresses)))
        }
        Err(Nobody::Is(_)) => Ok(None),
        Err(Nobody::Fault(error)) => Err(error),
    }
}
