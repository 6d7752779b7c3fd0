//! Answers to form questions whose key is a custom field of contacts: stored as values of that field, by type
//! and class.
//!
//! Like everything people say of themselves, they fill empty values and replace unproven ones; staff are told
//! of other differences and of answers that do not fit the field, so nothing is lost. All staff read tasks,
//! so for a field that not all of them may read, only its name appears there: an answer that does not fit
//! such a field is stored in it as given, and one that differs is not stored.

use entity::{ContactId, EntityKind, WorkspaceId, contact, field, provenance};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::person::{Person, PersonField, PersonValue, SENT_WHILE_RESTRICTED, TakenIn, tell};
use crate::{
    error::{Error, Result},
    fields::{Change, CustomValues, HIDDEN, hold_fields},
    platform::{
        vault::Vault,
        work::{Entry, Work},
    },
    records::provenance::trace,
};

/// Splits a person's values into answers to custom fields, and the rest.
pub(super) async fn split(
    work: &Work,
    values: &[PersonValue],
) -> Result<(Vec<PersonValue>, Vec<PersonValue>)> {
    let keys: Vec<&str> = values
        .iter()
        .filter(|value| value.field == PersonField::Custom)
        .map(|value| value.key.as_str())
        .collect();
    if keys.is_empty() {
        return Ok((Vec::new(), values.to_vec()));
    }
    // A field must not be created before the answer is stored: the answer would then lie unencrypted under
    // that field's key.
    hold_fields(work).await?;
    let fields = known_keys(work.db(), work.workspace(), keys).await?;
    Ok(values
        .iter()
        .cloned()
        .partition(|value| value.field == PersonField::Custom && fields.contains(&value.key)))
}

async fn known_keys(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    keys: Vec<&str>,
) -> Result<Vec<String>> {
    let fields = field::Entity::find()
        .filter(field::Column::WorkspaceId.eq(workspace))
        .filter(field::Column::Entity.eq(EntityKind::Contact))
        .filter(field::Column::Key.is_in(keys));
    Ok(fields.all(db).await?.into_iter().map(|field| field.key).collect())
}

/// Stores the answers, or tells staff why not.
pub(super) async fn take_answers(
    work: &mut Work,
    vault: &Vault,
    person: &Person<'_>,
    taken: &TakenIn,
    answers: &[PersonValue],
) -> Result<()> {
    let contact = taken.contact;
    let row = contact::Entity::find_by_id((work.workspace(), contact))
        .lock_exclusive()
        .one(work.db())
        .await?
        .ok_or(Error::NotFound)?;
    let values = CustomValues::load(
        work,
        vault,
        EntityKind::Contact,
        contact.0,
        &row.custom,
        answers.iter().map(|answer| answer.key.as_str()),
    )
    .await?;
    // The address of a known contact, unconfirmed, or a locked card: the contact does not change.
    let restricted = row.restricted_at.is_some();
    let may_set = (taken.created || person.proven) && !restricted;
    let (mut changes, mut now_proven): (Vec<Change>, Vec<String>) = (Vec::new(), Vec::new());
    let (mut misfits, mut differing) = (Vec::new(), Vec::new());
    for answer in answers.iter().filter(|answer| !answer.value.trim().is_empty()) {
        let Some(shape) = values.field(&answer.key) else { continue };
        let (may_be_told, held) = (values.may_be_told(shape), values.held(shape));
        let shown = || {
            if may_be_told {
                answer.clone()
            } else {
                PersonValue { value: HIDDEN.to_owned(), ..answer.clone() }
            }
        };
        let was_proven = held.is_some() && is_proven(work, contact, &answer.key).await?;
        match values.fit(&answer.key, &answer.value) {
            Some((_, text)) if may_set && held == Some(text.as_str()) => {
                if !was_proven {
                    now_proven.push(format!("custom.{}", answer.key));
                }
            }
            Some((change, _)) if may_set && !was_proven => changes.push(change),
            Some(_) => differing.push(shown()),
            None => {
                misfits.push(shown());
                if !may_be_told && may_set && held.is_none() {
                    changes.extend(values.as_given(&answer.key, &answer.value));
                }
            }
        }
    }
    let change = values.store(work, vault, changes).await?;
    if !change.changed.is_empty() {
        let version = row.version + i32::from(!taken.created);
        let mut row = row.into_active_model();
        row.custom = Set(change.custom);
        row.version = Set(version);
        row.updated_at = Set(work.now());
        contact::Entity::update(row).exec(work.db()).await?;
    }
    let traced: Vec<String> = change.changed.into_iter().chain(now_proven).collect();
    if !traced.is_empty() {
        let entry = work.record(Entry::new("contact.updated").about(contact).on(contact));
        trace(work, EntityKind::Contact, contact.0, traced, &person.source, person.proven, entry).await?;
    }
    tell(
        work,
        contact,
        &misfits.iter().collect::<Vec<_>>(),
        "An answer does not fit its field: read it, and correct the field.",
    )
    .await?;
    let subject = if restricted {
        SENT_WHILE_RESTRICTED
    } else if may_set {
        "The person entered values that differ from ours."
    } else {
        "A form was sent with this address; the mailbox has not confirmed it."
    };
    tell(work, contact, &differing.iter().collect::<Vec<_>>(), subject).await
}

/// Whether the newest value of this field was confirmed by the mailbox, or set by staff.
async fn is_proven(work: &Work, contact: ContactId, key: &str) -> Result<bool> {
    let newest = provenance::Entity::find()
        .filter(provenance::Column::WorkspaceId.eq(work.workspace()))
        .filter(provenance::Column::RowId.eq(contact.0))
        .filter(provenance::Column::Field.eq(format!("custom.{key}")))
        .order_by_desc(provenance::Column::Id);
    Ok(newest.one(work.db()).await?.is_some_and(|row| row.proven))
}
