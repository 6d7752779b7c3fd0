//! What the mutations about contacts and their addresses take and give back.

use async_graphql::{ID, InputObject, MaybeUndefined, SimpleObject};
use entity::{CompanyId, MemberId};

use super::{Contact, ContactSource, Lifecycle};
use crate::{
    contacts::{ContactChanges, ContactUpsert, NewContact},
    error::Result,
    graphql::{
        fields::{CustomValueInput, custom_inputs},
        kit::{cleared, named},
    },
    platform::graphql::UserError,
};

/// A new contact. At least one of a name, an e-mail address and a telephone number is needed, and always a basis.
#[derive(InputObject)]
pub struct CreateContactInput {
    /// What they are kept for: a purpose of this workspace that rests on another basis than consent. Consent is never entered: the
    /// person's own mailbox gives it.
    pub basis_purpose_id: ID,
    /// How we got their data. When that was not from the person, they must be told within a month: see `Contact.art14DueAt`.
    pub source: ContactSource,
    /// Given name, at most 300 characters.
    pub given_name: Option<String>,
    /// Family name, at most 300 characters.
    pub family_name: Option<String>,
    /// E-mail address. It will be the one in use, unverified: having it permits nothing.
    pub email: Option<String>,
    /// Telephone number; without a country code, one of the workspace's country.
    pub phone: Option<String>,
    /// Job title.
    pub job_title: Option<String>,
    /// The company they work for; absent = the one whose domain their address is at, if there is one.
    pub company_id: Option<ID>,
    /// Company in words, when it is not kept as one.
    pub company_name: Option<String>,
    /// The member who looks after them: one who has joined and is active.
    pub owner_id: Option<ID>,
    /// Postal address, on several lines, at most 1000 characters.
    pub postal_address: Option<String>,
    /// The language we write to them in, `fr` or `en`; absent = the workspace's.
    pub language: Option<String>,
    /// What they are to the workspace; absent = a prospect.
    pub lifecycle: Option<Lifecycle>,
    /// Names of tags, at most 20; those that do not exist are made.
    pub tags: Option<Vec<String>>,
    /// Values of custom fields.
    pub custom: Option<Vec<CustomValueInput>>,
    /// Their id in the system they are synchronised with; unique.
    pub external_id: Option<String>,
    /// A word of your own, at most 128 characters, a UUID for example: the same one with the same input within 24 hours makes them once.
    pub idempotency_key: Option<String>,
}

impl CreateContactInput {
    /// The contact as the use case takes it.
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
    /// What is wrong with the input; empty when it was done.
    pub user_errors: Vec<UserError>,
}

/// What to change of a contact. Absent = leave, null = clear.
#[derive(InputObject)]
pub struct UpdateContactInput {
    /// Whom.
    pub contact_id: ID,
    /// `Contact.version` as you read it: when somebody changed them since, nothing happens and the code is `STALE`.
    pub expected_version: i32,
    /// Given name, at most 300 characters.
    pub given_name: MaybeUndefined<String>,
    /// Family name, at most 300 characters.
    pub family_name: MaybeUndefined<String>,
    /// Telephone number; without a country code, one of the workspace's country.
    pub phone: MaybeUndefined<String>,
    /// Job title.
    pub job_title: MaybeUndefined<String>,
    /// The company they work for. Once staff set or cleared it, an address at a company's domain changes it no more.
    pub company_id: MaybeUndefined<ID>,
    /// Company in words.
    pub company_name: MaybeUndefined<String>,
    /// The member who looks after them: one who has joined and is active.
    pub owner_id: MaybeUndefined<ID>,
    /// Postal address, on several lines, at most 1000 characters.
    pub postal_address: MaybeUndefined<String>,
    /// The language we write to them in, `fr` or `en`; null = leave.
    pub language: Option<String>,
    /// What they are to the workspace; null = leave.
    pub lifecycle: Option<Lifecycle>,
    /// Values of custom fields: those that are named change, the others stay.
    pub custom: Option<Vec<CustomValueInput>>,
    /// Their id in the system they are synchronised with; unique.
    pub external_id: MaybeUndefined<String>,
}

