//! Copies of a person's data: the access package (GDPR Art. 15) and the portable export (Art. 20).

use entity::{ContactId, PackageKind, RequestId, package};

use crate::{
    error::{Error, Result},
    platform::{vault::Vault, work::Work},
};

/// Orders a package: a job builds it, and the person gets a mail with its link.
///
/// # Errors
/// `NotFound` when there is no such contact.
pub async fn order_package(
    work: &mut Work,
    vault: &Vault,
    contact: ContactId,
    kind: PackageKind,
    request: Option<RequestId>,
) -> Result<package::Model> {
    let _ = (work, vault, contact, kind, request);
    Err(Error::internal("not built yet"))
}
