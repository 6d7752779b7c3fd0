//! A person corrects a value that they supplied, at once, or contests one that they did not (GDPR Art. 16).

use entity::{RecipientNoticeKind, RequestChannel, RequestKind};

use super::{begin, proof_of};
use crate::{
    app::App,
    contacts::{ContactChanges, contested_fields, correct_contact, read_correction},
    error::{Error, Result},
    privacy::{
        recipients::note_recipients,
        requests::{NewRequest, open_request},
    },
};

/// Longest explanation, in characters.
const MOST: usize = 2_000;

/// A value that a person can correct.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// Given name.
    GivenName,
    /// Family name.
    FamilyName,
    /// Telephone number.
    Phone,
    /// Job title.
    JobTitle,
    /// Company, as text.
    CompanyName,
    /// Postal address.
    PostalAddress,
    /// The language we write in.
    Language,
}

impl Field {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::GivenName,
        Self::FamilyName,
        Self::Phone,
        Self::JobTitle,
        Self::CompanyName,
        Self::PostalAddress,
        Self::Language,
    ];

    /// Its name in provenance, and on pages.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::GivenName => "given_name",
            Self::FamilyName => "family_name",
            Self::Phone => "phone",
            Self::JobTitle => "job_title",
            Self::CompanyName => "company_name",
            Self::PostalAddress => "postal_address",
            Self::Language => "language",
        }
    }

    /// The field of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.as_str() == name)
    }

    fn change(self, text: &str) -> ContactChanges {
        let new = Some(text.to_owned());
        match self {
            Self::GivenName => ContactChanges { given_name: new, ..ContactChanges::default() },
            Self::FamilyName => ContactChanges { family_name: new, ..ContactChanges::default() },
            Self::Phone => ContactChanges { phone: new, ..ContactChanges::default() },
            Self::JobTitle => ContactChanges { job_title: new, ..ContactChanges::default() },
            Self::CompanyName => ContactChanges { company_name: new, ..ContactChanges::default() },
            Self::PostalAddress => ContactChanges { postal_address: new, ..ContactChanges::default() },
            Self::Language => ContactChanges { language: new, ..ContactChanges::default() },
        }
    }
}

/// What came of a correction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Corrected {
    /// Written.
    Done,
    /// It was so already.
    Same,
    /// A request was opened, for staff to answer.
    Contested,
    /// Staff answer for this value: contest it.
    NotTheirs,
    /// Processing is restricted: nothing is changed meanwhile (GDPR Art. 18).
    Restricted,
    /// What was typed cannot be kept.
    Invalid,
    /// The link opens nothing (any more), or there is no such value.
    Unknown,
}

/// Writes a correction at once. Twice is as once.
///
/// # Errors
/// `Busy` when the database is unreachable; then nothing was changed.
pub async fn correct_value(app: &App, token: &str, field: Field, typed: &str) -> Result<Corrected> {
    let Some(proof) = proof_of(app, token).await? else { return Ok(Corrected::Unknown) };
    let changes = match read_correction(app, proof.workspace_id, field.change(typed)).await {
        Ok(changes) => changes,
        Err(Error::Rejected(_)) => return Ok(Corrected::Invalid),
        Err(error) => return Err(error),
    };
    let Some((mut work, _, contact)) = begin(app, token).await? else { return Ok(Corrected::Unknown) };
    let answer = if contact.restricted_at.is_some() {
        Corrected::Restricted
    } else if contested_fields(work.db(), work.workspace(), contact.id).await?.contains(field.as_str()) {
        Corrected::NotTheirs
    } else {
        let before = contact.version;
        let after = Box::pin(correct_contact(&app.vault, &mut work, contact, &changes)).await?;
        if after.version == before {
            Corrected::Same
        } else {
            // Who received the old value is told (Art. 19).
            note_recipients(&mut work, after.id, RecipientNoticeKind::Rectification).await?;
            Corrected::Done
        }
    };
    work.commit().await?;
    Ok(answer)
}

/// Opens a request for rectification: staff decide about a value that the person did not supply. `name` is
/// the value's name in provenance.
///
/// # Errors
/// `Busy` when the database is unreachable; then nothing was stored.
pub async fn contest_value(app: &App, token: &str, name: &str, said: &str) -> Result<Corrected> {
    let said = said.trim();
    if said.is_empty() || said.chars().count() > MOST || name.len() > 200 {
        return Ok(Corrected::Invalid);
    }
    let Some((mut work, answered, contact)) = begin(app, token).await? else {
        return Ok(Corrected::Unknown);
    };
    let message = format!("{name}: {said}");
    let new = NewRequest {
        kind: RequestKind::Rectification,
        channel: RequestChannel::SelfService,
        contact: Some(contact.id),
        email: Some(answered.email),
        name: format!("{} {}", contact.given_name, contact.family_name).trim().to_owned(),
        message,
        language: answered.proof.language,
        received_at: work.now(),
        proven: true,
    };
    Box::pin(open_request(&mut work, &app.vault, new)).await?;
    work.commit().await?;
    Ok(Corrected::Contested)
}