impl UpdateContactInput {
    /// The changes as the use case takes them.
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

/// What an update says of a link: absent = leave, null = clear.
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
    /// What is wrong with the input; empty when it was done.
    pub user_errors: Vec<UserError>,
}

/// What another system says of a contact. Absent = leave, null = clear. Consents, suppressions and the address in use are never touched;
/// values that the person proved or staff vouch for stay, and the difference becomes a task for staff.
#[derive(InputObject)]
pub struct UpsertContactInput {
    /// Their id in the other system: who has it is changed, otherwise a contact is made.
    pub external_id: String,
    /// What they are kept for, should they be new here: a purpose that rests on another basis than consent.
    pub basis_purpose_id: ID,
    /// Given name, at most 300 characters.
    pub given_name: MaybeUndefined<String>,
    /// Family name, at most 300 characters.
    pub family_name: MaybeUndefined<String>,
    /// E-mail address. It is taken over, unverified, when they have none; another than theirs becomes a task for staff; null = leave.
    pub email: Option<String>,
    /// Telephone number; without a country code, one of the workspace's country.
    pub phone: MaybeUndefined<String>,
    /// Job title.
    pub job_title: MaybeUndefined<String>,
    /// The company they work for: see `upsertCompany`.
    pub company_id: MaybeUndefined<ID>,
    /// Company in words.
    pub company_name: MaybeUndefined<String>,
    /// The member who looks after them.
    pub owner_id: MaybeUndefined<ID>,
    /// Postal address, on several lines, at most 1000 characters.
    pub postal_address: MaybeUndefined<String>,
    /// The language we write to them in, `fr` or `en`; null = leave.
    pub language: Option<String>,
    /// What they are to the workspace; null = leave.
    pub lifecycle: Option<Lifecycle>,
    /// Values of custom fields.
    pub custom: Option<Vec<CustomValueInput>>,
}

impl UpsertContactInput {
    /// What the use case takes.
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
    /// Whether they are new; null when the input was refused.
    pub created: Option<bool>,
    /// What is wrong with the input; empty when it was done.
    pub user_errors: Vec<UserError>,
}

/// Whom to take out of the lists.
#[derive(InputObject)]
pub struct ArchiveContactInput {
    /// Whom.
    pub contact_id: ID,
}

/// Result of `archiveContact`.
#[derive(SimpleObject)]
pub struct ArchiveContactPayload {
    /// The contact as they are now; null when the input was refused.
    pub contact: Option<Contact>,
    /// What is wrong with the input; empty when it was done.
    pub user_errors: Vec<UserError>,
}

/// Whom to bring back into the lists.
#[derive(InputObject)]
pub struct RestoreContactInput {
    /// Whom.
    pub contact_id: ID,
}

/// Result of `restoreContact`.
#[derive(SimpleObject)]
pub struct RestoreContactPayload {
    /// The contact as they are now; null when the input was refused.
    pub contact: Option<Contact>,
    /// What is wrong with the input; empty when it was done.
    pub user_errors: Vec<UserError>,
}

/// One more address.
#[derive(InputObject)]
pub struct AddContactAddressInput {
    /// Whose.
    pub contact_id: ID,
    /// The address; one that another contact has is refused.
    pub email: String,
}

/// Result of `addContactAddress`.
#[derive(SimpleObject)]
pub struct AddContactAddressPayload {
    /// The contact as they are now; null when the input was refused.
    pub contact: Option<Contact>,
    /// What is wrong with the input; empty when it was done.
    pub user_errors: Vec<UserError>,
}

/// Which address to take away.
#[derive(InputObject)]
pub struct RemoveContactAddressInput {
    /// The address: not the one in use, unless it is the only one.
    pub address_id: ID,
}

/// Result of `removeContactAddress`.
#[derive(SimpleObject)]
pub struct RemoveContactAddressPayload {
    /// The contact as they are now; null when the input was refused.
    pub contact: Option<Contact>,
    /// What is wrong with the input; empty when it was done.
    pub user_errors: Vec<UserError>,
}

/// Which address to use.
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
    /// What is wrong with the input; empty when it was done.
    pub user_errors: Vec<UserError>,
}
