//! "This was not me": the mailbox did not ask. Its proof ends, and it is protected from mails that ask for
//! confirmation, with a way back.

use entity::{MailboxProofId, MailboxProofState, mailbox_proof};
use sea_orm::{EntityTrait, QuerySelect};

use super::{
    end::destroy,
    find::{end_of, is_open},
};
use crate::{
    app::App,
    consent::mailbox::{self, DECLINED_FOR},
    contacts::lock_mailbox,
    error::Result,
    link_uses::Use,
    platform::{actor::Actor, work::Entry},
};

/// What came of "this was not me".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Declined {
    /// Ended, now or before, and the mailbox gets no such mails until it allows them again.
    Protected,
    /// Not a link of ours, or its time is over.
    Unknown,
}

/// Ends the proof and protects its mailbox. Twice is as once.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn decline_proof(app: &App, token: &str) -> Result<Declined> {
    let Some(link) = app.vault.verify(Use::ProveMailbox, token) else { return Ok(Declined::Unknown) };
    if end_of(&link).is_none_or(|until| until <= app.now()) {
        return Ok(Declined::Unknown);
    }
    let id = MailboxProofId(link.row);
    let find = || mailbox_proof::Entity::find_by_id((link.workspace, id));
    let Some(seen) = find().one(app.db()).await? else { return Ok(Declined::Unknown) };
    let mut work = app.begin(link.workspace, Actor::Mailbox).await?;
    let known = lock_mailbox(&work, &seen.fingerprint).await?;
    let Some(row) = find().lock_exclusive().one(work.db()).await? else { return Ok(Declined::Unknown) };
    let is_protected = known.declined_until.is_some_and(|until| until > work.now());
    if !is_open(&row, work.now()) {
        let was_declined = row.state == MailboxProofState::Ended && is_protected;
        return Ok(if was_declined { Declined::Protected } else { Declined::Unknown });
    }
    destroy(&work, std::slice::from_ref(&row)).await?;
    work.record(Entry::new("mailbox_proof.declined").on(id).with("kind", row.kind));
    if !is_protected {
        let (until, bounced_until) = (work.now() + DECLINED_FOR, known.bounced_until);
        mailbox::protect(&work, known, Some(until), bounced_until).await?;
        work.record(Entry::new("mailbox.protected").on(id).with("until", until));
    }
    work.commit().await?;
    Ok(Declined::Protected)
}

/// The way back from `decline_proof`; only the mailbox has the link. Returns whether the mailbox may be asked
/// again.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn allow_mailbox(app: &App, token: &str) -> Result<bool> {
    let Some(link) = app.vault.verify(Use::ProveMailbox, token) else { return Ok(false) };
    if end_of(&link).is_none() {
        return Ok(false);
    }
    let id = MailboxProofId(link.row);
    let row = mailbox_proof::Entity::find_by_id((link.workspace, id)).one(app.db()).await?;
    let Some(row) = row.filter(|row| row.state == MailboxProofState::Ended) else { return Ok(false) };
    let mut work = app.begin(link.workspace, Actor::Mailbox).await?;
    let known = lock_mailbox(&work, &row.fingerprint).await?;
    if known.declined_until.is_some() {
        let bounced_until = known.bounced_until;
        mailbox::protect(&work, known, None, bounced_until).await?;
        work.record(Entry::new("mailbox.allowed").on(id));
        work.commit().await?;
    }
    Ok(true)
}
