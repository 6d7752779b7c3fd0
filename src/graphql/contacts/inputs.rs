//! Inputs and payloads of the mutations about contacts and their addresses.

use async_graphql::{ID, InputObject, MaybeUndefined, SimpleObject};
use entity::{CompanyId, MemberId};

use super::{Contact, ContactSource, Lifecycle};
use crate::{
    contacts::{ContactChanges, ContactUpsert, NewContact},
    error::Result,
    graphql::{
        fields::{CustomValueInput, custom_inputs},
        kit::{Notice, cleared, named},
    },
    platform::graphql::UserError,
};

/// A new contact. Requires a name, an e-mail address or a telephone number, and a basis.
#[derive(InputObject)]
pub struct CreateContactInput {
    /// Why they are kept: a purpose of this workspace on another legal basis than consent. Consent cannot be
    /// entered: only the person gives it, from their own mailbox.
    pub basis_purpose_id: ID,
    /// How we got their data. Unless it came from the person, they must be told within a month: see
    /// `Contact.art14DueAt`.
    pub source: ContactSource,
    /// Given name, at most 300 characters.
    pub given_name: Option<String>,
    /// Family name, at most 300 characters.
    pub family_name: Option<String>,
    /// E-mail address. It becomes the address in use, unverified, which permits nothing yet.
    pub email: Option<String>,
    /// Telephone number; without a country code it is read as one of the workspace's country.
    pub phone: Option<String>,
    /// Job title.
    pub job_title: Option<String>,
    /// The company they work for; if absent, the one whose domain their address is at, if any.
    pub company_id: Option<ID>,
    /// Company name as text, for a company without a record.
    pub company_name: Option<String>,
    /// The member responsible for them; must have joined and be active.
    pub owner_id: Option<ID>,
    /// Postal address, several lines, at most 1000 characters.
    pub postal_address: Option<String>,
    /// Language we write to them in, `fr` or `en`; defaults to the workspace's.
    pub language: Option<String>,
    /// Relation to the workspace; defaults to PROSPECT.
    pub lifecycle: Option<Lifecycle>,
    /// Names of tags, at most 20; missing tags are created.
    pub tags: Option<Vec<String>>,
    /// Values of custom fields.
    pub custom: Option<Vec<CustomValueInput>>,
    /// Their id in the external system they are synchronised with; unique.
    pub external_id: Option<String>,
    /// A key of your choice (for example a UUID), at most 128 characters: repeating the same input with the
    /// same key within 24 hours creates only one contact.
    pub idempotency_key: Option<String>,
}

impl CreateContactInput {
    pub(super) fn read(self) -> Result<NewContact> {
        let values = ContactChanges {
            given_name: self.given_name,
            family_name: self.family_name,
            phone: self.phone,
            job_title: self.job_title,
            company_name: self.company_name,
            postal_address: self.postal_address,
            language: self.language,
            company: self.company_id.map(|id| named::<CompanyId>(&id, "companyId")).transpose()?.map(Some),
            owner: self.owner_id.map(|id| named::<MemberId>(&id, "ownerId")).transpose()?.map(Some),
            lifecycle: self.lifecycle.map(Into::into),
            external_id: self.external_id,
            custom: custom_inputs(self.custom),
        };
        Ok(NewContact {
            values,
            email: self.email,
            tags: self.tags.unwrap_or_default(),
            basis_purpose: named(&self.basis_purpose_id, "basisPurposeId")?,
            source: self.source.into(),
        })
    }
}

