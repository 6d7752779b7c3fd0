//! Listing and ending sessions: by the member they belong to (ASVS 7.5.2), and by those who manage members
//! (7.4.5).

use entity::{MemberId, SessionId, member, session};
use sea_orm::{EntityTrait, QuerySelect};

use super::{
    allow_act_on::{allow_act_on, allow_others},
    caller::Caller,
    sessions::{end, end_all, living},
};
use crate::{
    app::App,
    error::{Error, Result},
};

/// A member's active sessions, the newest first; an unknown member has none.
///
/// # Errors
/// `Forbidden` without the right, or for an owner's sessions to anybody who is not an owner;
/// `SecondFactorRequired`.
pub async fn list_sessions(
    app: &App,
    caller: Caller,
    member: Option<MemberId>,
) -> Result<Vec<session::Model>> {
    if member.is_none() || caller.actor.member() != member {
        allow_others(caller)?;
    }
    let Some(id) = member else { return Ok(Vec::new()) };
    let Some(row) = member::Entity::find_by_id((caller.workspace, id)).one(app.db()).await? else {
        return Ok(Vec::new());
    };
    allow_act_on(caller, &row)?;
    living(app.db(), caller.workspace, id, app.now()).await
}

/// Ends one session: the caller's own, or another member's if the caller manages members. Repeating it
/// changes nothing.
///
/// # Errors
/// `NotFound` when the session does not exist or belongs to somebody else; `Forbidden` for an owner's session
/// to anybody who is not an owner.
pub async fn end_session(app: &App, caller: Caller, id: SessionId) -> Result<session::Model> {
    let mut work = app.begin(caller.workspace, caller.actor).await?;
    let row = session::Entity::find_by_id((caller.workspace, id))
        .lock_exclusive()
        .one(work.db())
        .await?
        .ok_or(Error::NotFound)?;
    if caller.actor.member() != Some(row.member_id) {
        // Another member's session must look like one that does not exist.
        allow_others(caller).map_err(|_| Error::NotFound)?;
        let whose = member::Entity::find_by_id((caller.workspace, row.member_id))
            .one(work.db())
            .await?
            .ok_or(Error::NotFound)?;
        allow_act_on(caller, &whose)?;
    }
    if row.ended_at.is_some() {
        return Ok(row);
    }
    end(&mut work, &[id], "ended").await?;
    let row =
        session::Entity::find_by_id((caller.workspace, id)).one(work.db()).await?.ok_or(Error::NotFound)?;
    work.commit().await?;
    Ok(row)
}

/// Ends all of the caller's sessions except the current one. Returns how many ended.
///
/// # Errors
/// `Forbidden` for programs.
pub async fn end_other_sessions(app: &App, caller: Caller) -> Result<usize> {
    let (Some(member), Some(session)) = (caller.actor.member(), caller.session) else {
        return Err(Error::Forbidden);
    };
    let mut work = app.begin(caller.workspace, caller.actor).await?;
    let ended = end_all(&mut work, member, Some(session), "ended").await?;
    work.commit().await?;
    Ok(ended)
}

/// Ends all sessions of a member. Returns how many ended.
///
/// # Errors
/// `NotFound`; `Forbidden` without the right.
pub async fn end_member_sessions(app: &App, caller: Caller, id: MemberId) -> Result<usize> {
    allow_others(caller)?;
    let mut work = app.begin(caller.workspace, caller.actor).await?;
    let row =
        member::Entity::find_by_id((caller.workspace, id)).one(work.db()).await?.ok_or(Error::NotFound)?;
    allow_act_on(caller, &row)?;
    let ended = end_all(&mut work, id, None, "ended").await?;
    work.commit().await?;
    Ok(ended)
}
