//! How people join the staff: a colleague invites them, and a link in the mail leads to a page (or a client)
//! where they choose a password. The link contains the member's id and the time of the invitation. It is
//! valid while the member has not joined, is not deactivated and was not invited again, and while whoever
//! invited them still may. The first owner of a workspace is created by the operator, who passes the link on.

use chrono::TimeDelta;
use entity::{EmailAddress, MemberId, Role, Time, WorkspaceId, member, workspace};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect,
    sea_query::OnConflict,
};
use serde::Serialize;

use super::{
    allow_act_on::{allow_act_on, allow_others, allow_role},
    caller::Caller,
    inviters::{Inviter, is_vouched_for, note_inviter},
    links::{INVITATION_LIFE, invitation_link},
    mails::SendInvitation,
    names::{check_language, check_name, ms, names},
    passwords::check_password,
};

use crate::{
    app::App,
    error::{Error, Problem, ProblemCode, Result},
    link_uses::Use,
    platform::{
        actor::Actor,
        once::once,
        tokens::Link,
        work::{Entry, Work},
    },
};

/// The person to invite.
#[derive(Clone, Debug, Serialize)]
pub struct NewMember {
    /// Where the invitation is sent.
    pub email: String,
    /// Display name; they may change it when they join.
    pub name: String,
    /// Role in the workspace.
    pub role: Role,
    /// `fr` or `en`; none = the workspace's language.
    pub language: Option<String>,
}

/// Invites a person.
///
/// # Errors
/// `Rejected` when the address is invalid or taken; `Forbidden` without the right, or when anybody but an
/// owner invites an owner.
pub async fn invite_member(
    app: &App,
    caller: Caller,
    new: NewMember,
    key: Option<&str>,
) -> Result<member::Model> {
    allow_others(caller)?;
    allow_role(caller.actor, new.role)?;
    let id = MemberId::new();
    let mut work = app.begin(caller.workspace, caller.actor).await?;
    if let Some(before) = once(&work, &app.vault, "inviteMember", key, &new, &id.to_string()).await? {
        let before: MemberId =
            before.parse().map_err(|_| Error::internal("an idempotency key names no member"))?;
        return member::Entity::find_by_id((caller.workspace, before))
            .one(work.db())
            .await?
            .ok_or(Error::NotFound);
    }
    let row = add(&mut work, id, &new, Inviter::of(caller)).await?;
    work.enqueue(&SendInvitation { workspace: caller.workspace, member: id })?;
    work.commit().await?;
    Ok(row)
}

/// Sends the invitation again with a new link; the old one becomes invalid.
///
/// # Errors
/// `Rejected` when they have joined; `NotFound`.
pub async fn resend_invitation(app: &App, caller: Caller, id: MemberId) -> Result<member::Model> {
    allow_others(caller)?;
    let mut work = app.begin(caller.workspace, caller.actor).await?;
    let row = member::Entity::find_by_id((caller.workspace, id))
        .lock_exclusive()
        .one(work.db())
        .await?
        .ok_or(Error::NotFound)?;
    allow_act_on(caller, &row)?;
    if row.joined_at.is_some() || row.deactivated_at.is_some() {
        return Err(Error::rejected(
            ProblemCode::WrongState,
            "memberId",
            "Only somebody who has not joined yet can be invited again.",
        ));
    }
    let mut change = row.into_active_model();
    change.invited_at = Set(work.now());
    let row = member::Entity::update(change).exec(work.db()).await?;
    note_inviter(&work, id, Inviter::of(caller)).await?;
    work.record(Entry::new("member.invited").on(id).with("role", row.role));
    work.enqueue(&SendInvitation { workspace: caller.workspace, member: id })?;
    work.commit().await?;
    Ok(row)
}

/// Creates an owner of a workspace, for the operator, and returns the link with which they join. Nothing is
/// mailed. An owner who has not joined yet gets a new link, and the old one becomes invalid.
///
/// # Errors
/// `Rejected` when the address is invalid or taken; `Forbidden` for anybody but the operator.
pub async fn create_owner(
    app: &App,
    actor: Actor,
    workspace: WorkspaceId,
    email: &str,
    name: &str,
) -> Result<String> {
    if actor != Actor::Operator {
        return Err(Error::Forbidden);
    }
    let new = NewMember { email: email.to_owned(), name: name.to_owned(), role: Role::Owner, language: None };
    let mut work = app.begin(workspace, actor).await?;
    let row = match find_by_email(&work, email).await? {
        Some(known) => invite_owner_again(&mut work, known).await?,
        None => add(&mut work, MemberId::new(), &new, Inviter::default()).await?,
    };
    work.commit().await?;
    Ok(invitation_link(app, &row))
}

async fn find_by_email(work: &Work, email: &str) -> Result<Option<member::Model>> {
    let Ok(email) = EmailAddress::parse(email) else { return Ok(None) };
    let of_address = super::members_of(work.workspace()).filter(member::Column::EmailKey.eq(email.key()));
    Ok(of_address.lock_exclusive().one(work.db()).await?)
}

