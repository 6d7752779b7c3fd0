//! Erasing a person (GDPR Art. 17): one use case for a request, for staff with a ground, and for retention.

use entity::{ContactId, ErasureCause, ErasureGround, RequestId, erasure, hold};

use crate::{
    error::{Error, Result},
    platform::{vault::Vault, work::Work},
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

/// Erases a contact from every store in the caller's unit of work, destroys their keys, and queues the residue scan.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn erase_contact(work: &mut Work, vault: &Vault, wanted: Erase) -> Result<Erased> {
    let _ = (work, vault, wanted);
    Err(Error::internal("not built yet"))
}
