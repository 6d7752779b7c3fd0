//! Inputs and payloads of the mutations about recipients.

use async_graphql::{ID, InputObject, SimpleObject};
use entity::{ContactId, PurposeId, RecipientId};

use super::{
    Disclosure, DisclosureMeans, NoticeImpossible, Recipient, RecipientNotice, RecipientNoticeState,
    RecipientRole, TransferMechanism,
};
use crate::{
    error::Result,
    graphql::kit::named,
    platform::graphql::{DateTime, UserError},
    privacy::recipients::{NewDisclosure, RecipientValues},
};

/// A new recipient.
#[derive(InputObject)]
pub struct CreateRecipientInput {
    /// The name staff use, at most 300 characters.
    pub name: String,
    /// The legal entity, at most 300 characters.
    pub legal_name: String,
    /// Where the data are stored: a country by its two letters (ISO 3166-1), like `FR`.
    pub country: String,
    /// The other countries from which the data are read; at most 50.
    #[graphql(default)]
    pub access_countries: Vec<String>,
    /// What they do with the data.
    pub role: RecipientRole,
    /// What allows the transfer.
    pub mechanism: TransferMechanism,
    /// The clauses with their module and date, the approval, or the reason; absent in the European Economic
    /// Area.
    #[graphql(default)]
    pub mechanism_reference: String,
    /// The reference of the transfer impact assessment.
    #[graphql(default)]
    pub assessment: String,
    /// When the mechanism was last checked, for example the certification of a company in the United States.
    pub checked_at: Option<DateTime>,
    /// Whom to tell.
    #[graphql(default)]
    pub contact_email: String,
    /// What they are given data for; at most 50 purposes.
    #[graphql(default)]
    pub purpose_ids: Vec<ID>,
    /// A key of your choice (for example a UUID), at most 128 characters: repeating the same input with the
    /// same key within 24 hours creates only one recipient.
    pub idempotency_key: Option<String>,
}

/// A recipient's new values.
#[derive(InputObject)]
pub struct UpdateRecipientInput {
    /// The recipient.
    pub recipient_id: ID,
    /// `Recipient.version` as you read it: if it has changed since, nothing is written and the error code is
    /// `STALE`.
    pub expected_version: i32,
    /// The name staff use, at most 300 characters.
    pub name: String,
    /// The legal entity, at most 300 characters.
    pub legal_name: String,
    /// Where the data are stored: a country by its two letters (ISO 3166-1), like `FR`.
    pub country: String,
    /// The other countries from which the data are read; at most 50.
    #[graphql(default)]
    pub access_countries: Vec<String>,
    /// What they do with the data.
    pub role: RecipientRole,
    /// What allows the transfer.
    pub mechanism: TransferMechanism,
    /// The clauses with their module and date, the approval, or the reason; absent in the European Economic
    /// Area.
    #[graphql(default)]
    pub mechanism_reference: String,
    /// The reference of the transfer impact assessment.
    #[graphql(default)]
    pub assessment: String,
    /// When the mechanism was last checked, for example the certification of a company in the United States.
    pub checked_at: Option<DateTime>,
    /// Whom to tell.
    #[graphql(default)]
    pub contact_email: String,
    /// What they are given data for; at most 50 purposes.
    #[graphql(default)]
    pub purpose_ids: Vec<ID>,
}

macro_rules! values_of {
    ($input:ident) => {
        RecipientValues {
            name: $input.name,
            legal_name: $input.legal_name,
            country: $input.country,
            access_countries: $input.access_countries,
            role: $input.role.into(),
            mechanism: $input.mechanism.into(),
            mechanism_reference: $input.mechanism_reference,
            assessment: $input.assessment,
            checked_at: $input.checked_at.map(|at| at.0),
            contact_email: $input.contact_email,
            purposes: purposes(&$input.purpose_ids)?,
        }
    };
}

fn purposes(ids: &[ID]) -> Result<Vec<PurposeId>> {
    ids.iter().map(|id| named(id, "purposeIds")).collect()
}

impl CreateRecipientInput {
    pub(super) fn read(self) -> Result<(RecipientValues, Option<String>)> {
        Ok((values_of!(self), self.idempotency_key))
    }
}

impl UpdateRecipientInput {
    pub(super) fn read(self) -> Result<(RecipientId, i32, RecipientValues)> {
        let id = named(&self.recipient_id, "recipientId")?;
        Ok((id, self.expected_version, values_of!(self)))
    }
}

/// The recipient to archive.
#[derive(InputObject)]
pub struct ArchiveRecipientInput {
    /// The recipient.
    pub recipient_id: ID,
}

/// The archived recipient to restore.
#[derive(InputObject)]
pub struct RestoreRecipientInput {
    /// The recipient.
    pub recipient_id: ID,
}

/// Result of `createRecipient`.
#[derive(SimpleObject)]
pub struct CreateRecipientPayload {
    /// The recipient; null when the input was refused.
    pub recipient: Option<Recipient>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// Result of `updateRecipient`.
#[derive(SimpleObject)]
pub struct UpdateRecipientPayload {
    /// The recipient; null when the input was refused.
    pub recipient: Option<Recipient>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// Result of `archiveRecipient`.
#[derive(SimpleObject)]
pub struct ArchiveRecipientPayload {
    /// The recipient; null when the input was refused.
    pub recipient: Option<Recipient>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// Result of `restoreRecipient`.
#[derive(SimpleObject)]
pub struct RestoreRecipientPayload {
    /// The recipient; null when the input was refused.
    pub recipient: Option<Recipient>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// Data that were disclosed.
#[derive(InputObject)]
pub struct LogDisclosureInput {
    /// Whose data.
    pub contact_id: ID,
    /// To whom.
    pub recipient_id: ID,
    /// What for; one of the recipient's purposes.
    pub purpose_id: Option<ID>,
    /// How.
    pub means: DisclosureMeans,
    /// The names of the fields, like `givenName` or `custom.size`; never their values.
    pub fields: Vec<String>,
    /// A key of your choice (for example a UUID), at most 128 characters: repeating the same input with the
    /// same key within 24 hours logs only one disclosure.
    pub idempotency_key: Option<String>,
}

impl LogDisclosureInput {
    pub(super) fn read(self) -> Result<(NewDisclosure, Option<String>)> {
        let new = NewDisclosure {
            contact: named::<ContactId>(&self.contact_id, "contactId")?,
            recipient: named::<RecipientId>(&self.recipient_id, "recipientId")?,
            purpose: self.purpose_id.map(|id| named::<PurposeId>(&id, "purposeId")).transpose()?,
            means: self.means.into(),
            fields: self.fields,
        };
        Ok((new, self.idempotency_key))
    }
}

/// Result of `logDisclosure`.
#[derive(SimpleObject)]
pub struct LogDisclosurePayload {
    /// The disclosure; null when the input was refused.
    pub disclosure: Option<Disclosure>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// Notices to recipients, and what became of them.
#[derive(InputObject)]
pub struct SettleRecipientNoticesInput {
    /// The notices, 1 to 100.
    pub notice_ids: Vec<ID>,
    /// `TOLD`, `ACKNOWLEDGED` or `IMPOSSIBLE`.
    pub state: RecipientNoticeState,
    /// Why they cannot be told; with `IMPOSSIBLE` only.
    pub reason: Option<NoticeImpossible>,
}

/// Result of `settleRecipientNotices`.
#[derive(SimpleObject)]
pub struct SettleRecipientNoticesPayload {
    /// The notices, in the order of their ids; null when the input was refused.
    pub notices: Option<Vec<RecipientNotice>>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}
