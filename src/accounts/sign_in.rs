//! Signing in and out. An unknown address, a wrong password, a pending invitation and a deactivated account
//! get the same answer after the same work. With a second factor, the password alone gives no access.
//!
//! Refusals of known accounts are journaled, in the background, so that the answer takes no longer for them;
//! refusals of unknown ones are logged, without the address.

use entity::{EmailAddress, MemberId, member, session, workspace};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect};

use super::{
    OpenSession,
    caller::Caller,
    code,
    sessions::{end, start},
    throttle::{Door, admit_code, admit_sign_in, device},
};
use crate::{
    app::App,
    error::{Error, Problem, ProblemCode, Result},
    platform::{actor::Actor, work::Entry},
};

/// The credentials that were entered.
pub struct Credentials {
    /// The workspace's slug.
    pub workspace: String,
    /// The member's e-mail address.
    pub email: String,
    /// Their password, taken literally.
    pub password: String,
    /// A code of their second factor, or a recovery code.
    pub code: Option<String>,
}

/// Outcome of a sign-in.
pub enum SignedIn {
    /// The member is signed in.
    In(Box<Entered>),
    /// The password is right; a code is needed too.
    SecondFactorRequired,
}

/// A member who has just signed in.
pub struct Entered {
    /// The member.
    pub member: member::Model,
    /// Their session.
    pub session: OpenSession,
    /// Value of the device cookie.
    pub device: String,
}

/// Signs a member in. `before` is the caller whose session the browser had until now; it ends.
///
/// # Errors
/// `Rejected` when something is wrong, without saying what; `Busy` after too many attempts.
pub async fn sign_in(app: &App, door: &Door, given: Credentials, before: Option<Caller>) -> Result<SignedIn> {
    let slug = given.workspace.trim().to_lowercase();
    let key = EmailAddress::parse(&given.email)
        .map_or_else(|_| given.email.trim().to_lowercase(), |email| email.key());
    let member = find(app, &slug, &key).await?;
    admit_sign_in(app, door, &slug, &key, member.as_ref()).await?;
    let known =
        member.as_ref().filter(|member| may_enter(member)).and_then(|member| member.password_hash.clone());
    let right = app.passwords.verify(&given.password, known).await?;
    let Some(member) = member else {
        tracing::info!("a sign-in to an unknown account was refused");
        return Err(refused(None));
    };
    if !right {
        note_refusal(app, &member, if may_enter(&member) { "password" } else { "no_access" });
        return Err(refused(None));
    }
    let proof =
        match (&member.totp_sealed, given.code.as_deref().map(str::trim).filter(|code| !code.is_empty())) {
            (None, _) => None,
            (Some(_), None) => return Ok(SignedIn::SecondFactorRequired),
            (Some(_), Some(given)) => {
                admit_code(app, member.id).await?;
                let proof = code::look(app, &member, given).await?;
                if proof.is_none() {
                    note_refusal(app, &member, "code");
                    return Err(refused(Some("code")));
                }
                proof
            }
        };
    let outdated = member.password_hash.as_deref().is_some_and(|known| app.passwords.is_outdated(known));
    let rehashed = if outdated { Some(app.passwords.hash(&given.password).await?) } else { None };
    let mut work = app.begin(member.workspace_id, Actor::Member(member.id, member.role)).await?;
    let fresh = member::Entity::find_by_id((member.workspace_id, member.id))
        .lock_exclusive()
        .one(work.db())
        .await?
        .ok_or(Error::Conflict)?;
    // The values checked before the lock must still be current.
    if !may_enter(&fresh)
        || fresh.password_hash != member.password_hash
        || fresh.totp_sealed != member.totp_sealed
    {
        return Err(refused(None));
    }
    let stepped_up_at = match proof {
        None => None,
        Some(proof) if code::use_up(&mut work, &fresh, proof).await? => Some(work.now()),
        Some(_) => {
            drop(work);
            note_refusal(app, &fresh, "code_used");
            return Err(refused(Some("code")));
        }
    };
    if let Some(rehashed) = rehashed {
        let mut change = fresh.clone().into_active_model();
        change.password_hash = Set(Some(rehashed));
        member::Entity::update(change).exec(work.db()).await?;
    }
    if let Some(before) =
        before.filter(|before| before.workspace == fresh.workspace_id).and_then(|before| before.session)
    {
        end(&mut work, &[before], "signed_in_again").await?;
    }
    let session = start(&mut work, &fresh, &door.browser, stepped_up_at).await?;
    work.commit().await?;
    let device = device(app, &fresh);
    Ok(SignedIn::In(Box::new(Entered { member: fresh, session, device })))
}

/// Ends the caller's own session. Repeating it changes nothing.
///
/// # Errors
/// `Forbidden` for programs: revoke the API key instead.
pub async fn sign_out(app: &App, caller: Caller) -> Result<()> {
    let session = caller.session.ok_or(Error::Forbidden)?;
    let mut work = app.begin(caller.workspace, caller.actor).await?;
    let row = session::Entity::find_by_id((caller.workspace, session))
        .lock_exclusive()
        .one(work.db())
        .await?
        .ok_or(Error::NotFound)?;
    if row.ended_at.is_some() {
        return Ok(());
    }
    end(&mut work, &[session], "signed_out").await?;
    work.commit().await?;
    Ok(())
}

/// Whether a member may sign in at all.
pub(super) fn may_enter(member: &member::Model) -> bool {
    member.joined_at.is_some() && member.deactivated_at.is_none() && member.password_hash.is_some()
}

async fn find(app: &App, slug: &str, key: &str) -> Result<Option<member::Model>> {
    let found = workspace::Entity::find().filter(workspace::Column::Slug.eq(slug)).one(app.db()).await?;
    // An unknown workspace costs the same two statements.
    let id = found.map_or(entity::WorkspaceId(sea_orm::prelude::Uuid::nil()), |workspace| workspace.id);
    Ok(super::members_of(id).filter(member::Column::EmailKey.eq(key)).one(app.db()).await?)
}

fn refused(field: Option<&str>) -> Error {
    let message = "Sign-in failed. Check the workspace, the e-mail address, the password and the code.";
    Error::Rejected(vec![Problem {
        code: ProblemCode::Invalid,
        field: field.map(str::to_owned),
        message: message.to_owned(),
    }])
}

/// Runs in the background, so that the answer takes no longer for an account that exists.
pub(super) fn note_refusal(app: &App, member: &member::Model, reason: &'static str) {
    let (app, workspace, id): (App, _, MemberId) = (app.clone(), member.workspace_id, member.id);
    tokio::spawn(async move {
        let noted = async {
            let mut work = app.begin(workspace, Actor::Visitor).await?;
            work.record(Entry::new("session.refused").on(id).with("reason", reason));
            work.commit().await
        };
        if let Err(error) = noted.await {
            tracing::warn!(%reason, "a refused sign-in could not be written into the journal");
            error.log();
        }
    });
}
