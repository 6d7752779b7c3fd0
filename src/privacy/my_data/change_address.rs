//! A person changes their e-mail address: the new mailbox confirms, the old one is told, and stays in use
//! until then.

use chrono::TimeDelta;
use entity::{
    ActivityKind, ContactAddressId, EmailAddress, MailboxProofKind, RecipientNoticeKind, contact_address,
    mailbox_proof,
};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};

use super::{begin, notices::SendAddressNotice};
use crate::{
    activities::{Notice, tell_staff},
    app::App,
    consent::follow_address,
    contacts::{Adopted, adopt_address},
    error::Result,
    platform::{actor::Actor, work::Work},
    privacy::{
        mailbox_proof::{Answered, Question, answer_proof, ask_mailbox, find_proof},
        recipients::note_recipients,
    },
};

/// How many changes a contact may ask for in a day: each sends a mail to a mailbox that may be somebody
/// else's.
const MOST_A_DAY: u64 = 3;

/// What came of asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressAsked {
    /// The new mailbox is asked, and the old one told.
    Done,
    /// It is the address in use already.
    Same,
    /// What was typed is no e-mail address.
    NoAddress,
    /// Too many changes were asked for today.
    TooMany,
    /// Processing is restricted: nothing is changed meanwhile.
    Restricted,
    /// The link opens nothing (any more).
    Unknown,
}

/// What came of the new mailbox's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressConfirmed {
    /// Confirmed, now or before. The page is the same when another contact has the mailbox: then staff are
    /// told, and nothing was changed.
    Done,
    /// Processing is restricted: nothing is changed meanwhile.
    Restricted,
    /// The link opens nothing (any more).
    Unknown,
}

/// Asks the new mailbox, and tells the old one. Whether somebody else has the new one is looked up only
/// when it answers, so that nobody learns it here.
///
/// # Errors
/// `Busy` when the database is unreachable; then nothing was stored.
pub async fn ask_address(app: &App, token: &str, typed: &str) -> Result<AddressAsked> {
    let email = EmailAddress::parse(typed);
    let Some((mut work, answered, contact)) = begin(app, token).await? else {
        return Ok(AddressAsked::Unknown);
    };
    let Ok(email) = email else { return Ok(AddressAsked::NoAddress) };
    // The link was sent to the address that is to be replaced.
    let Some(old) = mailbox_of(&answered) else { return Ok(AddressAsked::Unknown) };
    let answer = if contact.restricted_at.is_some() {
        AddressAsked::Restricted
    } else if email.key() == old.email_key {
        AddressAsked::Same
    } else if asked_today(&work, &answered).await? >= MOST_A_DAY {
        AddressAsked::TooMany
    } else {
        let question = Question {
            kind: MailboxProofKind::ChangeAddress,
            email,
            language: answered.proof.language.clone(),
            contact: Some(contact.id),
            extra: json!({ "from": old.id }),
        };
        ask_mailbox(&mut work, &app.vault, question).await?;
        let (workspace, address) = (work.workspace(), old.id);
        work.enqueue(&SendAddressNotice { workspace, contact: contact.id, address })?;
        AddressAsked::Done
    };
    work.commit().await?;
    Ok(answer)
}

/// The new mailbox confirms: it takes the place of the old one, and consents stay usable. If another
/// contact has it, nothing is merged: staff get a task. Twice is as once.
///
/// # Errors
/// `Busy` when the database is unreachable; then nothing was changed.
pub async fn confirm_address(app: &App, token: &str) -> Result<AddressConfirmed> {
    let proof = find_proof(app, token).await?;
    let Some(proof) = proof.filter(|row| row.kind == MailboxProofKind::ChangeAddress) else {
        return Ok(AddressConfirmed::Unknown);
    };
    let mut work = app.begin(proof.workspace_id, Actor::Mailbox).await?;
    let Some(answered) = answer_proof(&mut work, &app.vault, token).await? else {
        return Ok(AddressConfirmed::Unknown);
    };
    if !answered.first {
        return Ok(AddressConfirmed::Done);
    }
    let Some(contact) = answered.contact.clone() else { return Ok(AddressConfirmed::Unknown) };
    // Not committed: the person can confirm when the restriction has ended, while the link works.
    if contact.restricted_at.is_some() {
        return Ok(AddressConfirmed::Restricted);
    }
    // The old address was removed or moved meanwhile: it can no longer ask for this.
    let Some(old) = replaced(&answered) else { return Ok(AddressConfirmed::Unknown) };
    let fingerprint = answered.proof.fingerprint.clone();
    let adopted =
        adopt_address(&mut work, contact.clone(), old.id, &answered.email, fingerprint.clone()).await?;
    match adopted {
        Adopted::Done(new) => {
            follow_address(&mut work, &contact, &old, new, &fingerprint).await?;
            note_recipients(&mut work, contact.id, RecipientNoticeKind::Rectification).await?;
        }
        Adopted::Taken | Adopted::TooMany => tell(&mut work, &answered, &adopted).await?,
    }
    work.commit().await?;
    Ok(AddressConfirmed::Done)
}

/// The contact's address whose mailbox answered.
fn mailbox_of(answered: &Answered) -> Option<contact_address::Model> {
    let theirs = |address: &&contact_address::Model| address.fingerprint == answered.proof.fingerprint;
    answered.addresses.iter().find(theirs).cloned()
}

/// The contact's address that is to be replaced.
fn replaced(answered: &Answered) -> Option<contact_address::Model> {
    let from: ContactAddressId = answered.extra.get("from").and_then(Value::as_str)?.parse().ok()?;
    answered.addresses.iter().find(|address| address.id == from).cloned()
}

async fn asked_today(work: &Work, answered: &Answered) -> Result<u64> {
    let asked = mailbox_proof::Entity::find()
        .filter(mailbox_proof::Column::WorkspaceId.eq(work.workspace()))
        .filter(mailbox_proof::Column::ContactId.eq(answered.proof.contact_id))
        .filter(mailbox_proof::Column::Kind.eq(MailboxProofKind::ChangeAddress))
        .filter(mailbox_proof::Column::CreatedAt.gt(work.now() - TimeDelta::hours(24)));
    Ok(asked.count(work.db()).await?)
}

/// A task for staff, who decide whether the two contacts are one person.
async fn tell(work: &mut Work, answered: &Answered, adopted: &Adopted) -> Result<()> {
    let Some(contact) = answered.proof.contact_id else { return Ok(()) };
    let subject = match adopted {
        Adopted::TooMany => "The person confirmed a new e-mail address, but this contact has 20 already.",
        _ => "The person confirmed a new e-mail address that another contact has: are they the same person?",
    };
    let notice = Notice {
        contact,
        deal: None,
        kind: ActivityKind::Task,
        subject,
        body: answered.email.as_entered().to_owned(),
    };
    tell_staff(work, notice).await?;
    Ok(())
}
