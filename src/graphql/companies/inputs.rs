//! Inputs and payloads of the mutations about companies and tags.

use async_graphql::{ID, InputObject, MaybeUndefined, SimpleObject};
use entity::MemberId;

use super::Company;
use crate::{
    companies::CompanyChanges,
    error::Result,
    graphql::{
        contacts::{Contact, Tag, inputs::linked},
        fields::{CustomValueInput, custom_inputs},
        kit::{Notice, cleared, named},
    },
    platform::graphql::UserError,
};

/// A new company.
#[derive(InputObject)]
pub struct CreateCompanyInput {
    /// Its name, at most 300 characters.
    pub name: String,
    /// The domain of its e-mail addresses, like `lumen.example`; unique, and not a public mailbox provider's.
    /// Contacts whose address is at this domain are linked to the company.
    pub domain: Option<String>,
    /// Telephone number; without a country code it is read as one of the workspace's country.
    pub phone: Option<String>,
    /// Website, as a full URL.
    pub website: Option<String>,
    /// Industry.
    pub industry: Option<String>,
    /// Postal address, several lines, at most 1000 characters.
    pub postal_address: Option<String>,
    /// The member responsible for it; must have joined and be active.
    pub owner_id: Option<ID>,
    /// Values of custom fields.
    pub custom: Option<Vec<CustomValueInput>>,
    /// Its id in the external system it is synchronised with; unique.
    pub external_id: Option<String>,
    /// A key of your choice (for example a UUID), at most 128 characters: repeating the same input with the
    /// same key within 24 hours creates only one company.
    pub idempotency_key: Option<String>,
}

impl CreateCompanyInput {
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
    /// What to know of what was done, such as texts that were held back.
    pub notices: Vec<Notice>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// Changes to a company. An absent field stays as it is; null clears it.
#[derive(InputObject)]
pub struct UpdateCompanyInput {
    /// The company.
    pub company_id: ID,
    /// `Company.version` as you read it: if it has changed since, nothing is written and the error code is
    /// `STALE`.
    pub expected_version: i32,
    /// Its name, at most 300 characters; null leaves it unchanged.
    pub name: Option<String>,
    /// The domain of its e-mail addresses.
    pub domain: MaybeUndefined<String>,
    /// Telephone number; without a country code it is read as one of the workspace's country.
    pub phone: MaybeUndefined<String>,
    /// Website, as a full URL.
    pub website: MaybeUndefined<String>,
    /// Industry.
    pub industry: MaybeUndefined<String>,
    /// Postal address, several lines, at most 1000 characters.
    pub postal_address: MaybeUndefined<String>,
    /// The member responsible for it; must have joined and be active.
    pub owner_id: MaybeUndefined<ID>,
    /// Values of custom fields; fields not listed keep theirs.
    pub custom: Option<Vec<CustomValueInput>>,
    /// Its id in the external system it is synchronised with; unique.
    pub external_id: MaybeUndefined<String>,
}

impl UpdateCompanyInput {
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
    /// What to know of what was done, such as texts that were held back.
    pub notices: Vec<Notice>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// A company as another system has it. An absent field stays as it is; null clears it. Values that staff
/// entered or confirmed are kept; where they differ, staff get a task.
#[derive(InputObject)]
pub struct UpsertCompanyInput {
    /// Its id in the other system: the company with this id is changed, or a new one is created.
    pub external_id: String,
    /// Its name, at most 300 characters; required for a new company, and cannot be cleared.
    pub name: MaybeUndefined<String>,
    /// The domain of its e-mail addresses; unique.
    pub domain: MaybeUndefined<String>,
    /// Telephone number; without a country code it is read as one of the workspace's country.
    pub phone: MaybeUndefined<String>,
    /// Website, as a full URL.
    pub website: MaybeUndefined<String>,
    /// Industry.
    pub industry: MaybeUndefined<String>,
    /// Postal address, several lines, at most 1000 characters.
    pub postal_address: MaybeUndefined<String>,
    /// The member responsible for it.
    pub owner_id: MaybeUndefined<ID>,
    /// Values of custom fields.
    pub custom: Option<Vec<CustomValueInput>>,
}

impl UpsertCompanyInput {
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
    /// Whether it was created; null when the input was refused.
    pub created: Option<bool>,
    /// What to know of what was done, such as texts that were held back.
    pub notices: Vec<Notice>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// The company to archive.
#[derive(InputObject)]
pub struct ArchiveCompanyInput {
    /// The company.
    pub company_id: ID,
}

/// Result of `archiveCompany`.
#[derive(SimpleObject)]
pub struct ArchiveCompanyPayload {
    /// The company as it is now; null when the input was refused.
    pub company: Option<Company>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// The archived company to restore.
#[derive(InputObject)]
pub struct RestoreCompanyInput {
    /// The company.
    pub company_id: ID,
}

/// Result of `restoreCompany`.
#[derive(SimpleObject)]
pub struct RestoreCompanyPayload {
    /// The company as it is now; null when the input was refused.
    pub company: Option<Company>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// Tags to add to and to remove from contacts.
#[derive(InputObject)]
pub struct TagContactsInput {
    /// The contacts, at most 100.
    pub contact_ids: Vec<ID>,
    /// Names of tags to add, at most 20; missing tags are created.
    pub add: Option<Vec<String>>,
    /// Names of tags to remove, at most 20; unknown names are ignored.
    pub remove: Option<Vec<String>>,
}

/// Result of `tagContacts`.
#[derive(SimpleObject)]
pub struct TagContactsPayload {
    /// The contacts, in the order of the ids in the input; null when the input was refused: then no contact
    /// was changed.
    pub contacts: Option<Vec<Contact>>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// A new name for a tag.
#[derive(InputObject)]
pub struct RenameTagInput {
    /// The tag.
    pub tag_id: ID,
    /// The new name, at most 100 characters; must differ from every other tag's, ignoring case and accents.
    pub name: String,
}

/// Result of `renameTag`.
#[derive(SimpleObject)]
pub struct RenameTagPayload {
    /// The tag as it is now; null when the input was refused.
    pub tag: Option<Tag>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// Tags to merge into another.
#[derive(InputObject)]
pub struct MergeTagsInput {
    /// The tags to remove, at most 20.
    pub from_tag_ids: Vec<ID>,
    /// The tag that replaces them on their contacts.
    pub into_tag_id: ID,
}

/// Result of `mergeTags`.
#[derive(SimpleObject)]
pub struct MergeTagsPayload {
    /// The tag that remains; null when the input was refused.
    pub tag: Option<Tag>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// The tag to delete.
#[derive(InputObject)]
pub struct DeleteTagInput {
    /// The tag.
    pub tag_id: ID,
}

/// Result of `deleteTag`.
#[derive(SimpleObject)]
pub struct DeleteTagPayload {
    /// The id of the deleted tag; null when the input was refused.
    pub deleted_tag_id: Option<ID>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}
