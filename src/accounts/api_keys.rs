//! API keys: credentials of programs, shown once. Each has one role, never more than whoever made it, and may expire.

use chrono::TimeDelta;
use entity::{ApiKeyId, Role, SessionId, Time, WorkspaceId, api_key, workspace};
use sea_orm::{ActiveValue::Set, EntityTrait, IntoActiveModel, QuerySelect};

use super::credentials;
use crate::{
    app::App,
    error::{Error, ProblemCode, Result},
    platform::{actor::Actor, once::once, work::Entry},
};

const PREFIX: &str = "accord_key_";

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
}

/// A key as it is handed out, once.
pub struct NewApiKey {
    /// Its row.
    pub id: ApiKeyId,
    /// The text to put into `Authorization: Bearer …`.
    pub text: String,
}

/// Makes a key.
///
/// # Errors
/// `Rejected` without a name; `NotFound` when there is no such workspace; `Forbidden` for more rights than the actor has.
pub async fn create_api_key(app: &App, workspace: WorkspaceId, actor: Actor, name: &str, role: Role, expires_at: Option<Time>) -> Result<NewApiKey> {
    let (row, text) = create_api_key_once(app, workspace, actor, name, role, expires_at, None).await?;
    Ok(NewApiKey { id: row.id, text: text.ok_or(Error::Conflict)? })
}

/// Makes a key, once for each `key` of the caller's. The text is given only when it was made just now.
///
/// # Errors
/// As `create_api_key`.
pub async fn create_api_key_once(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    name: &str,
    role: Role,
    expires_at: Option<Time>,
    key: Option<&str>,
) -> Result<(api_key::Model, Option<String>)> {
    super::allow(actor, super::Right::ManageApiKeys)?;
    super::change_member::allow_on(actor, role)?;
    if name.trim().is_empty() || name.chars().count() > 100 {
        return Err(Error::rejected(ProblemCode::Required, "name", "Say in at most 100 characters what the key is for."));
    }
    if expires_at.is_some_and(|at| at <= app.now()) {
        return Err(Error::rejected(ProblemCode::Invalid, "expiresAt", "Give a time to come, or leave it out."));
    }
    let id = ApiKeyId::new();
    let minted = credentials::mint(PREFIX, workspace, id.0);
    let mut work = app.begin(workspace, actor).await?;
    workspace::Entity::find_by_id(workspace).one(work.db()).await?.ok_or(Error::NotFound)?;
    if let Some(before) = once(&work, &app.vault, "createApiKey", key, &(name, role, expires_at), &id.to_string()).await? {
        let before: ApiKeyId = before.parse().map_err(|_| Error::internal("an idempotency key names no API key"))?;
        let row = api_key::Entity::find_by_id((workspace, before)).one(app.db()).await?.ok_or(Error::NotFound)?;
        return Ok((row, None));
    }
    let row = api_key::Model {
        workspace_id: workspace,
        id,
        name: name.trim().to_owned(),
        role,
        hash: minted.hash,
        created_at: work.now(),
        expires_at,
        last_used_at: None,
        revoked_at: None,
    };
    api_key::Entity::insert(row.clone().into_active_model()).exec_without_returning(work.db()).await?;
    work.record(Entry::new("api_key.created").on(id).with("role", role));
    work.commit().await?;
    Ok((row, Some(minted.text)))
}

/// Ends a key; a second time changes nothing.
///
/// # Errors
/// `NotFound`.
pub async fn revoke_api_key(app: &App, workspace: WorkspaceId, actor: Actor, id: ApiKeyId) -> Result<()> {
    end_api_key(app, workspace, actor, id).await.map(drop)
}

/// The same, giving the key as it is then.
///
/// # Errors
/// `NotFound`; `Forbidden` when it may do more than the actor.
pub async fn end_api_key(app: &App, workspace: WorkspaceId, actor: Actor, id: ApiKeyId) -> Result<api_key::Model> {
    super::allow(actor, super::Right::ManageApiKeys)?;
    let mut work = app.begin(workspace, actor).await?;
    let row = api_key::Entity::find_by_id((workspace, id)).lock_exclusive().one(work.db()).await?.ok_or(Error::NotFound)?;
    super::change_member::allow_on(actor, row.role)?;
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

/// The workspace of a key, for commands that name a key only.
pub async fn find_key_by_id(app: &App, workspace: WorkspaceId, id: ApiKeyId) -> Result<Option<api_key::Model>> {
    Ok(api_key::Entity::find_by_id((workspace, id)).one(app.db()).await?)
}

/// Who holds this key. One lookup by primary key; `last_used_at` is touched at most once a minute.
///
/// # Errors
/// `Unauthenticated` when the key is unknown, expired or revoked: the answers are alike.
pub async fn authenticate(app: &App, bearer: &str) -> Result<Caller> {
    let (workspace, id, hash) = credentials::read(PREFIX, bearer).ok_or(Error::Unauthenticated)?;
    let row = living(app, workspace, ApiKeyId(id)).await?;
    // Both sides are hashes of a 256-bit secret, so comparing them leaks nothing of use.
    if row.hash != hash {
        return Err(Error::Unauthenticated);
    }
    let now = app.now();
    if row.last_used_at.is_none_or(|at| at + TimeDelta::minutes(1) <= now) {
        let touched = app
            .ledger
            .db
            .touch("UPDATE api_key SET last_used_at = $3 WHERE workspace_id = $1 AND id = $2", vec![workspace.into(), row.id.into(), now.into()])
            .await;
        if let Err(error) = touched {
            Error::from(error).log();
        }
    }
    Ok(caller(&row))
}

/// The holder of a key, for as long as it lives.
pub(super) async fn renew(app: &App, known: Caller) -> Result<Caller> {
    match known.actor {
        Actor::ApiKey(id, _) => Ok(caller(&living(app, known.workspace, id).await?)),
        _ => Err(Error::Unauthenticated),
    }
}

async fn living(app: &App, workspace: WorkspaceId, id: ApiKeyId) -> Result<api_key::Model> {
    let row = api_key::Entity::find_by_id((workspace, id)).one(app.db()).await?.ok_or(Error::Unauthenticated)?;
    let over = row.revoked_at.is_some() || row.expires_at.is_some_and(|at| at <= app.now());
    if over { Err(Error::Unauthenticated) } else { Ok(row) }
}

fn caller(row: &api_key::Model) -> Caller {
    Caller { actor: Actor::ApiKey(row.id, row.role), workspace: row.workspace_id, session: None, stepped_up_at: None, must_enrol: false }
}
