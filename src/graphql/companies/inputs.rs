//! What the mutations about companies and tags take and give back.

use async_graphql::{ID, InputObject, MaybeUndefined, SimpleObject};
use entity::MemberId;

use super::Company;
use crate::{
    companies::CompanyChanges,
    error::Result,
    graphql::{
        contacts::{Contact, Tag, inputs::linked},
        fields::{CustomValueInput, custom_inputs},
        kit::{cleared, named},
    },
    platform::graphql::UserError,
};

/// A new company.
#[derive(InputObject)]
pub struct CreateCompanyInput {
    /// Its name, at most 300 characters.
    pub name: String,
    /// The domain of its addresses, like `lumen.example`; unique, and not one where anybody gets a mailbox. People who come with an
    /// address there are linked to it.
    pub domain: Option<String>,
    /// Telephone number; without a country code, one of the workspace's country.
    pub phone: Option<String>,
    /// Its web page, a whole address.
    pub website: Option<String>,
    /// What it does.
    pub industry: Option<String>,
    /// Postal address, on several lines, at most 1000 characters.
    pub postal_address: Option<String>,
    /// The member who looks after it: one who has joined and is active.
    pub owner_id: Option<ID>,
    /// Values of custom fields.
    pub custom: Option<Vec<CustomValueInput>>,
    /// Its id in the system it is synchronised with; unique.
    pub external_id: Option<String>,
    /// A word of your own, at most 128 characters, a UUID for example: the same one with the same input within 24 hours makes it once.
    pub idempotency_key: Option<String>,
}

impl CreateCompanyInput {
    /// The company as the use case takes it.
    pub(crate) fn read(self) -> Result<CompanyChanges> {
        Ok(CompanyChanges {
            name: Some(self.name),
            domain: self.domain,
            phone: self.phone,
            website: self.website,
            industry: self.industry,
            postal_address: self.postal_address,
            owner: self.owner_id.map(|id| named::<MemberId>(&id, "ownerId")).transpose()?.map(Some),
            external_id: self.external_id,
            custom: custom_inputs(self.custom),
        })
    }
}

/// Result of `createCompany`.
#[derive(SimpleObject)]
pub struct CreateCompanyPayload {
    /// The company; null when the input was refused.
    pub company: Option<Company>,
    /// What is wrong with the input; empty when it was done.
    pub user_errors: Vec<UserError>,
}

/// What to change of a company. Absent = leave, null = clear.
#[derive(InputObject)]
pub struct UpdateCompanyInput {
    /// Which.
    pub company_id: ID,
    /// `Company.version` as you read it: when somebody changed it since, nothing happens and the code is `STALE`.
    pub expected_version: i32,
    /// Its name, at most 300 characters; null = leave.
    pub name: Option<String>,
    /// The domain of its addresses.
    pub domain: MaybeUndefined<String>,
    /// Telephone number; without a country code, one of the workspace's country.
    pub phone: MaybeUndefined<String>,
    /// Its web page, a whole address.
    pub website: MaybeUndefined<String>,
    /// What it does.
    pub industry: MaybeUndefined<String>,
    /// Postal address, on several lines, at most 1000 characters.
    pub postal_address: MaybeUndefined<String>,
    /// The member who looks after it: one who has joined and is active.
    pub owner_id: MaybeUndefined<ID>,
    /// Values of custom fields: those that are named change, the others stay.
    pub custom: Option<Vec<CustomValueInput>>,
    /// Its id in the system it is synchronised with; unique.
    pub external_id: MaybeUndefined<String>,
}

impl UpdateCompanyInput {
    /// The changes as the use case takes them.
    pub(crate) fn read(self) -> Result<CompanyChanges> {
        Ok(CompanyChanges {
            name: self.name,
            domain: cleared(self.domain),
            phone: cleared(self.phone),
            website: cleared(self.website),
            industry: cleared(self.industry),
            postal_address: cleared(self.postal_address),
            owner: linked::<MemberId>(&self.owner_id, "ownerId")?.into(),
            external_id: cleared(self.external_id),
            custom: custom_inputs(self.custom),
        })
    }
}

/// Result of `updateCompany`.
#[derive(SimpleObject)]
pub struct UpdateCompanyPayload {
    /// The company as it is now; null when the input was refused.
    pub company: Option<Company>,
    /// What is wrong with the input; empty when it was done.
    pub user_errors: Vec<UserError>,
}

