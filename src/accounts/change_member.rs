//! Changes to members: name, role, deactivation and reactivation. A workspace always keeps one owner who can
//! sign in, whoever acts and however many at once: the owners' rows are locked before they are counted. Only
//! an owner grants or takes away ownership.

use entity::{MemberId, Role, member};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};

use super::{
    allow_act_on::{allow_act_on, allow_others, allow_role},
    api_keys::bring_down,
    caller::Caller,
    inviters::{Inviter, note_inviter},
    names::{check_language, check_name},
    sessions::end_all,
};
use crate::{
    app::App,
    error::{Error, Problem, ProblemCode, Result},
    platform::work::{Entry, Fact, Work},
};

/// Changes to a member; none = unchanged.
#[derive(Clone, Debug, Default)]
pub struct MemberChanges {
    /// Display name.
    pub name: Option<String>,
    /// Role in the workspace.
    pub role: Option<Role>,
    /// `fr` or `en`.
    pub language: Option<String>,
}

/// Changes a member. Everybody may change their own name and language.
///
/// # Errors
/// `Stale` when the member was changed in the meantime; `Rejected` when no owner would be left; `Forbidden`.
pub async fn update_member(
    app: &App,
    caller: Caller,
    id: MemberId,
    expected: i32,
    changes: MemberChanges,
) -> Result<member::Model> {
    let own = caller.actor.member() == Some(id) && changes.role.is_none();
    if !own {
        allow_others(caller)?;
    }
    let mut problems: Vec<Problem> = Vec::new();
    problems.extend(changes.name.as_deref().and_then(check_name));
    problems.extend(changes.language.as_deref().and_then(check_language));
    if !problems.is_empty() {
        return Err(Error::Rejected(problems));
    }
    let mut work = app.begin(caller.workspace, caller.actor).await?;
    let (row, owners) = lock(&work, id).await?;
    allow_act_on(caller, &row)?;
    if row.version != expected {
        return Err(Error::rejected(
            ProblemCode::Stale,
            "expectedVersion",
            "Somebody changed this member since you read them: read them again.",
        ));
    }
    let role = changes.role.unwrap_or(row.role);
    if role != row.role {
        allow_role(caller.actor, role)?;
        if row.role == Role::Owner {
            keep_an_owner(&owners, id, "role")?;
        }
    }
    let mut fields: Vec<&'static str> = Vec::new();
    let (before, mut change) = (row.clone(), row.into_active_model());
    if let Some(name) = changes.name.map(|name| name.trim().to_owned()).filter(|name| *name != before.name) {
        change.name = Set(name);
        fields.push("name");
    }
    if let Some(language) = changes.language.filter(|language| *language != before.language) {
        change.language = Set(language);
        fields.push("language");
    }
    if role != before.role {
        change.role = Set(role);
        fields.push("role");
    }
    if fields.is_empty() {
        return Ok(before);
    }
    change.version = Set(before.version + 1);
    change.updated_at = Set(work.now());
    let row = member::Entity::update(change).exec(work.db()).await?;
    if role != before.role {
        bring_down(&mut work, id, Some(role)).await?;
        if row.joined_at.is_none() {
            note_inviter(&work, id, Inviter::of(caller)).await?;
        }
    }
    let mut entry = Entry::new("member.updated").on(id).with("fields", fields.into_iter().collect::<Fact>());
    if role != before.role {
        entry = entry.with("role", role).with("roleBefore", before.role);
    }
    work.record(entry);
    work.commit().await?;
    Ok(row)
}

/// Ends a member's access, at once and everywhere. Repeating it changes nothing.
///
/// # Errors
/// `Rejected` for the last owner; `NotFound`; `Forbidden`.
pub async fn deactivate_member(app: &App, caller: Caller, id: MemberId) -> Result<member::Model> {
    allow_others(caller)?;
    leave(app, caller, id, "memberId").await
}

/// Ends the caller's own access.
///
/// # Errors
/// `Rejected` for the last owner; `Forbidden` for programs.
pub async fn leave_workspace(app: &App, caller: Caller) -> Result<member::Model> {
    let id = caller.actor.member().ok_or(Error::Forbidden)?;
    leave(app, caller, id, "").await
}

async fn leave(app: &App, caller: Caller, id: MemberId, field: &str) -> Result<member::Model> {
    let mut work = app.begin(caller.workspace, caller.actor).await?;
    let (row, owners) = lock(&work, id).await?;
    allow_act_on(caller, &row)?;
    if row.deactivated_at.is_some() {
        return Ok(row);
    }
    if row.role == Role::Owner {
        keep_an_owner(&owners, id, field)?;
    }
    let version = row.version;
    let mut change = row.into_active_model();
    change.deactivated_at = Set(Some(work.now()));
    change.credentials_changed_at = Set(work.now());
    change.version = Set(version + 1);
    change.updated_at = Set(work.now());
    let row = member::Entity::update(change).exec(work.db()).await?;
    end_all(&mut work, id, None, "deactivated").await?;
    bring_down(&mut work, id, None).await?;
    work.record(Entry::new("member.deactivated").on(id));
    work.commit().await?;
    Ok(row)
}

/// Restores a member's access. Password and second factor are unchanged; old sessions stay ended.
///
/// # Errors
/// `NotFound`; `Forbidden`.
pub async fn reactivate_member(app: &App, caller: Caller, id: MemberId) -> Result<member::Model> {
    allow_others(caller)?;
    let mut work = app.begin(caller.workspace, caller.actor).await?;
    let (row, _) = lock(&work, id).await?;
    allow_act_on(caller, &row)?;
    if row.deactivated_at.is_none() {
        return Ok(row);
    }
    let version = row.version;
    let mut change = row.into_active_model();
    change.deactivated_at = Set(None);
    change.version = Set(version + 1);
    change.updated_at = Set(work.now());
    let row = member::Entity::update(change).exec(work.db()).await?;
    work.record(Entry::new("member.reactivated").on(id));
    work.commit().await?;
    Ok(row)
}

/// Locks the member and all owners in the order of their ids, so that two actions on two owners cannot
/// deadlock.
async fn lock(work: &Work, id: MemberId) -> Result<(member::Model, Vec<member::Model>)> {
    let owners = super::members_of(work.workspace())
        .filter(member::Column::Role.eq(Role::Owner))
        .order_by_asc(member::Column::Id)
        .lock_exclusive()
        .all(work.db())
        .await?;
    let row = member::Entity::find_by_id((work.workspace(), id))
        .lock_exclusive()
        .one(work.db())
        .await?
        .ok_or(Error::NotFound)?;
    Ok((row, owners))
}

fn keep_an_owner(owners: &[member::Model], id: MemberId, field: &str) -> Result<()> {
    let others = owners
        .iter()
        .any(|owner| owner.id != id && owner.joined_at.is_some() && owner.deactivated_at.is_none());
    if others {
        return Ok(());
    }
    let message = "This is the last owner with access: make somebody else an owner first.";
    let field = if field.is_empty() { None } else { Some(field.to_owned()) };
    Err(Error::Rejected(vec![Problem { code: ProblemCode::WrongState, field, message: message.to_owned() }]))
}
