//! Orders a copy of a person's data. Access works for restricted contacts too: it is a right of theirs.

use entity::{ContactId, KeyOwner, PackageId, PackageKind, PackageState, RequestId, package};
use sea_orm::{EntityTrait, IntoActiveModel};

use super::{
    LIFE,
    payloads::{BuildPackage, Passing},
};
use crate::{
    contacts::lock_contact,
    error::{Error, Result},
    platform::{
        data_keys,
        vault::Vault,
        work::{Entry, Work},
    },
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
    order(work, vault, contact, kind, request, None).await
}

/// Orders the file of a transfer: its job mails the recipient instead.
///
/// # Errors
/// `NotFound` when there is no such contact.
pub(super) async fn order_for_transfer(
    work: &mut Work,
    vault: &Vault,
    contact: ContactId,
    passing: Passing,
) -> Result<package::Model> {
    order(work, vault, contact, PackageKind::Portability, None, Some(passing)).await
}

async fn order(
    work: &mut Work,
    vault: &Vault,
    contact: ContactId,
    kind: PackageKind,
    request: Option<RequestId>,
    transfer: Option<Passing>,
) -> Result<package::Model> {
    let contact = lock_contact(work, contact).await?.ok_or(Error::NotFound)?;
    let key = data_keys::find_or_make(work, vault, KeyOwner::Contact, contact.id.0).await?;
    let entry = Entry::new("package.ordered").about(contact.id).with("packageKind", kind);
    let row = package::Model {
        workspace_id: work.workspace(),
        id: PackageId::new(),
        contact_id: contact.id,
        request_id: request,
        kind,
        state: PackageState::Building,
        data_key_id: key.id,
        bytes: 0,
        sha256: None,
        created_at: work.now(),
        built_at: None,
        expires_at: work.now() + LIFE,
        downloads: 0,
        entry_id: entry.id(),
    };
    package::Entity::insert(row.clone().into_active_model()).exec_without_returning(work.db()).await?;
    let entry = entry.on(row.id);
    work.record(match request {
        Some(request) => entry.with("request", request),
        None => entry,
    });
    work.enqueue(&BuildPackage { workspace: row.workspace_id, package: row.id, transfer })?;
    Ok(row)
}
