//! The mailbox confirms what was chosen in the preference centre: consent with its evidence.

use std::collections::BTreeMap;

use entity::{MailboxProofKind, MailboxProofState, contact, mailbox_proof};

use super::waiting::{asked_in, still_wanted};
use crate::{
    app::App,
    consent::{
        evidence::{self, Evidence, Page},
        state::{self, AskedConsent, Origin, Proof},
    },
    contacts::{find_contact, prove_address},
    error::Result,
    platform::{
        actor::Actor,
        vault::Vault,
        work::{Entry, Work},
    },
    privacy::mailbox_proof::{Answered, answer_proof, find_proof, life_of, open_proof},
};

/// What waits behind a link.
pub struct Pending {
    /// The question to the mailbox.
    pub proof: mailbox_proof::Model,
    /// Whose it is.
    pub contact: contact::Model,
    /// What they may agree to; empty when they confirmed it, or decided otherwise since.
    pub consents: Vec<AskedConsent>,
}

/// What a press came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirmed {
    /// Given, now or before.
    Done,
    /// Nothing was left of it: they decided otherwise since, or it has ended.
    Nothing,
    /// Processing is restricted (GDPR Art. 18). Nothing was changed; the link still works.
    Restricted,
    /// The link opens nothing (any more).
    Unknown,
}

/// What a link asks to confirm. Changes nothing.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn to_confirm(app: &App, token: &str) -> Result<Option<Pending>> {
    let Some((proof, contact)) = find(app, token).await? else { return Ok(None) };
    let consents = match proof.state {
        MailboxProofState::Waiting => match open_proof(app.db(), &app.vault, &proof).await? {
            Some(content) => still_wanted(app.db(), &proof, asked_in(&content.extra)).await?,
            None => return Ok(None),
        },
        _ => Vec::new(),
    };
    Ok(Some(Pending { proof, contact, consents }))
}

async fn find(app: &App, token: &str) -> Result<Option<(mailbox_proof::Model, contact::Model)>> {
    let proof = find_proof(app, token).await?.filter(|row| row.kind == MailboxProofKind::Subscribe);
    let Some(proof) = proof else { return Ok(None) };
    let Some(id) = proof.contact_id else { return Ok(None) };
    Ok(find_contact(app.db(), proof.workspace_id, id).await?.map(|contact| (proof, contact)))
}

/// The mailbox confirms: what it was asked is given. Twice is as once.
///
/// # Errors
/// `Busy` when the database is unreachable; then nothing was changed.
pub async fn confirm_subscription(app: &App, token: &str, browser: &str) -> Result<Confirmed> {
    let Some((proof, _)) = find(app, token).await? else { return Ok(Confirmed::Unknown) };
    if proof.state == MailboxProofState::Proven {
        return Ok(Confirmed::Done);
    }
    let mut work = app.begin(proof.workspace_id, Actor::Mailbox).await?;
    let Some(answered) = answer_proof(&mut work, &app.vault, token).await? else {
        drop(work);
        // Another press may have been faster; the key is the contact's since.
        let proven = find(app, token).await?.is_some_and(|(row, _)| row.state == MailboxProofState::Proven);
        return Ok(if proven { Confirmed::Done } else { Confirmed::Unknown });
    };
    if !answered.first {
        return Ok(Confirmed::Done);
    }
    // Not committed: they can confirm when the restriction has ended, while the link works.
    if answered.contact.as_ref().is_some_and(|contact| contact.restricted_at.is_some()) {
        return Ok(Confirmed::Restricted);
    }
    let outcome = give(&mut work, &app.vault, &app.config.public_url, &answered, browser).await?;
    work.commit().await?;
    Ok(outcome)
}

async fn give(
    work: &mut Work,
    vault: &Vault,
    origin: &str,
    answered: &Answered,
    browser: &str,
) -> Result<Confirmed> {
    let proof = &answered.proof;
    let Some(contact) = &answered.contact else { return Ok(Confirmed::Unknown) };
    let address = answered.addresses.iter().find(|address| address.fingerprint == proof.fingerprint);
    let Some(address) = address else { return Ok(Confirmed::Unknown) };
    prove_address(work, contact.id, address).await?;
    let consents = still_wanted(work.db(), proof, asked_in(&answered.extra)).await?;
    if consents.is_empty() {
        return Ok(Confirmed::Nothing);
    }
    let Some(key) = evidence::load_key(work.db(), vault, proof.workspace_id, proof.data_key_id).await? else {
        return Ok(Confirmed::Unknown);
    };
    let mailed_at = proof.expires_at - life_of(proof.kind);
    let evidence = Evidence {
        page: Page { origin: origin.to_owned(), path: "/preferences".to_owned(), utm: BTreeMap::new() },
        language: proof.language.clone(),
        submitted_with: answered.extra["browser"].as_str().unwrap_or_default().to_owned(),
        confirmed_with: browser.to_owned(),
        seconds_after_mail: Some((work.now() - mailed_at).num_seconds()),
        mailbox: answered.email.as_entered().to_owned(),
    };
    let entry = Entry::new("preferences.confirmed")
        .about(contact.id)
        .on(proof.id)
        .with("askedAt", proof.created_at)
        .with("mailKey", proof.data_key_id);
    let entry = evidence::attach(work, &key, contact.id, entry, &evidence).await?;
    let confirmation = work.record(entry);
    // What is known of its mail is part of the proof, and lives as long as the contact.
    evidence::hand_over(work, key.id, contact.id).await?;
    let proof_of_it = Proof { confirmation, origin: Origin::PreferenceCentre(proof.id) };
    state::give(work, contact.id, address.id, &proof.fingerprint, &consents, &proof_of_it).await?;
    Ok(Confirmed::Done)
}
