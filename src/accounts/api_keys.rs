//! API keys: credentials of programs, shown once. Each has one role, never more than its creator's, and may
//! expire. A key ends when its creator loses access or the right to manage keys; when an owner becomes an
//! admin, their owner keys become admin keys.

use chrono::TimeDelta;
use entity::{ApiKeyId, MemberId, Role, Time, WorkspaceId, api_key, member, workspace};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, Select, sea_query::Expr,
};

use super::{
    allow_act_on::allow_role,
    caller::{Caller, at_most, standing},
    credentials,
};
use crate::{
    app::App,
    error::{Error, Problem, ProblemCode, Result},
    platform::{
        actor::Actor,
        once::once,
        text::is_line,
        work::{Entry, Work},
    },
};

const PREFIX: &str = "accord_key_";
/// Limit of active keys per member, because all of them must be revocable in one unit of work.
const MOST: u64 = 100;

/// A new API key, shown once.
pub struct NewApiKey {
    /// The key's id.
    pub id: ApiKeyId,
    /// The text to put into `Authorization: Bearer …`.
    pub text: String,
}

/// Creates a key for the operator. It has no creator among the members, so it ends only when it expires or is
/// revoked.
///
/// # Errors
/// `Rejected` without a name; `NotFound` when there is no such workspace; `Forbidden` for anybody but the
/// operator.
pub async fn create_api_key(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    name: &str,
    role: Role,
    expires_at: Option<Time>,
) -> Result<NewApiKey> {
    if actor != Actor::Operator {
        return Err(Error::Forbidden);
    }
    check(app, name, expires_at)?;
    let mut work = app.begin(workspace, actor).await?;
    workspace::Entity::find_by_id(workspace).one(work.db()).await?.ok_or(Error::NotFound)?;
    let (row, text) = add(&mut work, ApiKeyId::new(), name, role, expires_at, None).await?;
    work.commit().await?;
    Ok(NewApiKey { id: row.id, text })
}

/// Creates a key for a member who has just used their second factor, once per idempotency key `key`. The text
/// is returned only on the first call. API keys cannot create keys: they have no second factor, and a thief
/// could keep creating new ones.
///
/// # Errors
/// `Rejected` without a name, for programs, and when there are too many; `Forbidden` for more rights than the
/// member has; `SecondFactorRequired`.
pub async fn create_api_key_once(
    app: &App,
    caller: Caller,
    name: &str,
    role: Role,
    expires_at: Option<Time>,
    key: Option<&str>,
) -> Result<(api_key::Model, Option<String>)> {
    super::allow(caller.actor, super::Right::ManageApiKeys)?;
    allow_role(caller.actor, role)?;
    let Some(maker) = caller.actor.member() else {
        let message = "API keys have no second factor and make no keys: a member has to sign in, or the operator uses `accord key create`.";
        return Err(Error::Rejected(vec![Problem {
            code: ProblemCode::NotAllowed,
            field: None,
            message: message.to_owned(),
        }]));
    };
    check(app, name, expires_at)?;
    super::require_fresh_factor(app, &caller).await?;
    let id = ApiKeyId::new();
    let mut work = app.begin(caller.workspace, caller.actor).await?;
    // Takes the same lock as revoking and lowering a member's keys, so that no key is created in between.
    let member = member::Entity::find_by_id((caller.workspace, maker))
        .lock_exclusive()
        .one(work.db())
        .await?
        .ok_or(Error::Unauthenticated)?;
    if member.deactivated_at.is_some() || at_most(role, member.role) != Some(role) {
        return Err(Error::Forbidden);
    }
    if let Some(before) =
        once(&work, &app.vault, "createApiKey", key, &(name, role, expires_at), &id.to_string()).await?
    {
        let before: ApiKeyId =
            before.parse().map_err(|_| Error::internal("an idempotency key names no API key"))?;
        let row = api_key::Entity::find_by_id((caller.workspace, before))
            .one(work.db())
            .await?
            .ok_or(Error::NotFound)?;
        return Ok((row, None));
    }
    if made_by(&work, maker).count(work.db()).await? >= MOST {
        return Err(Error::rejected(
            ProblemCode::WrongState,
            "name",
            "You have 100 keys that work: revoke some first.",
        ));
    }
    let (row, text) = add(&mut work, id, name, role, expires_at, Some(maker)).await?;
    work.commit().await?;
    Ok((row, Some(text)))
}

fn check(app: &App, name: &str, expires_at: Option<Time>) -> Result<()> {
    if name.trim().is_empty() || name.chars().count() > 100 {
        return Err(Error::rejected(
            ProblemCode::Required,
            "name",
            "Say in at most 100 characters what the key is for.",
        ));
    }
    if !is_line(name) {
        return Err(Error::rejected(
            ProblemCode::Invalid,
            "name",
            "Use one line, without control characters.",
        ));
    }
    if expires_at.is_some_and(|at| at <= app.now()) {
        return Err(Error::rejected(
            ProblemCode::Invalid,
            "expiresAt",
            "Give a time to come, or leave it out.",
        ));
    }
    Ok(())
}

