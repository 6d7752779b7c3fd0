//! The content of a submission, which is sealed. It is self-contained, so that the confirmation page shows
//! what the visitor saw, even if form and purposes have changed since.

use entity::{FormId, FormVersionId, PurposeId, PurposeVersionId, SubmissionId, WorkspaceId, submission};
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};

use crate::{
    consent::{
        evidence::{Page, load_key},
        state::AskedConsent,
    },
    contacts::PersonValue,
    error::Result,
    pipeline::Route,
    platform::vault::{DataKey, Place, Vault},
};

/// The content of a submission.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Asked {
    /// The mailbox: local part as typed, domain normalised.
    pub email: String,
    /// The language in which the form was shown: `fr` or `en`.
    pub language: String,
    /// Other answers.
    pub values: Vec<PersonValue>,
    /// The consents that were ticked.
    pub consents: Vec<AskedConsent>,
    /// The purpose on another legal basis than consent, if the form declares one.
    pub basis: Option<AskedBasis>,
    /// The page that showed the form.
    pub page: Page,
    /// Browser family and major version.
    pub browser: String,
    /// The form.
    pub form: FormId,
    /// The version that was shown.
    pub form_version: FormVersionId,
    /// Where the lead goes, if the form says so. Submissions sealed before forms had routes have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route: Option<Route>,
}

/// A form's declaration that its answers are needed for a purpose on another legal basis than consent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedBasis {
    /// The purpose, whose legal basis is not consent.
    pub purpose: PurposeId,
    /// The version of its text.
    pub purpose_version: PurposeVersionId,
    /// Its title.
    pub title: String,
    /// The legal basis (GDPR Art. 6(1)).
    pub legal_basis: entity::LegalBasis,
}

/// Seals a submission's content.
///
/// # Errors
/// `Internal` when encryption fails.
pub fn seal(
    key: &DataKey,
    workspace: WorkspaceId,
    submission: SubmissionId,
    asked: &Asked,
) -> Result<Vec<u8>> {
    Ok(key.seal(&place(workspace, submission), &serde_json::to_vec(asked)?)?)
}

/// Decrypts a submission. `None` when its data were destroyed.
///
/// # Errors
/// `Internal` when it cannot be decrypted, because the row was moved or changed.
pub async fn open(
    db: &impl ConnectionTrait,
    vault: &Vault,
    row: &submission::Model,
) -> Result<Option<(Asked, DataKey)>> {
    let Some(sealed) = &row.sealed else { return Ok(None) };
    let Some(key) = load_key(db, vault, row.workspace_id, row.data_key_id).await? else { return Ok(None) };
    let plain = key.open(&place(row.workspace_id, row.id), sealed)?;
    Ok(Some((serde_json::from_slice(&plain)?, key)))
}

/// The location of a sealed submission, used as associated data.
#[must_use]
fn place(workspace: WorkspaceId, submission: SubmissionId) -> Place {
    Place { workspace, table: "submission", column: "sealed", row: submission.0 }
}

/// The mailbox of a decrypted submission. It was accepted by the rules of its time: the mailer decides
/// whether it can be written to, and if not, the opt-in ends as with a mailbox that does not exist.
#[must_use]
pub fn email_of(asked: &Asked) -> entity::EmailAddress {
    entity::EmailAddress::kept(&asked.email)
}
