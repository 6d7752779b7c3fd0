//! Erasing a person (GDPR Art. 17): one use case for a request, for staff with a ground, and for retention.
//!
//! `cascade.rs` says what goes from which table, `archive.rs` what the law lets stay, `scan.rs` searches the
//! rest of the database for them afterwards, `certificate.rs` says what came of it, `ledger.rs` keeps
//! restored backups from bringing them back.

mod archive;
mod by_staff;
mod cascade;
mod certificate;
mod identify;
mod ledger;
mod loads;
mod read_archive;
mod scan;

use entity::{
    ContactId, ErasureCause, ErasureGround, ErasureId, RecipientNoticeKind, RequestId, erasure,
    erasure_alias, hold,
};
use sea_orm::{ActiveValue::Set, EntityTrait};

pub use archive::{Exceptions, Held, destroy_expired_archive};
pub use by_staff::{EraseByStaff, erase_by_staff};
pub use certificate::{
    Certificate, Residue, ToTell, certificate_of, erased_of, held_of, residues_of, to_tell_of,
};
pub use ledger::{check_ledger, keep_ledger, restore_check, write_ledger};
pub use loads::{count_erasures, erasure_of_contact, erasures_by_id, page_erasures};
pub use read_archive::{ArchiveAccess, Archived, read_archive};
pub use scan::{ScanResidues, scan_left_residues, scan_residues};

use crate::{
    consent::lock_person::{Locked, Nobody, lock_people},
    contacts::every_id_of,
    error::Result,
    platform::{
        vault::Vault,
        work::{Entry, Fact, Work},
    },
    privacy::{holds, mailbox_proof, recipients},
};

/// Whom to erase, and why.
#[derive(Clone, Copy, Debug)]
pub struct Erase {
    /// The contact.
    pub contact: ContactId,
    /// What led to it.
    pub cause: ErasureCause,
    /// The ground.
    pub ground: ErasureGround,
    /// The request that it answers.
    pub request: Option<RequestId>,
    /// Whether the person also wants not to be written to again: their mailboxes are kept as fingerprints.
    pub remember: bool,
}

/// What came of it.
#[derive(Clone, Debug)]
pub enum Erased {
    /// Erased; the row of the ledger.
    Done(erasure::Model),
    /// A hold forbids it.
    Held(hold::Model),
    /// There is no such contact, or no more.
    Nobody,
}

/// Erases a contact from every store in the caller's unit of work, destroys their keys, and queues the
/// residue scan. Keeps what the law allows by default for this ground (`Exceptions::of`).
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn erase_contact(work: &mut Work, vault: &Vault, wanted: Erase) -> Result<Erased> {
    erase_keeping(work, vault, wanted, Exceptions::of(wanted.ground), ErasureId::new()).await
}

/// As `erase_contact`, with what staff decided to keep, under this id.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn erase_keeping(
    work: &mut Work,
    vault: &Vault,
    wanted: Erase,
    exceptions: Exceptions,
    id: ErasureId,
) -> Result<Erased> {
    let (contact, addresses) = match lock_people(work, &[wanted.contact]).await {
        Ok(Locked { mut contacts, addresses }) => match contacts.pop() {
            Some(contact) => (contact, addresses),
            None => return Ok(Erased::Nobody),
        },
        Err(Nobody::Is(_)) => return Ok(Erased::Nobody),
        Err(Nobody::Fault(error)) => return Err(error),
    };
    let (workspace, now, person) = (work.workspace(), work.now(), contact.id);
    // Who had been erased before the backup was made stays erased, whatever the backup says.
    if wanted.cause != ErasureCause::Restored
        && let Some(hold) = holds::current_hold(work.db(), workspace, person, now).await?
    {
        return Ok(Erased::Held(hold));
    }
    work.destroys();
    let mut aliases = every_id_of(work.db(), workspace, person).await?;
    aliases.retain(|alias| *alias != person);
    recipients::note_recipients(work, person, RecipientNoticeKind::Erasure).await?;
    mailbox_proof::end_proofs(work, workspace, person).await?;
    identify::seal(work, vault, id, &contact, &addresses).await?;
    let mut held = archive::keep(work, vault, &contact, id, exceptions).await?;
    if wanted.remember {
        cascade::suppress(work, person, &addresses).await?;
    }
    held.extend(archive::kept_in_place(work, person).await?);
    let counts = cascade::delete(work, person, &aliases).await?;
    let aliases_as_facts: Fact = aliases.iter().copied().collect();
    let mut entry = Entry::new("contact.erased")
        .about(person)
        .on(id)
        .with("cause", wanted.cause)
        .with("ground", wanted.ground)
        .with("aliases", aliases_as_facts)
        .with("remembered", i64::from(wanted.remember));
    if let Some(request) = wanted.request {
        entry = entry.with("request", request);
    }
    let entry = work.record(entry);
    let row = erasure::Model {
        workspace_id: workspace,
        id,
        contact_id: person,
        cause: wanted.cause,
        ground: wanted.ground,
        request_id: wanted.request,
        at: now,
        counts: serde_json::to_string(&counts)?,
        held: serde_json::to_string(&held)?,
        scanned_at: None,
        residues: None,
        entry_id: entry,
    };
    note_in_ledger(work, &row, &aliases).await?;
    work.enqueue(&ScanResidues { workspace })?;
    Ok(Erased::Done(row))
}

/// Writes an erasure and the ids that had been merged into its contact.
async fn note_in_ledger(work: &Work, row: &erasure::Model, aliases: &[ContactId]) -> Result<()> {
    let new: erasure::ActiveModel = row.clone().into();
    erasure::Entity::insert(new).exec_without_returning(work.db()).await?;
    let rows: Vec<_> = aliases
        .iter()
        .map(|old| erasure_alias::ActiveModel {
            workspace_id: Set(work.workspace()),
            old_id: Set(*old),
            erasure_id: Set(row.id),
        })
        .collect();
    if !rows.is_empty() {
        erasure_alias::Entity::insert_many(rows).exec_without_returning(work.db()).await?;
    }
    Ok(())
}
