//! The person chooses the language in which they are written to.

use super::whose::whose;
use crate::{
    app::App,
    contacts::{ContactChanges, correct_contact, lock_contact, read_correction},
    error::{Error, Result},
    platform::actor::Actor,
};

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LanguageChosen {
    /// Written, now or before.
    Done,
    /// Processing is restricted: nothing is changed meanwhile (GDPR Art. 18).
    Restricted,
    /// We do not speak it, or the link opens nothing (any more).
    Unknown,
}

/// Writes the language down. Twice is as once.
///
/// # Errors
/// `Busy` when the database is unreachable; then nothing was changed.
pub async fn choose_language(app: &App, token: &str, language: &str) -> Result<LanguageChosen> {
    let Some(visit) = whose(app, token).await? else { return Ok(LanguageChosen::Unknown) };
    let wanted = ContactChanges { language: Some(language.to_owned()), ..ContactChanges::default() };
    let changes = match read_correction(app, visit.contact.workspace_id, wanted).await {
        Ok(changes) => changes,
        Err(Error::Rejected(_)) => return Ok(LanguageChosen::Unknown),
        Err(error) => return Err(error),
    };
    let mut work = app.begin(visit.contact.workspace_id, Actor::Contact(visit.contact.id)).await?;
    let Some(contact) = lock_contact(&work, visit.contact.id).await? else {
        return Ok(LanguageChosen::Unknown);
    };
    if contact.restricted_at.is_some() {
        return Ok(LanguageChosen::Restricted);
    }
    work.act_as(Actor::Contact(contact.id));
    Box::pin(correct_contact(&app.vault, &mut work, contact, &changes)).await?;
    if work.has_entries() {
        work.commit().await?;
    }
    Ok(LanguageChosen::Done)
}