async fn invite_owner_again(work: &mut Work, row: member::Model) -> Result<member::Model> {
    let refuse = |message: &str| Err(Error::rejected(ProblemCode::Taken, "email", message));
    if row.deactivated_at.is_some() {
        return refuse(
            "This address belongs to a former member: an owner can restore their access with `reactivateMember`.",
        );
    }
    if row.joined_at.is_some() {
        return refuse(
            "This address belongs to a member who has already joined: they can sign in, or ask for a new password.",
        );
    }
    if row.role != Role::Owner {
        return refuse(
            "This address was already invited with another role: an owner can change it with `updateMember`.",
        );
    }
    let (id, before) = (row.id, row.invited_at);
    let mut change = row.into_active_model();
    // A link contains the time of its invitation, so a new time makes a new link.
    change.invited_at = Set(work.now().max(before + TimeDelta::milliseconds(1)));
    let row = member::Entity::update(change).exec(work.db()).await?;
    note_inviter(work, id, Inviter::default()).await?;
    work.record(Entry::new("member.invited").on(id).with("role", row.role));
    Ok(row)
}

async fn add(work: &mut Work, id: MemberId, new: &NewMember, inviter: Inviter) -> Result<member::Model> {
    let workspace =
        workspace::Entity::find_by_id(work.workspace()).one(work.db()).await?.ok_or(Error::NotFound)?;
    let mut problems = Vec::new();
    let email = EmailAddress::parse(&new.email);
    if email.is_err() {
        problems.push(Problem::new(
            ProblemCode::Invalid,
            "email",
            "Give an e-mail address, like ada@example.org.",
        ));
    }
    problems.extend(check_name(&new.name));
    let language = new.language.clone().unwrap_or(workspace.default_language);
    problems.extend(check_language(&language));
    let Ok(email) = email else { return Err(Error::Rejected(problems)) };
    if !problems.is_empty() {
        return Err(Error::Rejected(problems));
    }
    let now = work.now();
    let row = member::Model {
        workspace_id: work.workspace(),
        id,
        email: email.as_entered().to_owned(),
        email_key: email.key(),
        name: new.name.trim().to_owned(),
        role: new.role,
        language,
        password_hash: None,
        totp_sealed: None,
        totp_pending_sealed: None,
        totp_last_step: None,
        credentials_changed_at: now,
        invited_at: now,
        joined_at: None,
        deactivated_at: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    let taken =
        OnConflict::columns([member::Column::WorkspaceId, member::Column::EmailKey]).do_nothing().to_owned();
    let insert = member::Entity::insert(row.clone().into_active_model()).on_conflict(taken);
    if insert.exec_without_returning(work.db()).await? == 0 {
        let message = "A member with this address exists: invite them again with `resendInvitation`, or restore their access with `reactivateMember`.";
        return Err(Error::rejected(ProblemCode::Taken, "email", message));
    }
    note_inviter(work, id, inviter).await?;
    work.record(Entry::new("member.invited").on(id).with("role", new.role));
    Ok(row)
}

/// The invited member and their workspace; none when the link is invalid or no longer valid.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn look_at_invitation(app: &App, token: &str) -> Result<Option<(member::Model, workspace::Model)>> {
    let Some(link) = app.vault.verify(Use::Join, token) else { return Ok(None) };
    let Some(row) = member::Entity::find_by_id((link.workspace, MemberId(link.row))).one(app.db()).await?
    else {
        return Ok(None);
    };
    if !is_good(&link, &row, app.now()) || !is_vouched_for(app.db(), &row, app.now()).await? {
        return Ok(None);
    }
    let workspace = workspace::Entity::find_by_id(link.workspace).one(app.db()).await?;
    Ok(workspace.map(|workspace| (row, workspace)))
}

fn is_good(link: &Link, row: &member::Model, now: Time) -> bool {
    row.joined_at.is_none()
        && row.deactivated_at.is_none()
        && link.extra == ms(row.invited_at)
        && now < row.invited_at + INVITATION_LIFE
}

/// Joins: the invited person chooses a password, and may correct their name. They are not signed in.
///
/// # Errors
/// `Rejected` when the link is invalid or no longer valid, or the password is not allowed.
pub async fn accept_invitation(
    app: &App,
    token: &str,
    name: Option<&str>,
    password: &str,
) -> Result<member::Model> {
    let void = || {
        Error::rejected(
            ProblemCode::WrongState,
            "token",
            "This invitation no longer works: ask for a new one.",
        )
    };
    let (row, workspace) = look_at_invitation(app, token).await?.ok_or_else(void)?;
    let name = name.unwrap_or(&row.name);
    let mut problems: Vec<Problem> = check_name(name).into_iter().collect();
    if let Err(Error::Rejected(more)) = check_password(password, "password", &names(&workspace, &row, name)) {
        problems.extend(more);
    }
    if !problems.is_empty() {
        return Err(Error::Rejected(problems));
    }
    let hash = app.passwords.hash(password).await?;
    let link = app.vault.verify(Use::Join, token).ok_or_else(void)?;
    let mut work = app.begin(row.workspace_id, Actor::Member(row.id, row.role)).await?;
    let fresh =
        member::Entity::find_by_id((row.workspace_id, row.id)).lock_exclusive().one(work.db()).await?;
    let fresh = fresh.filter(|fresh| is_good(&link, fresh, work.now())).ok_or_else(void)?;
    if !is_vouched_for(work.db(), &fresh, work.now()).await? {
        return Err(void());
    }
    let (id, version) = (fresh.id, fresh.version);
    let mut change = fresh.into_active_model();
    change.name = Set(name.trim().to_owned());
    change.password_hash = Set(Some(hash));
    change.joined_at = Set(Some(work.now()));
    change.credentials_changed_at = Set(work.now());
    change.version = Set(version + 1);
    change.updated_at = Set(work.now());
    let row = member::Entity::update(change).exec(work.db()).await?;
    work.record(Entry::new("member.joined").on(id).with("role", row.role));
    work.commit().await?;
    Ok(row)
}
