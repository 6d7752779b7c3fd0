//! Sessions: a member who is signed in with one browser. The cookie holds a token of 256 random bits, the row
//! only its hash.
//!
//! A session ends after eight hours without a request, and at the latest seven days after the sign-in (ASVS
//! 7.3); it gets a new token whenever the member proves their identity again (7.2.4). The member's rights are
//! read from their row on every request, so a change of role or a deactivation takes effect at once.

use chrono::TimeDelta;
use entity::{MemberId, Role, SessionId, Time, WorkspaceId, member, session};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel,
    QueryFilter, QueryOrder, sea_query::Expr,
};

use super::{caller::Caller, credentials};
use crate::{
    app::App,
    error::{Error, Result},
    platform::{
        actor::Actor,
        db::sql,
        work::{Entry, Work},
    },
};

/// The cookie's name. `__Host-` means: HTTPS only, this host only, all paths (ASVS 3.3.3).
pub const SESSION_COOKIE: &str = "__Host-accord_session";
/// Idle timeout.
pub const IDLE: TimeDelta = TimeDelta::hours(8);
/// Maximum lifetime, counted from the sign-in.
pub const LIFE: TimeDelta = TimeDelta::days(7);

/// Maximum number of concurrent sessions per member; beyond that, the oldest ends.
const MOST: usize = 50;

const PREFIX: &str = "accord_session_";

/// A session and its token, shown once.
pub struct OpenSession {
    /// The session's row.
    pub row: session::Model,
    /// The cookie's value.
    pub token: String,
}

/// Starts a session, within a unit of work that has authenticated the member.
pub(super) async fn start(
    work: &mut Work,
    member: &member::Model,
    browser: &str,
    stepped_up_at: Option<Time>,
) -> Result<OpenSession> {
    let before = living(work.db(), member.workspace_id, member.id, work.now()).await?;
    let surplus: Vec<SessionId> = before.iter().skip(MOST - 1).map(|row| row.id).collect();
    end(work, &surplus, "too_many").await?;
    let id = SessionId::new();
    let minted = credentials::mint(PREFIX, member.workspace_id, id.0);
    let row = session::Model {
        workspace_id: member.workspace_id,
        id,
        member_id: member.id,
        token_hash: minted.hash,
        browser: browser.to_owned(),
        created_at: work.now(),
        last_seen_at: work.now(),
        expires_at: work.now() + LIFE,
        stepped_up_at,
        ended_at: None,
    };
    session::Entity::insert(row.clone().into_active_model()).exec_without_returning(work.db()).await?;
    let factor = if stepped_up_at.is_some() { "password_and_code" } else { "password" };
    work.record(Entry::new("session.started").on(id).with("member", member.id).with("factors", factor));
    Ok(OpenSession { row, token: minted.text })
}

/// Gives an active session a new token; the old one no longer works.
pub(super) async fn rotate(
    work: &Work,
    row: session::Model,
    stepped_up_at: Option<Time>,
) -> Result<OpenSession> {
    let minted = credentials::mint(PREFIX, row.workspace_id, row.id.0);
    let mut change = row.into_active_model();
    change.token_hash = Set(minted.hash);
    change.last_seen_at = Set(work.now());
    change.stepped_up_at = Set(stepped_up_at);
    Ok(OpenSession { row: session::Entity::update(change).exec(work.db()).await?, token: minted.text })
}

/// Ends a member's sessions: all, or all but one. Returns how many ended.
pub(super) async fn end_all(
    work: &mut Work,
    member: MemberId,
    but: Option<SessionId>,
    reason: &'static str,
) -> Result<usize> {
    let rows = living(work.db(), work.workspace(), member, work.now()).await?;
    let ids: Vec<SessionId> = rows.into_iter().map(|row| row.id).filter(|id| Some(*id) != but).collect();
    end(work, &ids, reason).await?;
    Ok(ids.len())
}

/// Ends these sessions.
pub(super) async fn end(work: &mut Work, ids: &[SessionId], reason: &'static str) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    session::Entity::update_many()
        .col_expr(session::Column::EndedAt, Expr::value(work.now()))
        .filter(session::Column::WorkspaceId.eq(work.workspace()))
        .filter(session::Column::Id.is_in(ids.iter().copied()))
        .exec(work.db())
        .await?;
    for id in ids {
        work.record(Entry::new("session.ended").on(*id).with("reason", reason));
    }
    Ok(())
}