/// What another system says of a company. Absent = leave, null = clear; values that staff vouch for stay, and the difference becomes a
/// task for them.
#[derive(InputObject)]
pub struct UpsertCompanyInput {
    /// Its id in the other system: the company that has it is changed, otherwise one is made.
    pub external_id: String,
    /// Its name, at most 300 characters; needed when it is new, and never cleared.
    pub name: MaybeUndefined<String>,
    /// The domain of its addresses; unique.
    pub domain: MaybeUndefined<String>,
    /// Telephone number; without a country code, one of the workspace's country.
    pub phone: MaybeUndefined<String>,
    /// Its web page, a whole address.
    pub website: MaybeUndefined<String>,
    /// What it does.
    pub industry: MaybeUndefined<String>,
    /// Postal address, on several lines, at most 1000 characters.
    pub postal_address: MaybeUndefined<String>,
    /// The member who looks after it.
    pub owner_id: MaybeUndefined<ID>,
    /// Values of custom fields.
    pub custom: Option<Vec<CustomValueInput>>,
}

impl UpsertCompanyInput {
    /// What the use case takes.
    pub(crate) fn read(self) -> Result<CompanyChanges> {
        Ok(CompanyChanges {
            name: cleared(self.name),
            domain: cleared(self.domain),
            phone: cleared(self.phone),
            website: cleared(self.website),
            industry: cleared(self.industry),
            postal_address: cleared(self.postal_address),
            owner: linked::<MemberId>(&self.owner_id, "ownerId")?.into(),
            external_id: Some(self.external_id),
            custom: custom_inputs(self.custom),
        })
    }
}

/// Result of `upsertCompany`.
#[derive(SimpleObject)]
pub struct UpsertCompanyPayload {
    /// The company as it is now; null when the input was refused.
    pub company: Option<Company>,
    /// Whether it is new; null when the input was refused.
    pub created: Option<bool>,
    /// What is wrong with the input; empty when it was done.
    pub user_errors: Vec<UserError>,
}

/// Which company to take out of the lists.
#[derive(InputObject)]
pub struct ArchiveCompanyInput {
    /// Which.
    pub company_id: ID,
}

/// Result of `archiveCompany`.
#[derive(SimpleObject)]
pub struct ArchiveCompanyPayload {
    /// The company as it is now; null when the input was refused.
    pub company: Option<Company>,
    /// What is wrong with the input; empty when it was done.
    pub user_errors: Vec<UserError>,
}

/// Which company to bring back into the lists.
#[derive(InputObject)]
pub struct RestoreCompanyInput {
    /// Which.
    pub company_id: ID,
}

/// Result of `restoreCompany`.
#[derive(SimpleObject)]
pub struct RestoreCompanyPayload {
    /// The company as it is now; null when the input was refused.
    pub company: Option<Company>,
    /// What is wrong with the input; empty when it was done.
    pub user_errors: Vec<UserError>,
}

/// Which tags to put on which contacts, and which to take off.
#[derive(InputObject)]
pub struct TagContactsInput {
    /// Whom, at most 100.
    pub contact_ids: Vec<ID>,
    /// Names of tags to put on, at most 20; those that do not exist are made.
    pub add: Option<Vec<String>>,
    /// Names of tags to take off, at most 20; those that do not exist are passed over.
    pub remove: Option<Vec<String>>,
}

/// Result of `tagContacts`.
#[derive(SimpleObject)]
pub struct TagContactsPayload {
    /// The contacts, in the order of their ids in the input; null when the input was refused, and then no contact changed.
    pub contacts: Option<Vec<Contact>>,
    /// What is wrong with the input; empty when it was done.
    pub user_errors: Vec<UserError>,
}

/// Another name for a tag.
#[derive(InputObject)]
pub struct RenameTagInput {
    /// Which.
    pub tag_id: ID,
    /// The name, at most 100 characters; no other tag may have it, case and accents apart.
    pub name: String,
}

/// Result of `renameTag`.
#[derive(SimpleObject)]
pub struct RenameTagPayload {
    /// The tag as it is now; null when the input was refused.
    pub tag: Option<Tag>,
    /// What is wrong with the input; empty when it was done.
    pub user_errors: Vec<UserError>,
}

/// Which tags become which.
#[derive(InputObject)]
pub struct MergeTagsInput {
    /// The tags that are no more afterwards, at most 20.
    pub from_tag_ids: Vec<ID>,
    /// The tag that their contacts have instead.
    pub into_tag_id: ID,
}

/// Result of `mergeTags`.
#[derive(SimpleObject)]
pub struct MergeTagsPayload {
    /// The tag that is left; null when the input was refused.
    pub tag: Option<Tag>,
    /// What is wrong with the input; empty when it was done.
    pub user_errors: Vec<UserError>,
}

/// Which tag to delete.
#[derive(InputObject)]
pub struct DeleteTagInput {
    /// Which.
    pub tag_id: ID,
}

/// Result of `deleteTag`.
#[derive(SimpleObject)]
pub struct DeleteTagPayload {
    /// The id that is no more; null when the input was refused.
    pub deleted_tag_id: Option<ID>,
    /// What is wrong with the input; empty when it was done.
    pub user_errors: Vec<UserError>,
}
