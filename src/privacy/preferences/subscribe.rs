//! The person says yes: their own mailbox is asked to confirm it, with the exact wording. Whoever has a
//! forwarded mail can choose, but not agree for somebody else.

use chrono::TimeDelta;
use entity::{
    Channel, EmailAddress, LegalBasis, MailboxProofKind, PurposeId, contact, contact_address, purpose,
    purpose_version,
};
use sea_orm::EntityTrait;
use serde_json::json;

use super::{
    waiting::waiting_of,
    whose::{Visit, mailbox_of, masked, whose},
};
use crate::{
    app::App,
    consent::{
        lock_person::{Locked, Nobody, lock_people},
        mailbox::has_complained,
        state::{self, AskedConsent},
        texts_of,
    },
    error::{Error, Result},
    platform::{actor::Actor, vault::Vault, work::Work},
    privacy::mailbox_proof::{Question, answer_proof, ask_mailbox},
};

/// Pressing again so soon asks nothing new: the mail is on its way.
const SOON: TimeDelta = TimeDelta::minutes(5);

/// What a yes came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Yes {
    /// The mailbox is asked: this is its masked address.
    Asked(String),
    /// They agreed before, and it holds for long enough.
    Already,
    /// They have no address that could confirm it.
    NoAddress,
    /// They complained to their mail provider about our mails, so that none goes there.
    Complained,
    /// Processing is restricted (GDPR Art. 18).
    Restricted,
    /// This is not offered.
    NotOffered,
    /// The link opens nothing (any more).
    Unknown,
}

/// The person says yes to a purpose on a channel; nothing is given before the mailbox confirms.
///
/// # Errors
/// `Busy` when the database is unreachable; then nothing was stored.
pub async fn choose_yes(
    app: &App,
    token: &str,
    purpose: PurposeId,
    channel: Channel,
    browser: &str,
) -> Result<Yes> {
    let Some(visit) = whose(app, token).await? else { return Ok(Yes::Unknown) };
    let mut work = app.begin(visit.contact.workspace_id, Actor::Contact(visit.contact.id)).await?;
    let Some(contact) = lock(&mut work, &app.vault, token, &visit).await? else { return Ok(Yes::Unknown) };
    work.act_as(Actor::Contact(contact.id));
    if contact.restricted_at.is_some() {
        return Ok(Yes::Restricted);
    }
    let Some(address) = mailbox_of(work.db(), &contact).await? else { return Ok(Yes::NoAddress) };
    if has_complained(work.db(), work.workspace(), &address.fingerprint).await? {
        return Ok(Yes::Complained);
    }
    let Some(purpose) = purpose::Entity::find_by_id((work.workspace(), purpose)).one(work.db()).await? else {
        return Ok(Yes::NotOffered);
    };
    let consents = state::of_contact(work.db(), work.workspace(), contact.id).await?;
    let known = consents.iter().find(|row| row.purpose_id == purpose.id && row.channel == channel);
    let now = work.now();
    if known.is_some_and(|row| state::holds(row, address.id, now) && !state::ends_soon(row, &purpose, now)) {
        return Ok(Yes::Already);
    }
    if !is_open(&purpose, channel, known.is_some())? {
        return Ok(Yes::NotOffered);
    }
    let Some(asked) = wording(&work, &purpose, channel, &contact.language).await? else {
        return Ok(Yes::NotOffered);
    };
    let email = EmailAddress::kept(&address.email);
    let shown = masked(&email);
    if let Some(consents) = with_waiting(&work, &app.vault, &contact, &address, asked).await? {
        let question = Question {
            kind: MailboxProofKind::Subscribe,
            email,
            language: contact.language.clone(),
            contact: Some(contact.id),
            extra: json!({ "consents": consents, "browser": browser }),
        };
        ask_mailbox(&mut work, &app.vault, question).await?;
        work.commit().await?;
    }
    Ok(Yes::Asked(shown))
}

/// Locks the person. A fresh proof counts as answered, so that their mailbox may get the next mail at once.
async fn lock(work: &mut Work, vault: &Vault, token: &str, visit: &Visit) -> Result<Option<contact::Model>> {
    if visit.is_fresh {
        return Ok(answer_proof(work, vault, token).await?.and_then(|answered| answered.contact));
    }
    match lock_people(work, &[visit.contact.id]).await {
        Ok(Locked { mut contacts, .. }) => Ok(contacts.pop()),
        Err(Nobody::Is(_)) => Ok(None),
        Err(Nobody::Fault(error)) => Err(error),
    }
}

/// Whether one may agree to it here.
fn is_open(purpose: &purpose::Model, channel: Channel, is_known: bool) -> Result<bool> {
    let channels: Vec<Channel> = serde_json::from_str(&purpose.channels)?;
    Ok((purpose.offered || is_known)
        && purpose.archived_at.is_none()
        && purpose.legal_basis == LegalBasis::Consent
        && channels.contains(&channel))
}

/// The exact text they would agree to now.
async fn wording(
    work: &Work,
    purpose: &purpose::Model,
    channel: Channel,
    language: &str,
) -> Result<Option<AskedConsent>> {
    let id = purpose.current_version_id;
    let version = purpose_version::Entity::find_by_id((work.workspace(), id)).one(work.db()).await?;
    let mut texts = texts_of(&version.ok_or(Error::NotFound)?)?;
    let text = texts.remove(language).or_else(|| texts.into_values().next());
    Ok(text.map(|text| AskedConsent {
        purpose: purpose.id,
        purpose_version: id,
        channel,
        title: text.title,
        wording: text.wording,
        wording_sha256: text.wording_sha256,
        validity_days: purpose.validity_days,
    }))
}

/// What to ask the mailbox: also what waits already, so that the newest mail confirms all of it. `None`: it
/// was asked just now.
async fn with_waiting(
    work: &Work,
    vault: &Vault,
    contact: &contact::Model,
    address: &contact_address::Model,
    asked: AskedConsent,
) -> Result<Option<Vec<AskedConsent>>> {
    let waiting = waiting_of(work.db(), vault, contact, work.now()).await?;
    let mut consents = vec![asked.clone()];
    for one in waiting.into_iter().filter(|one| one.proof.fingerprint == address.fingerprint) {
        if one.proof.created_at > work.now() - SOON && one.consents.contains(&asked) {
            return Ok(None);
        }
        for consent in one.consents {
            let is_new =
                |known: &AskedConsent| known.purpose != consent.purpose || known.channel != consent.channel;
            if consents.iter().all(is_new) {
                consents.push(consent);
            }
        }
    }
    Ok(Some(consents))
}
