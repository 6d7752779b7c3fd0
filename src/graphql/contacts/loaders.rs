//! Batched loaders for contacts, companies and tags: one statement answers all fields that ask for the same
//! kind of thing.

use std::collections::HashMap;

use async_graphql::{Context, dataloader::Loader};
use entity::{CompanyId, ContactAddressId, ContactId, TagId, WorkspaceId, contact, tag};
use sea_orm::prelude::Uuid;

use crate::{
    app::App,
    companies::loads::companies_by_id,
    contacts::{
        contacts_of_companies, count_contacts_of_companies, count_tagged, find_contacts,
        loads::{
            addresses_by_id, addresses_of_contacts, bases_of_contacts, contact_with_company, tags_by_id,
        },
        tags_of,
    },
    error::Result,
    graphql::{
        consent::foresee_consents,
        kit::{
            Asks, Load, LoadError, asked, foresee, group, group_for, is_foreseen, keep_rows, load,
            load_by_id, load_of,
        },
    },
    platform::lists::PageRequest,
    records::loads::provenance_of_rows,
};

load_by_id! {
    addresses_by_id(ContactAddressId) -> contact_address;
    companies_by_id(CompanyId) -> company;
    tags_by_id(TagId) -> tag;
}

/// Contacts by id. The id of a merged contact finds the one it was merged into.
impl Loader<ContactId> for Load {
    type Value = contact::Model;
    type Error = LoadError;

    async fn load(&self, keys: &[ContactId]) -> Result<HashMap<ContactId, Self::Value>, LoadError> {
        Ok(find_contacts(self.app.db(), self.caller.workspace, keys).await?)
    }
}

load_of! {
    /// All addresses of a contact.
    AddressesOf(ContactId) = addresses_of_contacts -> contact_address;
    /// All purposes on another legal basis than consent that apply to a contact.
    BasesOf(ContactId) = bases_of_contacts -> basis;
    /// Where each value of a row came from.
    ProvenanceOf(Uuid) = provenance_of_rows -> provenance;
}

/// The tags of a contact.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct TagsOf(pub ContactId);

impl Loader<TagsOf> for Load {
    type Value = Vec<tag::Model>;
    type Error = LoadError;

    async fn load(&self, keys: &[TagsOf]) -> Result<HashMap<TagsOf, Self::Value>, LoadError> {
        let contacts: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = tags_of(self.app.db(), self.caller.workspace, &contacts).await?;
        Ok(group_for(keys, rows, |(contact, _)| TagsOf(*contact))
            .into_iter()
            .map(|(key, rows)| (key, rows.into_iter().map(|(_, tag)| tag).collect()))
            .collect())
    }
}

/// How many contacts have a tag, without archived ones.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct UsesOf(pub TagId);

impl Loader<UsesOf> for Load {
    type Value = i64;
    type Error = LoadError;

    async fn load(&self, keys: &[UsesOf]) -> Result<HashMap<UsesOf, i64>, LoadError> {
        let tags: Vec<_> = keys.iter().map(|key| key.0).collect();
        let counts = count_tagged(self.app.db(), self.caller.workspace, &tags).await?;
        Ok(counts.into_iter().map(|(tag, count)| (UsesOf(tag), count)).collect())
    }
}

/// A page of a company's contacts, without archived ones.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct ContactsOf {
    /// The company.
    pub company: CompanyId,
    /// The page.
    pub page: PageKey,
}

/// A page of a list, as a cache key.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct PageKey {
    limit: u64,
    after: Option<ContactId>,
    before: Option<ContactId>,
    backward: bool,
}

impl From<&PageRequest<ContactId>> for PageKey {
    fn from(request: &PageRequest<ContactId>) -> Self {
        Self {
            limit: request.limit,
            after: request.after,
            before: request.before,
            backward: request.backward,
        }
    }
}

impl Loader<ContactsOf> for Load {
    type Value = Vec<entity::contact::Model>;
    type Error = LoadError;

    async fn load(&self, keys: &[ContactsOf]) -> Result<HashMap<ContactsOf, Self::Value>, LoadError> {
        let mut found = HashMap::with_capacity(keys.len());
        for (page, keys) in group(keys.to_vec(), |key| key.page) {
            let companies: Vec<_> = keys.iter().map(|key| key.company).collect();
            let request = PageRequest {
                limit: page.limit,
                after: page.after,
                before: page.before,
                backward: page.backward,
            };
            let rows =
                contacts_of_companies(self.app.db(), self.caller.workspace, &companies, &request).await?;
            for (company, rows) in group(rows, |row| row.company_id) {
                found.extend(company.map(|company| (ContactsOf { company, page }, rows)));
            }
        }
        Ok(found)
    }
}

/// How many contacts a company has, without archived ones.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct ContactCountOf(pub CompanyId);

impl Loader<ContactCountOf> for Load {
    type Value = i64;
    type Error = LoadError;

    async fn load(&self, keys: &[ContactCountOf]) -> Result<HashMap<ContactCountOf, i64>, LoadError> {
        let companies: Vec<_> = keys.iter().map(|key| key.0).collect();
        let counts = count_contacts_of_companies(self.app.db(), self.caller.workspace, &companies).await?;
        Ok(counts.into_iter().map(|(company, count)| (ContactCountOf(company), count)).collect())
    }
}

/// Loads a contact, joined with their company if the query selects it.
///
/// # Errors
/// `Busy` when the database is unavailable.
pub(crate) async fn load_one(
    ctx: &Context<'_>,
    asks: &Asks<'_>,
    id: ContactId,
) -> Result<Option<contact::Model>> {
    if is_foreseen(ctx, asks, &["company"])? {
        let (app, caller) = asked(ctx)?;
        if let Some((row, company)) = contact_with_company(app.db(), caller.workspace, id).await? {
            keep_rows(ctx, company, |company| company.id)?;
            return Ok(Some(row));
        }
    }
    // The loader also follows merges.
    load(ctx, id).await
}

/// Prefetches what the fields of these contacts need.
///
/// # Errors
/// `Busy` when the database is unavailable.
pub(crate) async fn foresee_of_contacts<'a, I>(ctx: &Context<'_>, asks: &Asks<'_>, rows: I) -> Result<()>
where
    I: Iterator<Item = &'a contact::Model> + Clone,
{
    let ids = || rows.clone().map(|row| row.id);
    tokio::try_join!(
        foresee_consents(ctx, asks, ids()),
        foresee(ctx, asks, &["company"], rows.clone().filter_map(|row| row.company_id)),
        foresee(ctx, asks, &["owner"], rows.clone().filter_map(|row| row.owner_id)),
        foresee(ctx, asks, &["email", "addresses"], ids().map(AddressesOf)),
        foresee(ctx, asks, &["tags"], ids().map(TagsOf)),
    )?;
    Ok(())
}

/// All ids that the journal uses for a person: the contact's own and those merged into it.
///
/// # Errors
/// `Busy` when the database is unavailable.
pub(crate) async fn every_id_of(app: &App, workspace: WorkspaceId, id: ContactId) -> Result<Vec<ContactId>> {
    crate::contacts::every_id_of(app.db(), workspace, id).await
}
