//! Staff remove an address from a contact. What its mailbox proved ends; what its mailbox refused does not:
//! the refusal is passed on to the person's other addresses, and stays under the mailbox's fingerprint for
//! whoever has it later.

use entity::{ContactAddressId, WorkspaceId, contact, contact_address, suppression};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::{
    lock_person::lock_person,
    suppress::{Suppressed, suppress},
};
use crate::{
    accounts::{Right, allow},
    app::App,
    contacts::detach_address,
    error::{Error, ProblemCode, Result},
    platform::{
        actor::Actor,
        work::{Entry, Work},
    },
    records::must_not_be_restricted,
};

/// Removes an address. Consents that it proved no longer apply, whichever address is used afterwards.
///
/// # Errors
/// `NotFound` when there is no such address; `Rejected` with `WRONG_STATE` when the contact is archived, the
/// address is in use and there are others, or it is the last one and its mailbox is suppressed; with
/// `REQUIRED` when the contact would have neither a name nor another way to be identified.
pub async fn remove_contact_address(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: ContactAddressId,
) -> Result<contact::Model> {
    allow(actor, Right::WriteContacts)?;
    let address =
        contact_address::Entity::find_by_id((workspace, id)).one(app.db()).await?.ok_or(Error::NotFound)?;
    let mut work = app.begin(workspace, actor).await?;
    let (row, addresses) = lock_person(&work, address.contact_id).await?.ok_or(Error::NotFound)?;
    let (removed, others): (Vec<_>, Vec<_>) = addresses.into_iter().partition(|address| address.id == id);
    let removed = removed.into_iter().next().ok_or(Error::NotFound)?;
    let refuse = |code, message: &str| Err(Error::rejected(code, "addressId", message));
    must_not_be_restricted(&row, "addressId")?;
    if row.archived_at.is_some() {
        return refuse(ProblemCode::WrongState, "This contact is archived: restore them first.");
    }
    if row.primary_address_id == Some(id) && !others.is_empty() {
        return refuse(
            ProblemCode::WrongState,
            "This address is in use: make another one the primary address first.",
        );
    }
    if others.is_empty() && row.given_name.is_empty() && row.family_name.is_empty() && row.phone.is_empty() {
        return refuse(
            ProblemCode::Required,
            "Nothing else identifies this contact: add a name or a telephone number first.",
        );
    }
    let refusals = suppression::Entity::find()
        .filter(suppression::Column::WorkspaceId.eq(workspace))
        .filter(suppression::Column::Fingerprint.eq(removed.fingerprint.clone()))
        .all(work.db())
        .await?;
    if others.is_empty() && !refusals.is_empty() {
        return refuse(
            ProblemCode::WrongState,
            "This address has refused e-mails, and removing it would forget that: add another address first, or archive the contact.",
        );
    }
    pass_on(&mut work, &row, &refusals, &others).await?;
    let row = detach_address(&mut work, row, id).await?;
    work.commit().await?;
    Ok(row)
}

/// Extends the person's refusals to their other mailboxes, where they applied while the address was theirs.
async fn pass_on(
    work: &mut Work,
    row: &contact::Model,
    refusals: &[suppression::Model],
    others: &[contact_address::Model],
) -> Result<()> {
    let entry = Entry::new("suppression.added").about(row.id).with("method", "address_removed");
    let mut new = Vec::with_capacity(others.len() * refusals.len());
    for address in others {
        new.extend(refusals.iter().map(|refusal| Suppressed {
            fingerprint: address.fingerprint.clone(),
            scope: refusal.scope.clone(),
            reason: refusal.reason,
            at: refusal.at,
        }));
    }
    suppress(work, entry, new).await
}
