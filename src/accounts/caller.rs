//! The caller of a request: who acts, in which workspace, and what limits them.

use entity::{ApiKeyId, MemberId, Role, SessionId, Time, WorkspaceId, api_key, member};
use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult};

use crate::{
    app::App,
    error::{Error, Result},
    platform::{actor::Actor, db::sql},
};

/// The authenticated caller of a request, and their workspace.
#[derive(Clone, Copy, Debug)]
pub struct Caller {
    /// The acting member, program or operator.
    pub actor: Actor,
    /// The workspace they act in.
    pub workspace: WorkspaceId,
    /// The member's session; none for programs.
    pub session: Option<SessionId>,
    /// When the second factor was last used in that session.
    pub stepped_up_at: Option<Time>,
    /// The workspace requires a second factor for this role and the member has none: they may only enrol one.
    pub must_enrol: bool,
    /// The member who created the key: a key never acts on them.
    pub maker: Option<MemberId>,
}

/// The current caller behind an API key, if it is still valid.
pub(super) async fn renew(app: &App, known: Caller) -> Result<Caller> {
    match known.actor {
        Actor::ApiKey(id, _) => Ok(standing(app, known.workspace, id).await?.1),
        _ => Err(Error::Unauthenticated),
    }
}

/// The role that a key has now, considering its creator's role; none when it has no rights left. The
/// operator's keys depend on nobody.
pub(super) async fn role_now(
    db: &impl ConnectionTrait,
    row: &api_key::Model,
    now: Time,
) -> Result<Option<Role>> {
    if row.revoked_at.is_some() || row.expires_at.is_some_and(|at| at <= now) {
        return Ok(None);
    }
    let Some(maker) = row.maker_id else { return Ok(Some(row.role)) };
    let maker = member::Entity::find_by_id((row.workspace_id, maker)).one(db).await?;
    Ok(maker.filter(|maker| maker.deactivated_at.is_none()).and_then(|maker| at_most(row.role, maker.role)))
}

/// A key together with its creator's status, read in one statement.
#[derive(FromQueryResult)]
pub(super) struct Standing {
    pub hash: Vec<u8>,
    role: Role,
    expires_at: Option<Time>,
    pub last_used_at: Option<Time>,
    maker_id: Option<MemberId>,
    maker_role: Option<Role>,
}

const STANDING: &str =
    "SELECT k.hash, k.role, k.expires_at, k.last_used_at, k.maker_id, m.role AS maker_role FROM api_key k
    LEFT JOIN member m ON m.workspace_id = k.workspace_id AND m.id = k.maker_id AND m.deactivated_at IS NULL
    WHERE k.workspace_id = $1 AND k.id = $2 AND k.revoked_at IS NULL";

/// A key's current status, and the caller that it authenticates.
pub(super) async fn standing(app: &App, workspace: WorkspaceId, id: ApiKeyId) -> Result<(Standing, Caller)> {
    let row = app
        .db()
        .query_one_raw(sql(app.db(), STANDING, [workspace.into(), id.into()]))
        .await?
        .ok_or(Error::Unauthenticated)?;
    let standing = Standing::from_query_result(&row, "")?;
    if standing.expires_at.is_some_and(|at| at <= app.now()) {
        return Err(Error::Unauthenticated);
    }
    // Keys are already revoked when their creator loses access; this check is the second line of defence.
    let role = match standing.maker_id {
        None => Some(standing.role),
        Some(_) => standing.maker_role.and_then(|maker| at_most(standing.role, maker)),
    };
    let role = role.ok_or(Error::Unauthenticated)?;
    let maker = standing.maker_id;
    let caller = Caller {
        actor: Actor::ApiKey(id, role),
        workspace,
        session: None,
        stepped_up_at: None,
        must_enrol: false,
        maker,
    };
    Ok((standing, caller))
}

/// The role that a key may have while its creator has the role `maker`; none if they may not manage keys.
pub(super) fn at_most(key: Role, maker: Role) -> Option<Role> {
    if !super::allows(maker, super::Right::ManageApiKeys) {
        return None;
    }
    Some(if key == Role::Owner { maker } else { key })
}
