//! What the mutations of this room take and give back.

use async_graphql::{ID, InputObject, SimpleObject};

use super::{
    Channel, ConfirmationMode, Consent, LegalBasis, Purpose, PurposeVersion, RevocationReason,
    WithdrawalReason,
};
use crate::platform::graphql::UserError;

/// A purpose's text in one language.
#[derive(InputObject)]
pub struct PurposeTextInput {
    /// `fr` or `en`.
    pub language: String,
    /// Short name, like "Monthly newsletter".
    pub title: String,
    /// What happens with the data, in plain words.
    #[graphql(default)]
    pub description: String,
    /// The exact sentence beside the box.
    pub wording: String,
}

/// A new purpose.
#[derive(InputObject)]
pub struct CreatePurposeInput {
    /// Short name in forms: lower-case letters, digits, `_`.
    pub key: String,
    /// What makes the use lawful.
    pub legal_basis: LegalBasis,
    /// By which channels, at least one.
    pub channels: Vec<Channel>,
    /// How a consent is confirmed.
    #[graphql(default_with = "ConfirmationMode::DoubleOptIn")]
    pub confirmation: ConfirmationMode,
    /// How long a consent holds, in days; absent = until withdrawn.
    pub validity_days: Option<i32>,
    /// Why another basis than consent holds; absent for consent.
    pub justification: Option<String>,
    /// Its texts, one per language.
    pub texts: Vec<PurposeTextInput>,
}

/// Result of `createPurpose`.
#[derive(SimpleObject)]
pub struct CreatePurposePayload {
    /// The purpose; null when the input was refused.
    pub purpose: Option<Purpose>,
    /// What is wrong with the input; empty when it was done.
    pub user_errors: Vec<UserError>,
}

/// A new text of a purpose.
#[derive(InputObject)]
pub struct PublishPurposeVersionInput {
    /// The purpose.
    pub purpose_id: ID,
    /// Its texts, one per language.
    pub texts: Vec<PurposeTextInput>,
}

/// Result of `publishPurposeVersion`.
#[derive(SimpleObject)]
pub struct PublishPurposeVersionPayload {
    /// The purpose; null when the input was refused.
    pub purpose: Option<Purpose>,
    /// The new version; null when the input was refused.
    pub version: Option<PurposeVersion>,
    /// What is wrong with the input; empty when it was done.
    pub user_errors: Vec<UserError>,
}

/// Which purpose to end.
#[derive(InputObject)]
pub struct ArchivePurposeInput {
    /// The purpose.
    pub purpose_id: ID,
}

/// Result of `archivePurpose`.
#[derive(SimpleObject)]
pub struct ArchivePurposePayload {
    /// The purpose; null when the input was refused.
    pub purpose: Option<Purpose>,
    /// What is wrong with the input; empty when it was done.
    pub user_errors: Vec<UserError>,
}

/// Which purpose to take up again.
#[derive(InputObject)]
pub struct RestorePurposeInput {
    /// The purpose.
    pub purpose_id: ID,
}

/// Result of `restorePurpose`.
#[derive(SimpleObject)]
pub struct RestorePurposePayload {
    /// The purpose; null when the input was refused.
    pub purpose: Option<Purpose>,
    /// What is wrong with the input; empty when it was done.
    pub user_errors: Vec<UserError>,
}

/// Which consent the person withdrew, and how we know.
#[derive(InputObject)]
pub struct WithdrawConsentInput {
    /// The consent.
    pub consent_id: ID,
    /// How we know.
    pub reason: WithdrawalReason,
}

/// Result of `withdrawConsent`.
#[derive(SimpleObject)]
pub struct WithdrawConsentPayload {
    /// The consent as it is now; null when the input was refused.
    pub consent: Option<Consent>,
    /// What is wrong with the input; empty when it was done.
    pub user_errors: Vec<UserError>,
}

/// Which consent the controller ends, and why.
#[derive(InputObject)]
pub struct RevokeConsentInput {
    /// The consent.
    pub consent_id: ID,
    /// Why.
    pub reason: RevocationReason,
}

/// Result of `revokeConsent`.
#[derive(SimpleObject)]
pub struct RevokeConsentPayload {
    /// The consent as it is now; null when the input was refused.
    pub consent: Option<Consent>,
    /// What is wrong with the input; empty when it was done.
    pub user_errors: Vec<UserError>,
}