/// A member's active sessions, the newest first.
pub(super) async fn living(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    member: MemberId,
    now: Time,
) -> Result<Vec<session::Model>> {
    Ok(session::Entity::find()
        .filter(session::Column::WorkspaceId.eq(workspace))
        .filter(session::Column::MemberId.eq(member))
        .filter(session::Column::EndedAt.is_null())
        .filter(session::Column::ExpiresAt.gt(now))
        .filter(session::Column::LastSeenAt.gt(now - IDLE))
        .order_by_desc(session::Column::Id)
        .all(db)
        .await?)
}

/// A session together with its member's rights, read in one statement.
#[derive(FromQueryResult)]
struct Standing {
    token_hash: Vec<u8>,
    last_seen_at: Time,
    expires_at: Time,
    stepped_up_at: Option<Time>,
    member_id: MemberId,
    role: Role,
    has_factor: bool,
    second_factor_roles: String,
}

const STANDING: &str = "SELECT s.token_hash, s.last_seen_at, s.expires_at, s.stepped_up_at, m.id AS member_id, m.role,
    (m.totp_sealed IS NOT NULL) AS has_factor, w.second_factor_roles
    FROM session s JOIN member m ON m.workspace_id = s.workspace_id AND m.id = s.member_id JOIN workspace w ON w.id = s.workspace_id
    WHERE s.workspace_id = $1 AND s.id = $2 AND s.ended_at IS NULL AND m.deactivated_at IS NULL";

async fn standing(app: &App, workspace: WorkspaceId, id: SessionId) -> Result<Standing> {
    let row = app
        .db()
        .query_one_raw(sql(app.db(), STANDING, [workspace.into(), id.into()]))
        .await?
        .ok_or(Error::Unauthenticated)?;
    let standing = Standing::from_query_result(&row, "")?;
    let now = app.now();
    if standing.expires_at <= now || standing.last_seen_at + IDLE <= now {
        return Err(Error::Unauthenticated);
    }
    Ok(standing)
}

fn caller(standing: &Standing, workspace: WorkspaceId, id: SessionId) -> Caller {
    Caller {
        actor: Actor::Member(standing.member_id, standing.role),
        workspace,
        session: Some(id),
        stepped_up_at: standing.stepped_up_at,
        must_enrol: !standing.has_factor
            && super::workspaces::requires_second_factor(&standing.second_factor_roles, standing.role),
        maker: None,
    }
}

/// Authenticates a session cookie. One lookup; the session's last use is written at most once a minute.
///
/// # Errors
/// `Unauthenticated` when the session is unknown or has ended: the answers are alike.
pub async fn authenticate_session(app: &App, token: &str) -> Result<Caller> {
    let (workspace, id, hash) = credentials::read(PREFIX, token).ok_or(Error::Unauthenticated)?;
    let id = SessionId(id);
    let standing = standing(app, workspace, id).await?;
    // Both sides are hashes of a 256-bit secret, so comparing them leaks nothing useful.
    if standing.token_hash != hash {
        return Err(Error::Unauthenticated);
    }
    let now = app.now();
    if standing.last_seen_at + TimeDelta::minutes(1) <= now {
        let seen = session::Entity::update_many()
            .col_expr(session::Column::LastSeenAt, Expr::value(now))
            .filter(session::Column::WorkspaceId.eq(workspace))
            .filter(session::Column::Id.eq(id));
        if let Err(error) = app.ledger.db.touch_in_passing(&seen).await {
            Error::from(error).log();
        }
    }
    Ok(caller(&standing, workspace, id))
}

/// The current caller of an open connection. Their token may have changed since they connected, but not their
/// rights.
///
/// # Errors
/// `Unauthenticated` when the session or key has ended; `Forbidden` when the role has changed: the client
/// must reconnect, because it may now see more or less.
pub async fn renew(app: &App, known: Caller) -> Result<Caller> {
    let fresh = match known.session {
        Some(id) => caller(&standing(app, known.workspace, id).await?, known.workspace, id),
        None => super::caller::renew(app, known).await?,
    };
    if fresh.actor == known.actor && fresh.must_enrol == known.must_enrol {
        Ok(fresh)
    } else {
        Err(Error::Forbidden)
    }
}

/// Whether a journal entry may have ended or changed this caller's access.
#[must_use]
pub fn touches(caller: &Caller, kind: &str, object: Option<&str>) -> bool {
    let is = |id: Option<String>| id.is_some() && id.as_deref() == object;
    match kind.split('.').next() {
        Some("session") => is(caller.session.map(|id| id.to_string())),
        Some("member") => is(caller.actor.member().map(|id| id.to_string())),
        Some("api_key") => is(Some(caller.actor.to_string())),
        _ => kind == "workspace.updated" && caller.session.is_some(),
    }
}
