//! Passwords that are changed: by who knows the old one, or by who holds the mailbox. A link for a new password is good once and
//! for half an hour; it opens no session and takes nothing of the second factor away (ASVS 6.4.3). Every session ends with the
//! old password, and the person is told by mail.
//!
//! Asking for a link says the same to everybody and costs the same: a job is queued in any case, and it is the job that looks
//! whether there is such a member. The queue holds a keyed fingerprint, never the address.

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

/// A link for a new password is good for so long.
pub(crate) const RESET_LIFE: TimeDelta = TimeDelta::minutes(30);

/// Asks for a mail with a link for a new password. The answer is always the same.
///
/// # Errors
/// `Busy` when too many were asked for from this network.
pub async fn request_password_reset(app: &App, door: &Door, slug: &str, email: &str) -> Result<()> {
    spend(app, app.budgets.resets_per_network, &door.network).await?;
    let key = EmailAddress::parse(email).map_or_else(|_| email.trim().to_lowercase(), |email| email.key());
    let found = super::find_by_slug(app, &slug.trim().to_lowercase()).await?;
    // Nobody's workspace has a queue too, so that a slug that does not exist costs the same.
    let workspace = found.map_or(WorkspaceId(sea_orm::prelude::Uuid::nil()), |row| row.id);
    let fingerprint = hex::encode(app.vault.fingerprint(workspace, &key));
    let mut work = app.begin(workspace, Actor::Visitor).await?;
    work.enqueue(&SendPasswordReset { workspace, fingerprint })?;
    work.commit().await?;
    Ok(())
}

/// The member whose link this is; none when it is not (or no longer) good.
///
/// # Errors
/// `Busy` when the database is away.
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

/// Another with every change of the password or of access, so that a link works once. A hash of a salted hash tells nothing.
pub(crate) fn stamp(row: &member::Model) -> Vec<u8> {
    let digest = Sha256::new()
        .chain_update(ms(row.credentials_changed_at))
        .chain_update(row.password_hash.as_deref().unwrap_or_default())
        .finalize();
    digest[..8].to_vec()
}

/// Sets a new password with the link from the mail. Ends every session; begins none. Gives the device cookie for this browser: who
/// holds the mailbox is not kept out by others who guess.
///
/// # Errors
/// `Rejected` when the link is not good (any more), or the password may not be chosen.
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

/// Changes the caller's own password. Their other sessions end, this one gets a new token, and this browser the cookie of one that is
/// known: those of others are void.
///
/// # Errors
/// `Rejected` when the present password is wrong or the new one may not be chosen; `Forbidden` for programs.
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
