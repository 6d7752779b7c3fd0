//! The texts under which contacts and companies are indexed for search, and their sort keys. Every use case
//! that writes a row calls these.

use entity::{EntityKind, company, contact, contact_address, search_word};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::{
    error::Result,
    platform::{
        fold::{fold, joins_words},
        work::Work,
    },
    search,
};

/// A contact's sort key: family name, then given name, without case and accents.
#[must_use]
pub fn sort_name(given_name: &str, family_name: &str) -> String {
    fold(&format!("{family_name} {given_name}"))
}

/// Indexes a contact under names, addresses, company, telephone number and job title. Call it after every
/// write.
///
/// # Errors
/// Database errors only.
pub async fn index_contact(work: &Work, row: &contact::Model) -> Result<()> {
    let addresses = contact_address::Entity::find()
        .filter(contact_address::Column::WorkspaceId.eq(work.workspace()))
        .filter(contact_address::Column::ContactId.eq(row.id))
        .order_by_asc(contact_address::Column::Id)
        .all(work.db())
        .await?;
    let company = company_of(work, row).await?;
    let emails = addresses.iter().map(|address| address.email.as_str());
    let whole = whole_name(row);
    search::index(work, EntityKind::Contact, row.id.0, &texts_of(row, &whole, emails, company.as_ref())).await
}

/// The search words of a contact that this unit of work creates with this address.
///
/// # Errors
/// Database errors only.
pub async fn words_of_new_contact(
    work: &Work,
    row: &contact::Model,
    email: Option<&str>,
) -> Result<Vec<search_word::ActiveModel>> {
    let company = company_of(work, row).await?;
    let whole = whole_name(row);
    Ok(search::words_of(
        work,
        EntityKind::Contact,
        row.id.0,
        &texts_of(row, &whole, email.into_iter(), company.as_ref()),
    )
    .collect())
}

async fn company_of(work: &Work, row: &contact::Model) -> Result<Option<company::Model>> {
    match row.company_id {
        Some(company) => Ok(company::Entity::find_by_id((work.workspace(), company)).one(work.db()).await?),
        None => Ok(None),
    }
}

/// Family and given name in one word, in scripts that write names so: 山田太郎, 김철수; empty in others.
#[must_use]
pub fn whole_name(row: &contact::Model) -> String {
    let (family, given) = (row.family_name.as_str(), row.given_name.as_str());
    let joins =
        family.chars().next_back().is_some_and(joins_words) && given.chars().next().is_some_and(joins_words);
    if joins { format!("{family}{given}") } else { String::new() }
}

pub(super) fn texts_of<'a>(
    row: &'a contact::Model,
    whole: &'a str,
    emails: impl Iterator<Item = &'a str>,
    company: Option<&'a company::Model>,
) -> Vec<&'a str> {
    let mut texts = vec![row.given_name.as_str(), row.family_name.as_str(), whole];
    texts.extend(emails);
    texts.extend(company.map(|company| company.name.as_str()));
    texts.extend([row.company_name.as_str(), row.phone.as_str(), row.job_title.as_str()]);
    texts.retain(|text| !text.is_empty());
    texts
}
