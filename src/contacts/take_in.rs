//! Creates the contact of a person who submitted a form, or updates them with what the person sent.
//!
//! Values confirmed by the person's mailbox fill empty values and replace unproven ones. Values that staff
//! set or that were proven earlier are never replaced: differences become an activity for staff.

use std::collections::BTreeMap;

use entity::{ContactAddressId, ContactId, EntityKind, contact, contact_address, workspace};
use sea_orm::{ActiveValue::Set, EntityTrait, IntoActiveModel};

use super::{
    blank::{blank, new_address},
    lock_contact,
    person::{Person, PersonField, PersonValue, SENT_WHILE_RESTRICTED, TakenIn, tell},
    screen_answers::{keep_held, screen_answers},
    take_answers::{split, take_answers},
    words::{index_contact, sort_name, words_of_new_contact},
};
use crate::{
    error::{Error, Result},
    platform::{
        actor::Actor,
        inserts::Inserts,
        phones,
        vault::Vault,
        work::{Entry, Fact, Work},
    },
    records::{
        domains::company_at,
        provenance::{DOMAIN, proven_fields, trace, traces},
    },
};

/// Finds or creates the contact of a mailbox and updates them. The caller holds the mailbox's lock.
///
/// # Errors
/// Database errors only: values were validated before.
pub async fn take_in(vault: &Vault, work: &mut Work, person: &Person<'_>) -> Result<TakenIn> {
    let (screened, held) = screen_answers(work, person.values).await?;
    let (answers, rest) = split(work, &screened).await?;
    let values = dialled(work, &rest).await?;
    let person = &Person {
        values: &values,
        email: person.email,
        fingerprint: person.fingerprint.clone(),
        source: person.source.clone(),
        ..*person
    };
    let taken = match super::find_address(work.db(), work.workspace(), &person.email.key()).await? {
        Some(address) => meet_again(work, person, address).await?,
        None => welcome(work, person).await?,
    };
    keep_held(work, vault, taken.contact, held).await?;
    if !answers.is_empty() {
        take_answers(work, vault, person, &taken, &answers).await?;
    }
    Ok(taken)
}

/// The values, with normalised telephone numbers. What cannot be parsed stays as it was written, for
/// submissions from before numbers were validated.
async fn dialled(work: &Work, values: &[PersonValue]) -> Result<Vec<PersonValue>> {
    let mut values = values.to_vec();
    let mut country = None;
    for value in values.iter_mut().filter(|value| value.field == PersonField::Phone) {
        if country.is_none() {
            let row = workspace::Entity::find_by_id(work.workspace()).one(work.db()).await?;
            country = Some(row.map(|row| row.jurisdiction).unwrap_or_default());
        }
        if let Some(number) = phones::read_phone(&value.value, country.as_deref().unwrap_or_default()) {
            value.value = number;
        }
    }
    Ok(values)
}

async fn welcome(work: &mut Work, person: &Person<'_>) -> Result<TakenIn> {
    let (contact, address, now) = (ContactId::new(), ContactAddressId::new(), work.now());
    if person.proven {
        work.act_as(Actor::Contact(contact));
    }
    let mut row = contact::Model {
        primary_address_id: Some(address),
        last_contact_at: person.proven.then_some(now),
        ..blank(work, contact, person.language.to_owned())
    };
    let mut custom = BTreeMap::new();
    for value in person.values {
        put(&mut row, &mut custom, value);
    }
    row.custom = serde_json::to_string(&custom)?;
    row.sort_name = sort_name(&row.given_name, &row.family_name);
    row.company_id = company_at(work, person.email).await?;
    let address_row = contact_address::ActiveModel {
        verified_at: Set(person.proven.then_some(now)),
        ..new_address(work, contact, address, person.email, person.fingerprint.clone())
    };
    let entry = work.record(Entry::new("contact.created").about(contact).on(contact));
    let mut fields: Vec<String> = person.values.iter().map(field_name).collect();
    fields.push("email".to_owned());
    let by_domain: Vec<_> = row.company_id.map(|_| "company".to_owned()).into_iter().collect();
    let of_theirs =
        traces(work, EntityKind::Contact, contact.0, fields, &person.source, person.proven, entry);
    let mut rows = Inserts::default();
    rows.add([row.clone().into_active_model()]).add([address_row]);
    rows.add(of_theirs.chain(traces(work, EntityKind::Contact, contact.0, by_domain, DOMAIN, false, entry)));
    rows.add(words_of_new_contact(work, &row, Some(person.email.as_entered())).await?);
    rows.run(work.db()).await?;
    Ok(TakenIn { contact, address, created: true })
}

