//! Inputs and payloads of the mutations about purposes and consents.

use async_graphql::{ID, InputObject, SimpleObject};

use super::{
    Channel, ConfirmationMode, Consent, LegalBasis, Purpose, PurposeVersion, RevocationReason,
    WithdrawalReason,
};
use crate::{graphql::fields::SpecialCategoryGround, platform::graphql::UserError};

/// A purpose's text in one language.
#[derive(InputObject)]
pub struct PurposeTextInput {
    /// `fr` or `en`.
    pub language: String,
    /// Short name, like "Monthly newsletter".
    pub title: String,
    /// What the data are used for, in plain words.
    #[graphql(default)]
    pub description: String,
    /// The exact sentence beside the checkbox.
    pub wording: String,
}

/// A new purpose.
#[derive(InputObject)]
pub struct CreatePurposeInput {
    /// Short name used by forms: lower-case letters, digits and `_`.
    pub key: String,
    /// Legal basis of the use.
    pub legal_basis: LegalBasis,
    /// Channels, at least one.
    pub channels: Vec<Channel>,
    /// How a consent is confirmed.
    #[graphql(default_with = "ConfirmationMode::DoubleOptIn")]
    pub confirmation: ConfirmationMode,
    /// How long a consent is valid, in days; absent: until withdrawn.
    pub validity_days: Option<i32>,
    /// Why the legal basis applies, if it is not consent; absent for consent.
    pub justification: Option<String>,
    /// Whether the preference centre offers it to everybody; absent: if it is on consent and covers e-mail.
    pub offered: Option<bool>,
    /// Its texts, one per language.
    pub texts: Vec<PurposeTextInput>,
    /// The exception of GDPR Art. 9(2) under which the purpose names a special category of data, stated by the
    /// owner or the data protection officer; needed only if its key or title does.
    pub special_category_ground: Option<SpecialCategoryGround>,
}

/// Result of `createPurpose`.
#[derive(SimpleObject)]
pub struct CreatePurposePayload {
    /// The purpose; null when the input was refused.
    pub purpose: Option<Purpose>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// A new text of a purpose.
#[derive(InputObject)]
pub struct PublishPurposeVersionInput {
    /// The purpose.
    pub purpose_id: ID,
    /// Its texts, one per language.
    pub texts: Vec<PurposeTextInput>,
    /// The exception of GDPR Art. 9(2) under which the purpose names a special category of data, stated by the
    /// owner or the data protection officer; needed only if its key or title does.
    pub special_category_ground: Option<SpecialCategoryGround>,
}

/// Result of `publishPurposeVersion`.
#[derive(SimpleObject)]
pub struct PublishPurposeVersionPayload {
    /// The purpose; null when the input was refused.
    pub purpose: Option<Purpose>,
    /// The new version; null when the input was refused.
    pub version: Option<PurposeVersion>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// What the preference centre offers.
#[derive(InputObject)]
pub struct OfferPurposeInput {
    /// The purpose; only one on consent can be offered.
    pub purpose_id: ID,
    /// Whether the preference centre offers it to everybody.
    pub offered: bool,
}

/// Result of `offerPurpose`.
#[derive(SimpleObject)]
pub struct OfferPurposePayload {
    /// The purpose; null when the input was refused.
    pub purpose: Option<Purpose>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// When people are told that their consent to a purpose ends.
#[derive(InputObject)]
pub struct WarnBeforeEndInput {
    /// The purpose; only one whose consents expire (`validityDays`).
    pub purpose_id: ID,
    /// How many days before, from 1 to 90 and fewer than `validityDays`; null: they are not told.
    #[graphql(default_with = "Some(14)")]
    pub days: Option<i32>,
}

/// Result of `warnBeforeEnd`.
#[derive(SimpleObject)]
pub struct WarnBeforeEndPayload {
    /// The purpose; null when the input was refused.
    pub purpose: Option<Purpose>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// The purpose to archive.
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
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// The archived purpose to restore.
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
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// A consent that the person withdrew.
#[derive(InputObject)]
pub struct WithdrawConsentInput {
    /// The consent.
    pub consent_id: ID,
    /// How we know of the withdrawal.
    pub reason: WithdrawalReason,
}

/// Result of `withdrawConsent`.
#[derive(SimpleObject)]
pub struct WithdrawConsentPayload {
    /// The consent as it is now; null when the input was refused.
    pub consent: Option<Consent>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// A consent that the controller ends.
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
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}
