//! "This was not me": all waiting opt-ins of the mailbox end, their data are destroyed, and the mailbox gets
//! no confirmation e-mails for 180 days; this protection can be lifted again. Declining one request among
//! several ends only that one.

use entity::{OptInId, OptInState, opt_in};
use sea_orm::{EntityTrait, QuerySelect};

use super::end_waiting::{Ending, end, end_all};

use crate::{
    app::App,
    consent::mailbox::{self, DECLINED_FOR},
    contacts,
    error::Result,
    link_uses::Use,
    platform::{
        actor::Actor,
        work::{Entry, Work},
    },
};

/// The result of declining.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Declined {
    /// The link's own opt-in is declined, now or before.
    Declined,
    /// Another opt-in of the mailbox is declined.
    Other,
    /// It was confirmed before: the person can only withdraw.
    AlreadyConfirmed(entity::ContactId),
    /// Too late; there is nothing left to decline.
    Expired(entity::FormId),
    /// Not one of our links, or an opt-in of another mailbox.
    Unknown,
}

/// Declines one opt-in of the mailbox that the link was sent to, or, with `which` = `None`, all of them, and
/// protects the mailbox. Idempotent.
///
/// # Errors
/// `Busy` when the database is unavailable.
pub async fn decline_opt_in(app: &App, token: &str, which: Option<OptInId>) -> Result<Declined> {
    let Some(link) = app.vault.verify(Use::ConfirmOptIn, token) else { return Ok(Declined::Unknown) };
    let own = OptInId(link.row);
    let Some(mailed) = opt_in::Entity::find_by_id((link.workspace, own)).one(app.db()).await? else {
        return Ok(Declined::Unknown);
    };
    let mut work = app.begin(link.workspace, Actor::Mailbox).await?;
    let mailbox = contacts::lock_mailbox(&work, &mailed.fingerprint).await?;
    let meant = which.unwrap_or(own);
    let row = opt_in::Entity::find_by_id((link.workspace, meant)).lock_exclusive().one(work.db()).await?;
    // A link only works for opt-ins of its own mailbox.
    let Some(row) = row.filter(|row| row.fingerprint == mailed.fingerprint) else {
        return Ok(Declined::Unknown);
    };
    let declined = if meant == own { Declined::Declined } else { Declined::Other };
    match (row.state, which) {
        (OptInState::Waiting, Some(_)) if row.expires_at > work.now() => {
            end(&mut work, &[row], Ending::NotMe).await?;
        }
        (OptInState::Waiting, None) if row.expires_at > work.now() => {
            not_me(&mut work, mailbox, &row).await?;
        }
        (OptInState::Declined, None) => not_me(&mut work, mailbox, &row).await?,
        (OptInState::Declined, Some(_)) => {}
        (OptInState::Confirmed, _) => {
            return Ok(row.contact_id.map_or(Declined::Unknown, Declined::AlreadyConfirmed));
        }
        (OptInState::Waiting | OptInState::Expired | OptInState::Bounced, _) => {
            return Ok(Declined::Expired(row.form_id));
        }
    }
    if work.has_entries() {
        work.commit().await?;
    }
    Ok(declined)
}

async fn not_me(work: &mut Work, mailbox: entity::mailbox::Model, own: &opt_in::Model) -> Result<()> {
    end_all(work, &own.fingerprint, Some(own.id), Ending::NotMe).await?;
    if mailbox.declined_until.is_none_or(|until| until <= work.now()) {
        let (until, bounced_until) = (work.now() + DECLINED_FOR, mailbox.bounced_until);
        mailbox::protect(work, mailbox, Some(until), bounced_until).await?;
        work.record(Entry::new("mailbox.protected").on(own.id).with("until", until));
    }
    Ok(())
}

/// Lifts the protection again; only the mailbox has the link. Returns the workspace, the form where the
/// person can submit again, and the language; `None` if the link does not belong to a declined opt-in.
///
/// # Errors
/// `Busy` when the database is unavailable.
pub async fn allow_again(
    app: &App,
    token: &str,
) -> Result<Option<(entity::WorkspaceId, entity::FormId, String)>> {
    let Some(link) = app.vault.verify(Use::ConfirmOptIn, token) else { return Ok(None) };
    let id = OptInId(link.row);
    let row = opt_in::Entity::find_by_id((link.workspace, id)).one(app.db()).await?;
    let Some(row) = row.filter(|row| row.state == OptInState::Declined) else { return Ok(None) };
    let mut work = app.begin(link.workspace, Actor::Mailbox).await?;
    let mailbox = contacts::lock_mailbox(&work, &row.fingerprint).await?;
    if mailbox.declined_until.is_some() {
        let bounced_until = mailbox.bounced_until;
        mailbox::protect(&work, mailbox, None, bounced_until).await?;
        work.record(Entry::new("mailbox.allowed").on(id));
        work.commit().await?;
    }
    Ok(Some((link.workspace, row.form_id, row.language)))
}