async fn add(
    work: &mut Work,
    id: ApiKeyId,
    name: &str,
    role: Role,
    expires_at: Option<Time>,
    maker_id: Option<MemberId>,
) -> Result<(api_key::Model, String)> {
    let minted = credentials::mint(PREFIX, work.workspace(), id.0);
    let row = api_key::Model {
        workspace_id: work.workspace(),
        id,
        name: name.trim().to_owned(),
        role,
        hash: minted.hash,
        created_at: work.now(),
        expires_at,
        last_used_at: None,
        revoked_at: None,
        maker_id,
    };
    api_key::Entity::insert(row.clone().into_active_model()).exec_without_returning(work.db()).await?;
    work.record(Entry::new("api_key.created").on(id).with("role", role));
    Ok((row, minted.text))
}

/// Revokes or lowers the keys of a member who leaves (`role` is none) or changes role, so that no key
/// outlives or outranks its creator. The member's row is locked by the caller.
pub(super) async fn bring_down(work: &mut Work, maker: MemberId, role: Option<Role>) -> Result<()> {
    let rows = made_by(work, maker).order_by_asc(api_key::Column::Id).lock_exclusive().all(work.db()).await?;
    for row in rows {
        let id = row.id;
        match role.and_then(|role| at_most(row.role, role)) {
            Some(role) if role == row.role => {}
            Some(role) => {
                let mut change = row.into_active_model();
                change.role = Set(role);
                api_key::Entity::update(change).exec(work.db()).await?;
                work.record(Entry::new("api_key.lowered").on(id).with("role", role));
            }
            None => {
                let mut change = row.into_active_model();
                change.revoked_at = Set(Some(work.now()));
                api_key::Entity::update(change).exec(work.db()).await?;
                work.record(Entry::new("api_key.revoked").on(id).with("reason", "maker"));
            }
        }
    }
    Ok(())
}

/// A member's active keys: neither revoked nor expired.
fn made_by(work: &Work, maker: MemberId) -> Select<api_key::Entity> {
    api_key::Entity::find()
        .filter(api_key::Column::WorkspaceId.eq(work.workspace()))
        .filter(api_key::Column::MakerId.eq(maker))
        .filter(api_key::Column::RevokedAt.is_null())
        .filter(
            Condition::any()
                .add(api_key::Column::ExpiresAt.is_null())
                .add(api_key::Column::ExpiresAt.gt(work.now())),
        )
}

/// Revokes a key. Repeating it changes nothing.
///
/// # Errors
/// `NotFound`.
pub async fn revoke_api_key(app: &App, workspace: WorkspaceId, actor: Actor, id: ApiKeyId) -> Result<()> {
    end_api_key(app, workspace, actor, id).await.map(drop)
}

/// Like `revoke_api_key`, but returns the revoked key.
///
/// # Errors
/// `NotFound`; `Forbidden` when the key has more rights than the actor.
pub async fn end_api_key(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: ApiKeyId,
) -> Result<api_key::Model> {
    super::allow(actor, super::Right::ManageApiKeys)?;
    let mut work = app.begin(workspace, actor).await?;
    let row = api_key::Entity::find_by_id((workspace, id))
        .lock_exclusive()
        .one(work.db())
        .await?
        .ok_or(Error::NotFound)?;
    allow_role(actor, row.role)?;
    if row.revoked_at.is_some() {
        return Ok(row);
    }
    let mut row = row.into_active_model();
    row.revoked_at = Set(Some(work.now()));
    let row = api_key::Entity::update(row).exec(work.db()).await?;
    work.record(Entry::new("api_key.revoked").on(id));
    work.commit().await?;
    Ok(row)
}

/// The workspace of a key, for commands that are given only the key's id.
pub async fn find_key_by_id(
    app: &App,
    workspace: WorkspaceId,
    id: ApiKeyId,
) -> Result<Option<api_key::Model>> {
    Ok(api_key::Entity::find_by_id((workspace, id)).one(app.db()).await?)
}

/// Authenticates an API key. One lookup by primary key; `last_used_at` is written at most once a minute.
///
/// # Errors
/// `Unauthenticated` when the key is unknown, expired or revoked, or its creator has lost access: the answers
/// are alike.
pub async fn authenticate(app: &App, bearer: &str) -> Result<Caller> {
    let (workspace, id, hash) = credentials::read(PREFIX, bearer).ok_or(Error::Unauthenticated)?;
    let id = ApiKeyId(id);
    let (standing, caller) = standing(app, workspace, id).await?;
    // Both sides are hashes of a 256-bit secret, so comparing them leaks nothing useful.
    if standing.hash != hash {
        return Err(Error::Unauthenticated);
    }
    let now = app.now();
    if standing.last_used_at.is_none_or(|at| at + TimeDelta::minutes(1) <= now) {
        let used = api_key::Entity::update_many()
            .col_expr(api_key::Column::LastUsedAt, Expr::value(now))
            .filter(api_key::Column::WorkspaceId.eq(workspace))
            .filter(api_key::Column::Id.eq(id));
        if let Err(error) = app.ledger.db.touch_in_passing(&used).await {
            Error::from(error).log();
        }
    }
    Ok(caller)
}
