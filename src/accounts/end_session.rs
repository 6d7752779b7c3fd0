//! Sessions seen and ended by whom they belong to (ASVS 7.5.2), and by those who manage members (7.4.5).

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

/// The member's sessions that are not over, the newest first; of nobody there is, none.
///
/// # Errors
/// `Forbidden` without the right, and for an owner's to others; `SecondFactorRequired`.
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

/// Ends one session: one's own, or a member's by who manages members. A second time changes nothing.
///
/// # Errors
/// `NotFound` when there is no such session, or it is somebody else's; `Forbidden` for an owner's to others.
pub async fn end_session(app: &App, caller: Caller, id: SessionId) -> Result<session::Model> {
    let mut work = app.begin(caller.workspace, caller.actor).await?;
    let row = session::Entity::find_by_id((caller.workspace, id))
        .lock_exclusive()
        .one(work.db())
        .await?
        .ok_or(Error::NotFound)?;
    if caller.actor.member() != Some(row.member_id) {
        // Not theirs and not there look alike.
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

/// Ends all of the caller's sessions but the one they act in. Says how many ended.
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

/// Ends all sessions of a member. Says how many ended.
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
