//! The locks that must be held before a person's consents change: each of their mailboxes in the order of
//! fingerprints, then their row. Follows merges, also those that happened while waiting, so that a withdrawal
//! never affects a contact that no longer exists.

use entity::{ContactId, contact, contact_address};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::mailbox;
use crate::{
    contacts::{find_contact, lock_contact},
    error::{Error, Result},
    platform::work::Work,
};

/// Attempts while addresses or contacts keep moving.
const TRIES: usize = 4;

/// Locked people.
pub(crate) struct Locked {
    /// Their rows, in the order of the ids given; two ids may find the same row.
    pub contacts: Vec<contact::Model>,
    /// Their addresses, by fingerprint.
    pub addresses: Vec<contact_address::Model>,
}

/// Locks one person. `None` when there is no such contact.
pub(super) async fn lock_person(
    work: &Work,
    id: ContactId,
) -> Result<Option<(contact::Model, Vec<contact_address::Model>)>> {
    match lock_people(work, &[id]).await {
        Ok(Locked { mut contacts, addresses }) => Ok(contacts.pop().map(|contact| (contact, addresses))),
        Err(Nobody::Is(_)) => Ok(None),
        Err(Nobody::Fault(error)) => Err(error),
    }
}

/// Why people could not be locked.
pub(crate) enum Nobody {
    /// There is no contact with this id.
    Is(ContactId),
    /// Another error.
    Fault(Error),
}

impl<E: Into<Error>> From<E> for Nobody {
    fn from(error: E) -> Self {
        Self::Fault(error.into())
    }
}

/// Locks several people: all mailboxes by fingerprint, then all rows by id. If somebody was merged or an
/// address moved while it waited, it releases its locks and starts again, as more locks on top would be out
/// of order.
pub(crate) async fn lock_people(work: &Work, ids: &[ContactId]) -> Result<Locked, Nobody> {
    for _ in 0..TRIES {
        work.db().execute_unprepared("SAVEPOINT people").await?;
        if let Some(locked) = try_lock(work, ids).await? {
            work.db().execute_unprepared("RELEASE SAVEPOINT people").await?;
            return Ok(locked);
        }
        work.db().execute_unprepared("ROLLBACK TO SAVEPOINT people").await?;
    }
    Err(Nobody::Fault(Error::Conflict))
}

/// `None`: what was read before locking has changed.
async fn try_lock(work: &Work, ids: &[ContactId]) -> Result<Option<Locked>, Nobody> {
    let mut living = Vec::with_capacity(ids.len());
    for id in ids {
        living.push(find_contact(work.db(), work.workspace(), *id).await?.ok_or(Nobody::Is(*id))?.id);
    }
    let mut held: Vec<Vec<u8>> = Vec::new();
    for address in addresses_of(work, &living).await? {
        mailbox::lock(work, &address.fingerprint).await?;
        held.push(address.fingerprint);
    }
    let mut ordered = living.clone();
    ordered.sort_unstable();
    ordered.dedup();
    let mut rows = Vec::with_capacity(ordered.len());
    for id in &ordered {
        rows.extend(lock_contact(work, *id).await?);
    }
    let addresses = addresses_of(work, &living).await?;
    let still_there = rows.iter().map(|row| row.id).eq(ordered.iter().copied());
    if !still_there || addresses.iter().any(|address| !held.contains(&address.fingerprint)) {
        return Ok(None);
    }
    let contacts = living.iter().filter_map(|id| rows.iter().find(|row| row.id == *id).cloned()).collect();
    Ok(Some(Locked { contacts, addresses }))
}

async fn addresses_of(work: &Work, contacts: &[ContactId]) -> Result<Vec<contact_address::Model>> {
    let select = contact_address::Entity::find()
        .filter(contact_address::Column::WorkspaceId.eq(work.workspace()))
        .filter(contact_address::Column::ContactId.is_in(contacts.iter().copied()))
        .order_by_asc(contact_address::Column::Fingerprint);
    Ok(select.all(work.db()).await?)
}
