//! What a submission asks for: the sealed payload. It stands for itself, so that the page behind the link shows what was
//! shown then, whatever became of form and purposes since.

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
    /// The mailbox: its local part as typed, its domain as everybody writes it.
    pub email: String,
    /// `fr` or `en`: the language it was shown in.
    pub language: String,
    /// What else was given.
    pub values: Vec<PersonValue>,
    /// What was ticked.
    pub consents: Vec<AskedConsent>,
    /// The purpose on another basis than consent, where the form declares one.
    pub basis: Option<AskedBasis>,
    /// Where the form stood.
    pub page: Page,
    /// Browser family and major version.
    pub browser: String,
    /// The form.
    pub form: FormId,
    /// As it was published.
    pub form_version: FormVersionId,
    /// Where the lead goes, where the form says so. Submissions sealed before forms could say it have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route: Option<Route>,
}

/// A form's declaration that what it asks is needed for something else than consent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedBasis {
    /// The purpose, whose legal basis is not consent.
    pub purpose: PurposeId,
    /// In which text.
    pub purpose_version: PurposeVersionId,
    /// Its title.
    pub title: String,
    /// Art. 6(1) letter, as the legal basis' name.
    pub legal_basis: entity::LegalBasis,
}

/// Seals a submission's content.
///
/// # Errors
/// Only when the cipher fails.
pub fn seal(
    key: &DataKey,
    workspace: WorkspaceId,
    submission: SubmissionId,
    asked: &Asked,
) -> Result<Vec<u8>> {
    Ok(key.seal(&place(workspace, submission), &serde_json::to_vec(asked)?)?)
}

/// Opens a submission. None when its data were destroyed.
///
/// # Errors
/// `Internal` when it does not open: a moved or changed row.
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

/// Where a submission is sealed.
#[must_use]
fn place(workspace: WorkspaceId, submission: SubmissionId) -> Place {
    Place { workspace, table: "submission", column: "sealed", row: submission.0 }
}

/// The mailbox an opened submission names. It was taken by the rules of its time: whether mail can be written to it is for the mailer
/// to say, and if not, the question ends like one to a mailbox that does not exist.
#[must_use]
pub fn email_of(asked: &Asked) -> entity::EmailAddress {
    entity::EmailAddress::kept(&asked.email)
}
