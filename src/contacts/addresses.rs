//! E-mail addresses of a contact. Staff can add one and choose which is in use, but a consent stays with the
//! mailbox that proved it until the new one confirms. Removing an address belongs to the room `consent`,
//! which keeps what the mailbox has said.

use entity::{ContactAddressId, ContactId, EmailAddress, EntityKind, WorkspaceId, contact, contact_address};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};

use super::{
    blank::new_address, create_contact::EMAIL_TAKEN, find_address, lock_contact, lock_mailbox,
    update_contact::must_be_editable, words::index_contact,
};
use crate::{
    accounts::{Right, allow},
    app::App,
    error::{Error, ProblemCode, Result},
    platform::{
        actor::Actor,
        work::{Entry, Work},
    },
    records::{
        provenance::{STAFF, trace},
        values::Check,
    },
};

/// Limit on a contact's addresses: more do not belong to one person.
const MOST: usize = 20;

/// Adds an unverified address to a contact; it becomes the one in use if they had none. Adding one they
/// already have changes nothing.
///
/// # Errors
/// `Rejected` with `TAKEN` when another contact has it.
pub async fn add_contact_address(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: ContactId,
    email: &str,
) -> Result<contact::Model> {
    allow(actor, Right::WriteContacts)?;
    let mut check = Check::of(app, workspace).await?;
    let email = check.email("email", email);
    let fingerprint =
        email.as_ref().map(|email| app.vault.fingerprint(workspace, &email.key())).unwrap_or_default();
    let mut work = app.begin(workspace, actor).await?;
    if email.is_some() {
        lock_mailbox(&work, &fingerprint).await?;
    }
    let row = lock_contact(&work, id).await?.ok_or(Error::NotFound)?;
    must_be_editable(&row, "contactId")?;
    check.done()?;
    let Some(email) = email else { return Err(Error::internal("an address was neither read nor refused")) };
    match find_address(work.db(), workspace, &email.key()).await? {
        Some(address) if address.contact_id == row.id => return Ok(row),
        Some(_) => return Err(Error::rejected(ProblemCode::Taken, "email", EMAIL_TAKEN)),
        None => {}
    }
    if addresses_of(&work, row.id).await?.len() >= MOST {
        return Err(Error::rejected(
            ProblemCode::TooLong,
            "email",
            "A contact has at most 20 addresses: remove one first.",
        ));
    }
    let (row, _) = add_address(&mut work, row, &email, fingerprint, STAFF).await?;
    work.commit().await?;
    Ok(row)
}

/// Makes an address the one in use. Consents proven by another mailbox do not apply to it
/// (`ADDRESS_NOT_PROVEN`).
///
/// # Errors
/// `NotFound` when there is no such address.
pub async fn set_primary_address(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: ContactAddressId,
) -> Result<contact::Model> {
    allow(actor, Right::WriteContacts)?;
    let address =
        contact_address::Entity::find_by_id((workspace, id)).one(app.db()).await?.ok_or(Error::NotFound)?;
    let mut work = app.begin(workspace, actor).await?;
    let row = lock_contact(&work, address.contact_id).await?.ok_or(Error::NotFound)?;
    must_be_editable(&row, "addressId")?;
    // It may have been removed or moved to another contact before we got the lock.
    let address = contact_address::Entity::find_by_id((workspace, id))
        .one(work.db())
        .await?
        .filter(|address| address.contact_id == row.id);
    let address = address.ok_or(Error::NotFound)?;
    if row.primary_address_id == Some(id) {
        return Ok(row);
    }
    let mut entry =
        Entry::new("contact.primary_address_changed").about(row.id).on(row.id).with("address", id);
    if let Some(before) = row.primary_address_id {
        entry = entry.with("before", before);
    }
    let entry = work.record(entry);
    let row = touch(&work, row, Some(address.id)).await?;
    trace(&work, EntityKind::Contact, row.id.0, vec!["email".to_owned()], STAFF, true, entry).await?;
    work.commit().await?;
    Ok(row)
}

/// All addresses of a contact, oldest first.
///
/// # Errors
/// Database errors only.
pub async fn addresses_of(work: &Work, contact: ContactId) -> Result<Vec<contact_address::Model>> {
    let rows = contact_address::Entity::find()
        .filter(contact_address::Column::WorkspaceId.eq(work.workspace()))
        .filter(contact_address::Column::ContactId.eq(contact))
        .order_by_asc(contact_address::Column::CreatedAt)
        .order_by_asc(contact_address::Column::Id);
    Ok(rows.all(work.db()).await?)
}

/// Adds an address to a locked contact. The caller holds the mailbox's lock and has checked that the address
/// is free.
pub(super) async fn add_address(
    work: &mut Work,
    row: contact::Model,
    email: &EmailAddress,
    fingerprint: Vec<u8>,
    source: &'static str,
) -> Result<(contact::Model, ContactAddressId)> {
    let id = ContactAddressId::new();
    contact_address::Entity::insert(new_address(work, row.id, id, email, fingerprint))
        .exec_without_returning(work.db())
        .await?;
    let entry = work.record(Entry::new("contact.address_added").about(row.id).on(row.id).with("address", id));
    let primary = row.primary_address_id.or(Some(id));
    let row = touch(work, row, primary).await?;
    trace(work, EntityKind::Contact, row.id.0, vec!["email".to_owned()], source, source == STAFF, entry)
        .await?;
    index_contact(work, &row).await?;
    Ok((row, id))
}

/// Removes an address from a locked contact. The caller has dealt with the consents it proved.
///
/// # Errors
/// Database errors only.
pub async fn detach_address(
    work: &mut Work,
    row: contact::Model,
    id: ContactAddressId,
) -> Result<contact::Model> {
    contact_address::Entity::delete_by_id((work.workspace(), id)).exec(work.db()).await?;
    work.record(Entry::new("contact.address_removed").about(row.id).on(row.id).with("address", id));
    let primary = row.primary_address_id.filter(|primary| *primary != id);
    let row = touch(work, row, primary).await?;
    index_contact(work, &row).await?;
    Ok(row)
}

async fn touch(
    work: &Work,
    row: contact::Model,
    primary: Option<ContactAddressId>,
) -> Result<contact::Model> {
    let changed = contact::Model {
        primary_address_id: primary,
        version: row.version + 1,
        updated_at: work.now(),
        ..row.clone()
    };
    let mut update = row.into_active_model();
    update.primary_address_id = Set(changed.primary_address_id);
    update.version = Set(changed.version);
    update.updated_at = Set(changed.updated_at);
    contact::Entity::update(update).exec(work.db()).await?;
    Ok(changed)
}
