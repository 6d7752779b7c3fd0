//! The register of requests: a person exercising a right (GDPR Art. 15 to 21), its clock and its exchange.

use entity::{ContactId, EmailAddress, RequestChannel, RequestId, RequestKind, Time, request};

use crate::{
    error::{Error, Result},
    platform::{vault::Vault, work::Work},
};

/// A request as it came in.
pub struct NewRequest {
    /// Which right.
    pub kind: RequestKind,
    /// How it arrived.
    pub channel: RequestChannel,
    /// The contact, if known.
    pub contact: Option<ContactId>,
    /// Where to answer.
    pub email: Option<EmailAddress>,
    /// Who asks, as they wrote it; may be empty.
    pub name: String,
    /// What they wrote; may be empty.
    pub message: String,
    /// `fr` or `en`.
    pub language: String,
    /// When it was received.
    pub received_at: Time,
    /// Whether their mailbox proved who asks.
    pub proven: bool,
}

/// Opens a request and queues its acknowledgement.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn open_request(work: &mut Work, vault: &Vault, new: NewRequest) -> Result<request::Model> {
    let _ = (work, vault, new);
    Err(Error::internal("not built yet"))
}

/// Marks a request as fulfilled, and queues the mail that says so. The caller did what was asked, in the same unit
/// of work.
///
/// # Errors
/// `NotFound` when there is no such request.
pub async fn fulfil_request(work: &mut Work, vault: &Vault, id: RequestId) -> Result<request::Model> {
    let _ = (work, vault, id);
    Err(Error::internal("not built yet"))
}
