//! Sessions seen and ended by whom they belong to (ASVS 7.5.2), and by those who manage members (7.4.5).

use entity::{MemberId, SessionId, member, session};
use sea_orm::{EntityTrait, QuerySelect};

use super::{
    Caller, Right, allow,
    change_member::allow_on,
    sessions::{end, end_all, living},
};
use crate::{
    app::App,
    error::{Error, Result},
};

/// Lets the caller see the sessions of a member (none: of nobody there is): their own, or anybody's for who manages members.
///
/// # Errors
/// `Forbidden` without the right.
pub fn allow_sessions_of(caller: Caller, member: Option<MemberId>) -> Result<()> {
    let own = member.is_some() && caller.actor.member() == member;
    if own { Ok(()) } else { allow(caller.actor, Right::ManageMembers) }
}

/// The member's sessions that are not over, the newest first.
///
/// # Errors
/// `Forbidden` without the right.
pub async fn list_sessions(app: &App, caller: Caller, member: MemberId) -> Result<Vec<session::Model>> {
    allow_sessions_of(caller, Some(member))?;
    living(app.db(), caller.workspace, member, app.now()).await
}

/// Ends one session: one's own, or a member's by who manages members. A second time changes nothing.
///
/// # Errors
/// `NotFound` when there is no such session, or it is somebody else's.
pub async fn end_session(app: &App, caller: Caller, id: SessionId) -> Result<session::Model> {
    let mut work = app.begin(caller.workspace, caller.actor).await?;
    let row = session::Entity::find_by_id((caller.workspace, id)).lock_exclusive().one(work.db()).await?.ok_or(Error::NotFound)?;
    if caller.actor.member() != Some(row.member_id) {
        // Not theirs and not there look alike.
        allow(caller.actor, Right::ManageMembers).map_err(|_| Error::NotFound)?;
    }
    if row.ended_at.is_some() {
        return Ok(row);
    }
    end(&mut work, &[id], "ended").await?;
    let row = session::Entity::find_by_id((caller.workspace, id)).one(work.db()).await?.ok_or(Error::NotFound)?;
    work.commit().await?;
    Ok(row)
}

/// Ends all of the caller's sessions but the one they act in. Says how many ended.
///
/// # Errors
/// `Forbidden` for programs.
pub async fn end_other_sessions(app: &App, caller: Caller) -> Result<usize> {
    let (Some(member), Some(session)) = (caller.actor.member(), caller.session) else { return Err(Error::Forbidden) };
    let mut work = app.begin(caller.workspace, caller.actor).await?;
    let ended = end_all(&mut work, member, Some(session), "ended").await?;
    work.commit().await?;
    Ok(ended)
}

/// Ends all sessions of a member. Says how many ended.
///
/// # Errors
/// `NotFound`; `Forbidden` without the right.
pub async fn end_member_sessions(app: &App, caller: Caller, id: MemberId) -> Result<usize> {
    allow(caller.actor, Right::ManageMembers)?;
    let mut work = app.begin(caller.workspace, caller.actor).await?;
    let row = member::Entity::find_by_id((caller.workspace, id)).one(work.db()).await?.ok_or(Error::NotFound)?;
    allow_on(caller.actor, row.role)?;
    let ended = end_all(&mut work, id, None, "ended").await?;
    work.commit().await?;
    Ok(ended)
}
