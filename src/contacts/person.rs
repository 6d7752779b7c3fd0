//! A person as they come in by themselves.

use entity::{ContactAddressId, ContactId, EmailAddress};
use serde::{Deserialize, Serialize};

use crate::{
    activities::report_differences::{About, report_differences},
    error::Result,
    platform::work::Work,
};

/// Which value of a contact an answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonField {
    /// `contact.given_name`.
    GivenName,
    /// `contact.family_name`.
    FamilyName,
    /// `contact.phone`.
    Phone,
    /// `contact.job_title`.
    JobTitle,
    /// `contact.company_name`.
    CompanyName,
    /// An answer to a form's own question, kept in `contact.custom` under its key.
    Custom,
}

/// One value a person gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonValue {
    /// Which value.
    pub field: PersonField,
    /// The form field's key.
    pub key: String,
    /// What the form called it.
    pub label: String,
    /// The value; several choices on lines of their own.
    pub value: String,
}

/// What a person told us about themself.
pub struct Person<'a> {
    /// Their mailbox.
    pub email: &'a EmailAddress,
    /// Its fingerprint.
    pub fingerprint: Vec<u8>,
    /// `fr` or `en`.
    pub language: &'a str,
    /// What else they gave.
    pub values: &'a [PersonValue],
    /// Where it comes from: a form version's id.
    pub source: String,
    /// Whether the mailbox confirmed it.
    pub proven: bool,
}

/// What became of it.
pub struct TakenIn {
    /// The contact.
    pub contact: ContactId,
    /// The address.
    pub address: ContactAddressId,
    /// Whether they are new here.
    pub created: bool,
}

pub(super) async fn tell(
    work: &mut Work,
    contact: ContactId,
    values: &[&PersonValue],
    subject: &str,
) -> Result<()> {
    let lines: Vec<String> = values.iter().map(|value| format!("{}: {}", value.label, value.value)).collect();
    report_differences(work, About::Contact(contact), subject, &lines).await
}