async fn meet_again(
    work: &mut Work,
    person: &Person<'_>,
    address: contact_address::Model,
) -> Result<TakenIn> {
    let now = work.now();
    let contact = address.contact_id;
    let taken_in = TakenIn { contact, address: address.id, created: false };
    if !person.proven {
        // Somebody typed this address, without proof that it is theirs: the contact does not change.
        let all: Vec<&PersonValue> = person.values.iter().collect();
        tell(work, contact, &all, "A form was sent with this address; the mailbox has not confirmed it.")
            .await?;
        return Ok(taken_in);
    }
    work.act_as(Actor::Contact(contact));
    let row = lock_contact(work, contact).await?.ok_or(Error::NotFound)?;
    if row.restricted_at.is_some() {
        keep_for_staff(work, person, row, address).await?;
        return Ok(taken_in);
    }
    let known = proven_fields(work, contact.0).await?;
    let mut custom: BTreeMap<String, String> = serde_json::from_str(&row.custom)?;
    let mut changed = row.clone();
    let (mut taken, mut now_proven, mut differing) = (Vec::new(), Vec::new(), Vec::new());
    for value in person.values {
        let current = get(&row, &custom, value);
        let was_proven = known.get(&field_name(value)).copied().unwrap_or(false);
        if current == value.value {
            if !was_proven {
                now_proven.push(field_name(value));
            }
            continue;
        }
        if current.is_empty() || !was_proven {
            put(&mut changed, &mut custom, value);
            taken.push(field_name(value));
        } else {
            differing.push(value);
        }
    }
    changed.custom = serde_json::to_string(&custom)?;
    changed.sort_name = sort_name(&changed.given_name, &changed.family_name);
    // A company that staff set or cleared stays so.
    if changed.company_id.is_none() && !known.get("company").copied().unwrap_or(false) {
        changed.company_id = company_at(work, person.email).await?;
    }
    let linked = changed.company_id != row.company_id;
    let is_back = row.archived_at.is_some();
    if !taken.is_empty() || linked || is_back {
        changed.version += 1;
        changed.updated_at = now;
    }
    // Somebody who has just written to us belongs in the lists.
    changed.archived_at = None;
    changed.last_contact_at = Some(now);
    write(work, row, &changed).await?;
    let newly_proven = address.verified_at.is_none();
    let mut address = address.into_active_model();
    address.verified_at = Set(Some(now));
    contact_address::Entity::update(address).exec(work.db()).await?;
    if newly_proven {
        now_proven.push("email".to_owned());
    }
    taken.append(&mut now_proven);
    if !taken.is_empty() {
        let entry = work.record(Entry::new("contact.updated").about(contact).on(contact));
        trace(work, EntityKind::Contact, contact.0, taken, &person.source, person.proven, entry).await?;
    }
    if linked {
        let entry = work.record(
            Entry::new("contact.updated")
                .about(contact)
                .on(contact)
                .with("fields", ["company"].into_iter().collect::<Fact>()),
        );
        trace(work, EntityKind::Contact, contact.0, vec!["company".to_owned()], DOMAIN, false, entry).await?;
    }
    if is_back {
        work.record(Entry::new("contact.restored").about(contact).on(contact));
    }
    index_contact(work, &changed).await?;
    tell(work, contact, &differing, "The person entered values that differ from ours.").await?;
    Ok(taken_in)
}

/// Processing of their data is restricted (GDPR Art. 18): no value changes, and what they sent waits for
/// staff. That their mailbox confirmed is proof, and that they acted prolongs nothing but the retention.
async fn keep_for_staff(
    work: &mut Work,
    person: &Person<'_>,
    row: contact::Model,
    address: contact_address::Model,
) -> Result<()> {
    let (contact, now) = (row.id, work.now());
    let mut update = row.into_active_model();
    update.last_contact_at = Set(Some(now));
    contact::Entity::update(update).exec(work.db()).await?;
    let mut address = address.into_active_model();
    address.verified_at = Set(Some(now));
    contact_address::Entity::update(address).exec(work.db()).await?;
    let all: Vec<&PersonValue> = person.values.iter().collect();
    tell(work, contact, &all, SENT_WHILE_RESTRICTED).await
}

/// Writes the columns that a person may change.
async fn write(work: &Work, row: contact::Model, changed: &contact::Model) -> Result<()> {
    let mut update = row.into_active_model();
    update.given_name = Set(changed.given_name.clone());
    update.family_name = Set(changed.family_name.clone());
    update.sort_name = Set(changed.sort_name.clone());
    update.phone = Set(changed.phone.clone());
    update.job_title = Set(changed.job_title.clone());
    update.company_name = Set(changed.company_name.clone());
    update.company_id = Set(changed.company_id);
    update.custom = Set(changed.custom.clone());
    update.version = Set(changed.version);
    update.updated_at = Set(changed.updated_at);
    update.archived_at = Set(changed.archived_at);
    update.last_contact_at = Set(changed.last_contact_at);
    contact::Entity::update(update).exec(work.db()).await?;
    Ok(())
}

/// The field's provenance name.
fn field_name(value: &PersonValue) -> String {
    match value.field {
        PersonField::GivenName => "given_name".to_owned(),
        PersonField::FamilyName => "family_name".to_owned(),
        PersonField::Phone => "phone".to_owned(),
        PersonField::JobTitle => "job_title".to_owned(),
        PersonField::CompanyName => "company_name".to_owned(),
        PersonField::Custom => format!("custom.{}", value.key),
    }
}

fn get(row: &contact::Model, custom: &BTreeMap<String, String>, value: &PersonValue) -> String {
    match value.field {
        PersonField::GivenName => row.given_name.clone(),
        PersonField::FamilyName => row.family_name.clone(),
        PersonField::Phone => row.phone.clone(),
        PersonField::JobTitle => row.job_title.clone(),
        PersonField::CompanyName => row.company_name.clone(),
        PersonField::Custom => custom.get(&value.key).cloned().unwrap_or_default(),
    }
}

fn put(row: &mut contact::Model, custom: &mut BTreeMap<String, String>, value: &PersonValue) {
    let text = value.value.clone();
    match value.field {
        PersonField::GivenName => row.given_name = text,
        PersonField::FamilyName => row.family_name = text,
        PersonField::Phone => row.phone = text,
        PersonField::JobTitle => row.job_title = text,
        PersonField::CompanyName => row.company_name = text,
        PersonField::Custom => {
            custom.insert(value.key.clone(), text);
        }
    }
}
