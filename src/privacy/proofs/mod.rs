//! The proof of a consent as documents: record and receipt in JSON-LD after ISO/IEC TS 27560:2023 with the
//! terms of DPV 2.3 (`json_ld.rs`), and the same for people to print (`printable.rs`).
//!
//! For staff `proof_of` (journaled); for the person, on "My data" and in their access package,
//! `proofs_of_person` and `receipts_of_person`: whoever calls them has made sure who reads.

mod gather;
mod json_ld;
mod printable;

use entity::{ConsentId, ContactId, WorkspaceId, consent};

pub use gather::File;
pub use json_ld::{receipt, record};

use crate::{
    accounts::{Right, allow},
    app::App,
    consent::{find_consent, loads::consents_of_contacts},
    error::{Error, Result},
    platform::{actor::Actor, work::Entry},
};

/// The documents of one consent.
#[derive(Clone, Debug)]
pub struct Documents {
    /// The consent.
    pub consent: ConsentId,
    /// The record, as JSON-LD.
    pub record: String,
    /// The receipt, as JSON-LD.
    pub receipt: String,
    /// The same as a page that prints well.
    pub html: String,
}

/// The documents of a consent, for staff. That they were read is recorded first.
///
/// # Errors
/// `Forbidden` without the right; `NotFound` when there is no such consent.
pub async fn proof_of(app: &App, workspace: WorkspaceId, actor: Actor, id: ConsentId) -> Result<Documents> {
    allow(actor, Right::ReadEvidence)?;
    let row = find_consent(app.db(), workspace, id).await?.ok_or(Error::NotFound)?;
    let files = gather::files(app, workspace, std::slice::from_ref(&row)).await?;
    let file = files.first().ok_or(Error::NotFound)?;
    let documents = documents(app, file)?;
    let mut work = app.begin(workspace, actor).await?;
    work.record(Entry::new("proof.read").about(row.contact_id).on(row.id));
    work.commit().await?;
    Ok(documents)
}

/// The documents of every consent of a person who proved their mailbox, the latest first.
///
/// # Errors
/// `Internal` when something sealed does not open.
pub async fn proofs_of_person(
    app: &App,
    workspace: WorkspaceId,
    contact: ContactId,
) -> Result<Vec<Documents>> {
    let rows = consents_of(app, workspace, contact).await?;
    gather::files(app, workspace, &rows).await?.iter().map(|file| documents(app, file)).collect()
}

/// The receipts alone, for a package.
///
/// # Errors
/// As for `proofs_of_person`.
pub async fn receipts_of_person(
    app: &App,
    workspace: WorkspaceId,
    contact: ContactId,
) -> Result<Vec<String>> {
    let rows = consents_of(app, workspace, contact).await?;
    let files = gather::files(app, workspace, &rows).await?;
    files.iter().map(|file| Ok(serde_json::to_string_pretty(&receipt(file))?)).collect()
}

fn documents(app: &App, file: &File) -> Result<Documents> {
    Ok(Documents {
        consent: file.consent.id,
        record: serde_json::to_string_pretty(&record(file))?,
        receipt: serde_json::to_string_pretty(&receipt(file))?,
        html: printable::printable(app, file)?,
    })
}

async fn consents_of(app: &App, workspace: WorkspaceId, contact: ContactId) -> Result<Vec<consent::Model>> {
    let mut found = consents_of_contacts(app.db(), workspace, &[contact]).await?;
    Ok(found.remove(&contact).unwrap_or_default())
}
