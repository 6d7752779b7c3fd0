//! Who calls: the actor of a request and what they may be reminded of.

use entity::{ApiKeyId, MemberId, Role, SessionId, Time, WorkspaceId, api_key, member};
use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult};

use crate::{
    app::App,
    error::{Error, Result},
    platform::{actor::Actor, db::sql},
};

/// Whoever stands behind a request, and the workspace they are in.
#[derive(Clone, Copy, Debug)]
pub struct Caller {
    /// Who.
    pub actor: Actor,
    /// Where.
    pub workspace: WorkspaceId,
    /// The member's session; none for programs.
    pub session: Option<SessionId>,
    /// When the second factor was last used in that session.
    pub stepped_up_at: Option<Time>,
    /// The workspace wants a second factor of this role, and the member has none: they may enrol one, and nothing else.
    pub must_enrol: bool,
    /// The member who made the key: a key never acts on them.
    pub maker: Option<MemberId>,
}

/// The holder of a key, for as long as it lives.
pub(super) async fn renew(app: &App, known: Caller) -> Result<Caller> {
    match known.actor {
        Actor::ApiKey(id, _) => Ok(standing(app, known.workspace, id).await?.1),
        _ => Err(Error::Unauthenticated),
    }
}

/// What a key of this role that this member made may do now; none when nothing. The operator's keys need nobody.
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

/// A key with what its maker may do, in one statement.
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

/// How a key stands now, and who calls with it.
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
    // The keys of who leaves are ended with their access; this is the second lock on the same door.
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

/// What a key of this role may do at most while its maker has that role; none when they may make no keys (any more).
pub(super) fn at_most(key: Role, maker: Role) -> Option<Role> {
    if !super::allows(maker, super::Right::ManageApiKeys) {
        return None;
    }
    Some(if key == Role::Owner { maker } else { key })
}
