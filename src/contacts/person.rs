//! What a person sends about themselves with a form.

use entity::{ContactAddressId, ContactId, EmailAddress};
use serde::{Deserialize, Serialize};

use crate::{
    activities::report_differences::{About, report_differences},
    error::Result,
    platform::work::Work,
};

/// Which value of a contact a form's answer sets.
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
    /// An answer to a form's own question, stored in `contact.custom` under its key.
    Custom,
}

/// One value that a person gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonValue {
    /// The value it sets.
    pub field: PersonField,
    /// The form field's key.
    pub key: String,
    /// The form's label for it.
    pub label: String,
    /// The value; several options one per line.
    pub value: String,
}

/// What a person told us about themselves.
pub struct Person<'a> {
    /// Their mailbox.
    pub email: &'a EmailAddress,
    /// Its fingerprint.
    pub fingerprint: Vec<u8>,
    /// `fr` or `en`.
    pub language: &'a str,
    /// Their other values.
    pub values: &'a [PersonValue],
    /// The source: id of a form version.
    pub source: String,
    /// Whether the mailbox confirmed.
    pub proven: bool,
}

/// The result of taking a person in.
pub struct TakenIn {
    /// The contact.
    pub contact: ContactId,
    /// The address.
    pub address: ContactAddressId,
    /// Whether the contact was created.
    pub created: bool,
}

/// The task that keeps what a restricted person sent.
pub(super) const SENT_WHILE_RESTRICTED: &str = "The person sent a form while processing of their data is restricted: nothing was changed. Enter these values when the restriction is lifted.";

pub(super) async fn tell(
    work: &mut Work,
    contact: ContactId,
    values: &[&PersonValue],
    subject: &str,
) -> Result<()> {
    let lines: Vec<String> = values.iter().map(|value| format!("{}: {}", value.label, value.value)).collect();
    report_differences(work, About::Contact(contact), subject, &lines).await
}
