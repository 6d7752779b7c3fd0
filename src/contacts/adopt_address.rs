//! A person changes their e-mail address: the new mailbox has confirmed, and takes the place of the old one.

use entity::{ContactAddressId, EmailAddress, EntityKind, contact, contact_address};
use sea_orm::{ActiveValue::Set, EntityTrait, IntoActiveModel};

use super::{addresses::addresses_of, blank::new_address, find_address, words::index_contact};
use crate::{
    error::Result,
    platform::work::{Entry, Work},
    records::provenance::{PERSON, trace},
};

/// Limit on a contact's addresses, as for staff.
const MOST: usize = 20;

/// What became of the new mailbox.
pub enum Adopted {
    /// It is the contact's, and verified.
    Done(ContactAddressId),
    /// Another contact has it: nothing was changed.
    Taken,
    /// The contact has too many addresses already: nothing was changed.
    TooMany,
}

/// Gives a locked contact a mailbox that has confirmed; if `from` is the address in use, it takes its
/// place. The old address stays, unused. The caller holds the locks of all mailboxes.
///
/// # Errors
/// Database errors only.
pub async fn adopt_address(
    work: &mut Work,
    row: contact::Model,
    from: ContactAddressId,
    email: &EmailAddress,
    fingerprint: Vec<u8>,
) -> Result<Adopted> {
    let known = find_address(work.db(), work.workspace(), &email.key()).await?;
    let address = match known {
        Some(address) if address.contact_id != row.id => return Ok(Adopted::Taken),
        Some(address) => {
            let id = address.id;
            let mut verified = address.into_active_model();
            verified.verified_at = Set(Some(work.now()));
            contact_address::Entity::update(verified).exec(work.db()).await?;
            id
        }
        None => {
            if addresses_of(work, row.id).await?.len() >= MOST {
                return Ok(Adopted::TooMany);
            }
            let id = ContactAddressId::new();
            let new = contact_address::ActiveModel {
                verified_at: Set(Some(work.now())),
                ..new_address(work, row.id, id, email, fingerprint)
            };
            contact_address::Entity::insert(new).exec_without_returning(work.db()).await?;
            work.record(Entry::new("contact.address_added").about(row.id).on(row.id).with("address", id));
            id
        }
    };
    let moves = row.primary_address_id.is_none_or(|primary| primary == from);
    let mut entry =
        Entry::new("contact.primary_address_changed").about(row.id).on(row.id).with("address", address);
    if let Some(before) = row.primary_address_id {
        entry = entry.with("before", before);
    }
    let changed = contact::Model {
        primary_address_id: if moves { Some(address) } else { row.primary_address_id },
        version: row.version + 1,
        updated_at: work.now(),
        last_contact_at: Some(work.now()),
        ..row.clone()
    };
    let mut update = row.into_active_model();
    update.primary_address_id = Set(changed.primary_address_id);
    update.version = Set(changed.version);
    update.updated_at = Set(changed.updated_at);
    update.last_contact_at = Set(changed.last_contact_at);
    contact::Entity::update(update).exec(work.db()).await?;
    let entry = if moves {
        work.record(entry)
    } else {
        work.record(Entry::new("contact.updated").about(changed.id).on(changed.id))
    };
    trace(work, EntityKind::Contact, changed.id.0, vec!["email".to_owned()], PERSON, true, entry).await?;
    index_contact(work, &changed).await?;
    Ok(Adopted::Done(address))
}
