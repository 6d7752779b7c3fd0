//! Proof of identity before a member changes how they sign in: a password or a code.

use entity::{SessionId, member, session};
use sea_orm::{EntityTrait, QuerySelect};

use super::{
    OpenSession,
    caller::Caller,
    code,
    sessions::{end_all, rotate},
    sign_in::note_refusal,
    throttle::admit_code,
};
use crate::{
    app::App,
    error::{Error, Problem, ProblemCode, Result},
    platform::work::Work,
};

/// The caller's own row and session.
pub(super) async fn own(app: &App, caller: Caller) -> Result<(member::Model, SessionId)> {
    let (Some(id), Some(session)) = (caller.actor.member(), caller.session) else {
        return Err(Error::Forbidden);
    };
    let row = member::Entity::find_by_id((caller.workspace, id))
        .one(app.db())
        .await?
        .ok_or(Error::Unauthenticated)?;
    Ok((row, session))
}

/// Checks the password again.
pub(super) async fn prove_password(
    app: &App,
    member: &member::Model,
    password: &str,
    field: &str,
) -> Result<()> {
    admit_code(app, member.id).await?;
    if app.passwords.verify(password, member.password_hash.clone()).await? {
        return Ok(());
    }
    note_refusal(app, member, "password");
    Err(Error::rejected(ProblemCode::Invalid, field, "Wrong password."))
}

/// Checks a code and consumes it; returns the open unit of work and the locked row.
pub(crate) async fn prove_code(
    app: &App,
    caller: Caller,
    member: &member::Model,
    given: &str,
) -> Result<(Work, member::Model)> {
    if member.totp_sealed.is_none() {
        return Err(Error::Rejected(vec![problem(
            ProblemCode::WrongState,
            None,
            "You have no second factor: begin with `beginSecondFactor`.",
        )]));
    }
    admit_code(app, member.id).await?;
    let wrong = || {
        Error::rejected(
            ProblemCode::Invalid,
            "code",
            "This code is wrong or was already used: wait for the next one.",
        )
    };
    let Some(proof) = code::look(app, member, given).await? else {
        note_refusal(app, member, "code");
        return Err(wrong());
    };
    let mut work = app.begin(caller.workspace, caller.actor).await?;
    let fresh = lock(&work, member).await?;
    if fresh.totp_sealed != member.totp_sealed || !code::use_up(&mut work, &fresh, proof).await? {
        drop(work);
        note_refusal(app, member, "code_used");
        return Err(wrong());
    }
    // Read again after `use_up` changed it.
    let fresh = lock(&work, member).await?;
    Ok((work, fresh))
}

/// After a proof of identity: ends all other sessions, and gives this one a new token.
pub(super) async fn proven(
    work: &mut Work,
    member: &member::Model,
    session: SessionId,
    stepped_up: bool,
) -> Result<OpenSession> {
    end_all(work, member.id, Some(session), "credentials_changed").await?;
    let row = session_row(work, member, session).await?;
    let stepped_up_at = if stepped_up { Some(work.now()) } else { None };
    rotate(work, row, stepped_up_at).await
}

pub(super) async fn lock(work: &Work, member: &member::Model) -> Result<member::Model> {
    let row =
        member::Entity::find_by_id((member.workspace_id, member.id)).lock_exclusive().one(work.db()).await?;
    row.filter(|row| row.deactivated_at.is_none()).ok_or(Error::Unauthenticated)
}

/// The caller's open session, locked.
pub(super) async fn session_row(
    work: &Work,
    member: &member::Model,
    id: SessionId,
) -> Result<session::Model> {
    let row = session::Entity::find_by_id((member.workspace_id, id)).lock_exclusive().one(work.db()).await?;
    row.filter(|row| row.ended_at.is_none()).ok_or(Error::Unauthenticated)
}

/// A problem of the whole request, or of one field.
pub(super) fn problem(code: ProblemCode, field: Option<&str>, message: &str) -> Problem {
    Problem { code, field: field.map(str::to_owned), message: message.to_owned() }
}
