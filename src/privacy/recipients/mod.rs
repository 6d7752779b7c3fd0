//! Companies to which data are disclosed (GDPR Art. 4(9)), what was disclosed to them, and what they are to be told
//! (Art. 19).

use entity::{ContactId, RecipientNoticeKind, WorkspaceId, disclosure, recipient};
use sea_orm::ConnectionTrait;

use crate::{
    error::{Error, Result},
    platform::work::Work,
};

/// Notes for every recipient of a contact's data that they are to be told. Returns how many there are. Called before
/// an erasure deletes the disclosures.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn note_recipients(work: &mut Work, contact: ContactId, kind: RecipientNoticeKind) -> Result<u64> {
    let _ = (work, contact, kind);
    Err(Error::internal("not built yet"))
}

/// What was disclosed of a contact, and to whom, oldest first.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn disclosures_of(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    contact: ContactId,
) -> Result<Vec<(recipient::Model, disclosure::Model)>> {
    let _ = (db, workspace, contact);
    Err(Error::internal("not built yet"))
}
