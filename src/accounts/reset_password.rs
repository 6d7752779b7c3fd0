//! Changing a password: with the old one, or through the mailbox. A link to choose a new password works once,
//! for half an hour; it opens no session and does not remove the second factor (ASVS 6.4.3). All sessions of
//! the old password end, and the person is notified by mail.
//!
//! A request for a link gets the same answer at the same cost for everybody: a job is queued in any case, and
//! only the job looks whether there is such a member. The queue holds a keyed fingerprint, never the address.

use chrono::TimeDelta;
use entity::{EmailAddress, MemberId, Time, WorkspaceId, member, workspace};
use sea_orm::{ActiveValue::Set, EntityTrait, IntoActiveModel, QuerySelect};
use sha2::{Digest, Sha256};

use super::{
    OpenSession,
    caller::Caller,
    mails::{Notice, SendAccountNotice, SendPasswordReset},
    names::{ms, names},
    passwords::check_password,
    proof::{lock, own, prove_password, proven},
    sessions::end_all,
    sign_in::may_enter,
    throttle::{Door, device, spend},
};

use crate::{
    app::App,
    error::{Error, ProblemCode, Result},
    link_uses::Use,
    platform::{actor::Actor, tokens::Link, work::Entry},
};

/// How long a link to choose a new password stays valid.
pub(crate) const RESET_LIFE: TimeDelta = TimeDelta::minutes(30);

/// Requests a mail with a link to choose a new password. The answer is always the same.
///
/// # Errors
/// `Busy` after too many requests from this network.
pub async fn request_password_reset(app: &App, door: &Door, slug: &str, email: &str) -> Result<()> {
    spend(app, app.budgets.resets_per_network, &door.network).await?;
    let key = EmailAddress::parse(email).map_or_else(|_| email.trim().to_lowercase(), |email| email.key());
    let found = super::find_by_slug(app, &slug.trim().to_lowercase()).await?;
    // Unknown workspaces get a job too, under the nil id, so that they cost the same.
    let workspace = found.map_or(WorkspaceId(sea_orm::prelude::Uuid::nil()), |row| row.id);
    let fingerprint = hex::encode(app.vault.fingerprint(workspace, &key));
    let mut work = app.begin(workspace, Actor::Visitor).await?;
    work.enqueue(&SendPasswordReset { workspace, fingerprint })?;
    work.commit().await?;
    Ok(())
}

/// The member whom this link belongs to; none when it is invalid or no longer valid.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn look_at_reset(app: &App, token: &str) -> Result<Option<(member::Model, workspace::Model)>> {
    let Some(link) = app.vault.verify(Use::ResetPassword, token) else { return Ok(None) };
    let Some(row) = member::Entity::find_by_id((link.workspace, MemberId(link.row))).one(app.db()).await?
    else {
        return Ok(None);
    };
    if !is_good(&link, &row, app.now()) {
        return Ok(None);
    }
    let workspace = workspace::Entity::find_by_id(link.workspace).one(app.db()).await?;
    Ok(workspace.map(|workspace| (row, workspace)))
}

fn is_good(link: &Link, row: &member::Model, now: Time) -> bool {
    let Some((changed, until)) = link.extra.split_first_chunk::<8>() else { return false };
    may_enter(row) && changed.as_slice() == stamp(row) && until > ms(now).as_slice()
}

/// Changes with every change of the password or of access, so that a link works only once. A hash of a salted
/// hash reveals nothing.
pub(crate) fn stamp(row: &member::Model) -> Vec<u8> {
    let digest = Sha256::new()
        .chain_update(ms(row.credentials_changed_at))
        .chain_update(row.password_hash.as_deref().unwrap_or_default())
        .finalize();
    digest[..8].to_vec()
}

/// Sets a new password with the link from the mail. Ends all sessions and starts none. Returns the device
/// cookie for this browser, so that the owner of the mailbox is not locked out by others who guess.
///
/// # Errors
/// `Rejected` when the link is invalid or no longer valid, or the password is not allowed.
pub async fn reset_password(app: &App, token: &str, password: &str) -> Result<String> {
    let void =
        || Error::rejected(ProblemCode::WrongState, "token", "This link no longer works: ask for a new one.");
    let (row, workspace) = look_at_reset(app, token).await?.ok_or_else(void)?;
    check_password(password, "password", &names(&workspace, &row, ""))?;
    let hash = app.passwords.hash(password).await?;
    let link = app.vault.verify(Use::ResetPassword, token).ok_or_else(void)?;
    let mut work = app.begin(row.workspace_id, Actor::Member(row.id, row.role)).await?;
    let fresh =
        member::Entity::find_by_id((row.workspace_id, row.id)).lock_exclusive().one(work.db()).await?;
    let fresh = fresh.filter(|fresh| is_good(&link, fresh, work.now())).ok_or_else(void)?;
    let mut change = fresh.into_active_model();
    change.password_hash = Set(Some(hash));
    change.credentials_changed_at = Set(work.now());
    let row = member::Entity::update(change).exec(work.db()).await?;
    end_all(&mut work, row.id, None, "password_reset").await?;
    work.record(Entry::new("member.password_reset").on(row.id));
    work.enqueue(&SendAccountNotice {
        workspace: row.workspace_id,
        member: row.id,
        what: Notice::PasswordChanged,
    })?;
    work.commit().await?;
    Ok(device(app, &row))
}

/// Changes the caller's own password. Their other sessions end, this one gets a new token, and this browser
/// gets a new device cookie; those of other browsers become invalid.
///
/// # Errors
/// `Rejected` when the current password is wrong or the new one is not allowed; `Forbidden` for programs.
pub async fn change_password(
    app: &App,
    caller: Caller,
    present: &str,
    new: &str,
) -> Result<(OpenSession, String)> {
    let (row, session) = own(app, caller).await?;
    let workspace = super::load_workspace(app, caller.workspace).await?;
    check_password(new, "newPassword", &names(&workspace, &row, ""))?;
    prove_password(app, &row, present, "currentPassword").await?;
    let hash = app.passwords.hash(new).await?;
    let mut work = app.begin(caller.workspace, caller.actor).await?;
    let fresh = lock(&work, &row).await?;
    if fresh.password_hash != row.password_hash {
        return Err(Error::Conflict);
    }
    let mut change = fresh.clone().into_active_model();
    change.password_hash = Set(Some(hash));
    change.credentials_changed_at = Set(work.now());
    let changed = member::Entity::update(change).exec(work.db()).await?;
    work.record(Entry::new("member.password_changed").on(row.id));
    let session = proven(&mut work, &fresh, session, false).await?;
    work.enqueue(&SendAccountNotice {
        workspace: caller.workspace,
        member: row.id,
        what: Notice::PasswordChanged,
    })?;
    work.commit().await?;
    Ok((session, device(app, &changed)))
}
