//! "This was not me": the data are destroyed and the mailbox is left in peace for 180 days; and its undo.

use entity::{OptInId, OptInState, SubmissionState, opt_in};
use sea_orm::{ActiveValue::Set, EntityTrait, IntoActiveModel, QuerySelect};

use super::{
    mailbox::{self, DECLINED_FOR},
    request_opt_in::destroy,
};
use crate::{
    app::App,
    error::Result,
    platform::{actor::Actor, tokens::Use, work::Entry},
};

/// What a press on "this was not me" did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Declined {
    /// Declined, now or before.
    Declined,
    /// It was confirmed before: withdrawing is the way.
    AlreadyConfirmed(entity::ContactId),
    /// Too late; there is nothing left to decline.
    Expired(entity::FormId),
    /// Not a link of ours.
    Unknown,
}

/// Declines the opt-in the link was mailed for. Safe to repeat.
///
/// # Errors
/// `Busy` when the database is away.
pub async fn decline_opt_in(app: &App, token: &str) -> Result<Declined> {
    let Some(link) = app.vault.verify(Use::ConfirmOptIn, token) else { return Ok(Declined::Unknown) };
    let id = OptInId(link.row);
    let Some(mailed) = opt_in::Entity::find_by_id((link.workspace, id)).one(app.db()).await? else { return Ok(Declined::Unknown) };
    let mut work = app.begin(link.workspace, Actor::Mailbox).await?;
    let mailbox = mailbox::lock(&work, &mailed.fingerprint).await?;
    let Some(row) = opt_in::Entity::find_by_id((link.workspace, id)).lock_exclusive().one(work.db()).await? else { return Ok(Declined::Unknown) };
    match row.state {
        OptInState::Waiting if row.expires_at > work.now() => {}
        OptInState::Declined => return Ok(Declined::Declined),
        OptInState::Confirmed => return Ok(row.contact_id.map_or(Declined::Unknown, Declined::AlreadyConfirmed)),
        OptInState::Waiting | OptInState::Expired | OptInState::Bounced => return Ok(Declined::Expired(row.form_id)),
    }
    destroy(&work, &[row.submission_id], SubmissionState::Declined).await?;
    let (now, bounced_until) = (work.now(), mailbox.bounced_until);
    mailbox::protect(&work, mailbox, Some(now + DECLINED_FOR), bounced_until).await?;
    let mut row = row.into_active_model();
    row.state = Set(OptInState::Declined);
    row.mail_due = Set(false);
    row.decided_at = Set(Some(now));
    opt_in::Entity::update(row).exec(work.db()).await?;
    work.record(Entry::new("opt_in.declined").on(id).with("protectedUntil", now + DECLINED_FOR));
    work.commit().await?;
    Ok(Declined::Declined)
}

/// Lifts the protection again. Only the mailbox holds the link. None: the link is not one of a declined opt-in; else whose it
/// is, the form at which one can ask again, and the language.
///
/// # Errors
/// `Busy` when the database is away.
pub async fn allow_again(app: &App, token: &str) -> Result<Option<(entity::WorkspaceId, entity::FormId, String)>> {
    let Some(link) = app.vault.verify(Use::ConfirmOptIn, token) else { return Ok(None) };
    let id = OptInId(link.row);
    let row = opt_in::Entity::find_by_id((link.workspace, id)).one(app.db()).await?;
    let Some(row) = row.filter(|row| row.state == OptInState::Declined) else { return Ok(None) };
    let mut work = app.begin(link.workspace, Actor::Mailbox).await?;
    let mailbox = mailbox::lock(&work, &row.fingerprint).await?;
    if mailbox.declined_until.is_some() {
        let bounced_until = mailbox.bounced_until;
        mailbox::protect(&work, mailbox, None, bounced_until).await?;
        work.record(Entry::new("mailbox.allowed").on(id));
        work.commit().await?;
    }
    Ok(Some((link.workspace, row.form_id, row.language)))
}