/// Result of `createContact`.
#[derive(SimpleObject)]
pub struct CreateContactPayload {
    /// The contact; null when the input was refused.
    pub contact: Option<Contact>,
    /// What to know of what was done, such as texts that were held back.
    pub notices: Vec<Notice>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// Changes to a contact. An absent field stays as it is; null clears it.
#[derive(InputObject)]
pub struct UpdateContactInput {
    /// The contact.
    pub contact_id: ID,
    /// `Contact.version` as you read it: if it has changed since, nothing is written and the error code is
    /// `STALE`.
    pub expected_version: i32,
    /// Given name, at most 300 characters.
    pub given_name: MaybeUndefined<String>,
    /// Family name, at most 300 characters.
    pub family_name: MaybeUndefined<String>,
    /// Telephone number; without a country code it is read as one of the workspace's country.
    pub phone: MaybeUndefined<String>,
    /// Job title.
    pub job_title: MaybeUndefined<String>,
    /// The company they work for. Once staff have set or cleared it, it is no longer derived from the domain
    /// of an e-mail address.
    pub company_id: MaybeUndefined<ID>,
    /// Company name as text, for a company without a record.
    pub company_name: MaybeUndefined<String>,
    /// The member responsible for them; must have joined and be active.
    pub owner_id: MaybeUndefined<ID>,
    /// Postal address, several lines, at most 1000 characters.
    pub postal_address: MaybeUndefined<String>,
    /// Language we write to them in, `fr` or `en`; null leaves it unchanged.
    pub language: Option<String>,
    /// Relation to the workspace; null leaves it unchanged.
    pub lifecycle: Option<Lifecycle>,
    /// Values of custom fields; fields not listed keep theirs.
    pub custom: Option<Vec<CustomValueInput>>,
    /// Their id in the external system they are synchronised with; unique.
    pub external_id: MaybeUndefined<String>,
}

impl UpdateContactInput {
    pub(super) fn read(self) -> Result<ContactChanges> {
        Ok(ContactChanges {
            given_name: cleared(self.given_name),
            family_name: cleared(self.family_name),
            phone: cleared(self.phone),
            job_title: cleared(self.job_title),
            company_name: cleared(self.company_name),
            postal_address: cleared(self.postal_address),
            language: self.language,
            company: linked::<CompanyId>(&self.company_id, "companyId")?.into(),
            owner: linked::<MemberId>(&self.owner_id, "ownerId")?.into(),
            lifecycle: self.lifecycle.map(Into::into),
            external_id: cleared(self.external_id),
            custom: custom_inputs(self.custom),
        })
    }
}

/// Parses the id of a link; absent leaves it, null clears it.
pub(crate) fn linked<T: std::str::FromStr>(
    id: &MaybeUndefined<ID>,
    field: &str,
) -> Result<MaybeUndefined<T>> {
    Ok(match id {
        MaybeUndefined::Undefined => MaybeUndefined::Undefined,
        MaybeUndefined::Null => MaybeUndefined::Null,
        MaybeUndefined::Value(id) => MaybeUndefined::Value(named(id, field)?),
    })
}

/// Result of `updateContact`.
#[derive(SimpleObject)]
pub struct UpdateContactPayload {
    /// The contact as they are now; null when the input was refused.
    pub contact: Option<Contact>,
    /// What to know of what was done, such as texts that were held back.
    pub notices: Vec<Notice>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// A contact as another system has them. An absent field stays as it is; null clears it. Consents,
/// suppressions and the address in use are never touched. Values that the person proved or that staff entered
/// or confirmed are kept; where they differ, staff get a task.
#[derive(InputObject)]
pub struct UpsertContactInput {
    /// Their id in the other system: the contact with this id is changed, or a new one is created.
    pub external_id: String,
    /// Why they are kept, if they are new here: a purpose on another legal basis than consent.
    pub basis_purpose_id: ID,
    /// Given name, at most 300 characters.
    pub given_name: MaybeUndefined<String>,
    /// Family name, at most 300 characters.
    pub family_name: MaybeUndefined<String>,
    /// E-mail address. Taken over, unverified, if the contact has none; if they have a different one, staff
    /// get a task; null leaves it unchanged.
    pub email: Option<String>,
    /// Telephone number; without a country code it is read as one of the workspace's country.
    pub phone: MaybeUndefined<String>,
    /// Job title.
    pub job_title: MaybeUndefined<String>,
    /// The company they work for: see `upsertCompany`.
    pub company_id: MaybeUndefined<ID>,
    /// Company name as text, for a company without a record.
    pub company_name: MaybeUndefined<String>,
    /// The member responsible for them.
    pub owner_id: MaybeUndefined<ID>,
    /// Postal address, several lines, at most 1000 characters.
    pub postal_address: MaybeUndefined<String>,
    /// Language we write to them in, `fr` or `en`; null leaves it unchanged.
    pub language: Option<String>,
    /// Relation to the workspace; null leaves it unchanged.
    pub lifecycle: Option<Lifecycle>,
    /// Values of custom fields.
    pub custom: Option<Vec<CustomValueInput>>,
}

impl UpsertContactInput {
    pub(super) fn read(self) -> Result<ContactUpsert> {
        let values = ContactChanges {
            given_name: cleared(self.given_name),
            family_name: cleared(self.family_name),
            phone: cleared(self.phone),
            job_title: cleared(self.job_title),
            company_name: cleared(self.company_name),
            postal_address: cleared(self.postal_address),
            language: self.language,
            company: linked::<CompanyId>(&self.company_id, "companyId")?.into(),
            owner: linked::<MemberId>(&self.owner_id, "ownerId")?.into(),
            lifecycle: self.lifecycle.map(Into::into),
            external_id: None,
            custom: custom_inputs(self.custom),
        };
        let basis_purpose = named(&self.basis_purpose_id, "basisPurposeId")?;
        Ok(ContactUpsert { external_id: self.external_id, values, email: self.email, basis_purpose })
    }
}

/// Result of `upsertContact`.
#[derive(SimpleObject)]
pub struct UpsertContactPayload {
    /// The contact as they are now; null when the input was refused.
    pub contact: Option<Contact>,
    /// Whether they were created; null when the input was refused.
    pub created: Option<bool>,
    /// What to know of what was done, such as texts that were held back.
    pub notices: Vec<Notice>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// The contact to archive.
#[derive(InputObject)]
pub struct ArchiveContactInput {
    /// The contact.
    pub contact_id: ID,
}

/// Result of `archiveContact`.
#[derive(SimpleObject)]
pub struct ArchiveContactPayload {
    /// The contact as they are now; null when the input was refused.
    pub contact: Option<Contact>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// The archived contact to restore.
#[derive(InputObject)]
pub struct RestoreContactInput {
    /// The contact.
    pub contact_id: ID,
}

/// Result of `restoreContact`.
#[derive(SimpleObject)]
pub struct RestoreContactPayload {
    /// The contact as they are now; null when the input was refused.
    pub contact: Option<Contact>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// An e-mail address to add to a contact.
#[derive(InputObject)]
pub struct AddContactAddressInput {
    /// The contact.
    pub contact_id: ID,
    /// The address; refused when another contact has it.
    pub email: String,
}

/// Result of `addContactAddress`.
#[derive(SimpleObject)]
pub struct AddContactAddressPayload {
    /// The contact as they are now; null when the input was refused.
    pub contact: Option<Contact>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// The address to remove.
#[derive(InputObject)]
pub struct RemoveContactAddressInput {
    /// The address. The one in use can be removed only if it is the last.
    pub address_id: ID,
}

/// Result of `removeContactAddress`.
#[derive(SimpleObject)]
pub struct RemoveContactAddressPayload {
    /// The contact as they are now; null when the input was refused.
    pub contact: Option<Contact>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// The address to use from now on.
#[derive(InputObject)]
pub struct SetPrimaryAddressInput {
    /// The address.
    pub address_id: ID,
}

/// Result of `setPrimaryAddress`.
#[derive(SimpleObject)]
pub struct SetPrimaryAddressPayload {
    /// The contact as they are now; null when the input was refused.
    pub contact: Option<Contact>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}
