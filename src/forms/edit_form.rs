//! Creates, changes, archives and restores forms. A draft may be incomplete; publishing alone changes what
//! visitors see.

use entity::{FormId, Time, WorkspaceId, form};
use sea_orm::{ActiveValue::Set, EntityTrait, IntoActiveModel, QuerySelect};

use super::definition::Definition;
use crate::{
    accounts::{Right, allow},
    app::App,
    error::{Error, Problem, ProblemCode, Result, gather},
    platform::{
        actor::Actor,
        text::is_line,
        work::{Entry, Work},
    },
};

/// Limit on a draft as JSON, in bytes.
const MOST_BYTES: usize = 200_000;

/// Creates a form with a draft.
///
/// # Errors
/// `Rejected` without a name, or with invalid origins.
pub async fn create_form(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    name: &str,
    definition: &Definition,
) -> Result<form::Model> {
    allow(actor, Right::ManageForms)?;
    let mut problems = Vec::new();
    gather(&mut problems, check_name(name))?;
    let Some(draft) = gather(&mut problems, to_draft(definition))?.filter(|_| problems.is_empty()) else {
        return Err(Error::Rejected(problems));
    };
    let mut work = app.begin(workspace, actor).await?;
    let row = form::Model {
        workspace_id: workspace,
        id: FormId::new(),
        name: name.trim().to_owned(),
        draft,
        published_version_id: None,
        version: 1,
        created_at: work.now(),
        updated_at: work.now(),
        archived_at: None,
    };
    form::Entity::insert(row.clone().into_active_model()).exec_without_returning(work.db()).await?;
    work.record(Entry::new("form.created").on(row.id));
    work.commit().await?;
    Ok(row)
}

/// Changes name and draft. Visitors still see the published version.
///
/// # Errors
/// `Rejected` with `STALE` when it was changed since it was read.
pub async fn update_form(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: FormId,
    expected_version: i32,
    name: Option<String>,
    definition: Option<Definition>,
) -> Result<form::Model> {
    allow(actor, Right::ManageForms)?;
    let mut problems = Vec::new();
    gather(&mut problems, name.as_deref().map_or(Ok(()), check_name))?;
    let draft = gather(&mut problems, definition.as_ref().map(to_draft).transpose())?.flatten();
    let mut work = app.begin(workspace, actor).await?;
    let row = form::Entity::find_by_id((workspace, id))
        .lock_exclusive()
        .one(work.db())
        .await?
        .ok_or(Error::NotFound)?;
    if row.version != expected_version {
        let message = "Somebody changed this form since you read it: read it again and repeat your change.";
        problems.push(Problem::new(ProblemCode::Stale, "expectedVersion", message));
    }
    if row.archived_at.is_some() {
        problems.push(Problem::new(
            ProblemCode::WrongState,
            "formId",
            "This form is archived: restore it first.",
        ));
    }
    if !problems.is_empty() {
        return Err(Error::Rejected(problems));
    }
    let changed = form::Model {
        name: name.unwrap_or_else(|| row.name.clone()),
        draft: draft.unwrap_or_else(|| row.draft.clone()),
        version: row.version + 1,
        updated_at: work.now(),
        ..row.clone()
    };
    let mut update = row.into_active_model();
    update.name = Set(changed.name.clone());
    update.draft = Set(changed.draft.clone());
    update.version = Set(changed.version);
    update.updated_at = Set(changed.updated_at);
    form::Entity::update(update).exec(work.db()).await?;
    work.record(Entry::new("form.updated").on(id));
    work.commit().await?;
    Ok(changed)
}

/// Archives a form: its page says that it is closed, and submissions are refused. Idempotent.
///
/// # Errors
/// `NotFound` when there is no such form.
pub async fn archive_form(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: FormId,
) -> Result<form::Model> {
    allow(actor, Right::ManageForms)?;
    let mut work = app.begin(workspace, actor).await?;
    let row = form::Entity::find_by_id((workspace, id))
        .lock_exclusive()
        .one(work.db())
        .await?
        .ok_or(Error::NotFound)?;
    if row.archived_at.is_some() {
        return Ok(row);
    }
    let now = work.now();
    let row = set_archived(&mut work, row, Some(now)).await?;
    work.commit().await?;
    Ok(row)
}

/// Restores an archived form: visitors see the last published version, if there is one. Idempotent.
///
/// # Errors
/// `NotFound` when there is no such form.
pub async fn restore_form(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: FormId,
) -> Result<form::Model> {
    allow(actor, Right::ManageForms)?;
    let mut work = app.begin(workspace, actor).await?;
    let row = form::Entity::find_by_id((workspace, id))
        .lock_exclusive()
        .one(work.db())
        .await?
        .ok_or(Error::NotFound)?;
    if row.archived_at.is_none() {
        return Ok(row);
    }
    let row = set_archived(&mut work, row, None).await?;
    work.commit().await?;
    Ok(row)
}

async fn set_archived(work: &mut Work, row: form::Model, archived_at: Option<Time>) -> Result<form::Model> {
    let changed = form::Model { archived_at, ..row.clone() };
    let mut update = row.into_active_model();
    update.archived_at = Set(archived_at);
    form::Entity::update(update).exec(work.db()).await?;
    work.record(
        Entry::new(if archived_at.is_some() { "form.archived" } else { "form.restored" }).on(changed.id),
    );
    Ok(changed)
}

/// Loads a form.
///
/// # Errors
/// `NotFound` when there is no such form.
pub async fn load_form(app: &App, workspace: WorkspaceId, id: FormId) -> Result<form::Model> {
    form::Entity::find_by_id((workspace, id)).one(app.db()).await?.ok_or(Error::NotFound)
}

fn check_name(name: &str) -> Result<()> {
    if name.trim().is_empty() || name.chars().count() > 200 {
        return Err(Error::rejected(
            ProblemCode::Required,
            "name",
            "Give the form a name of at most 200 characters, so that staff find it.",
        ));
    }
    if !is_line(name) {
        return Err(Error::rejected(
            ProblemCode::Invalid,
            "name",
            "Use one line, without control characters.",
        ));
    }
    Ok(())
}

fn to_draft(definition: &Definition) -> Result<String> {
    let problems = definition.origin_problems();
    if !problems.is_empty() {
        return Err(Error::Rejected(problems));
    }
    let draft = serde_json::to_string(&definition.clone().with_plain_addresses())?;
    if draft.len() > MOST_BYTES {
        return Err(Error::rejected(
            ProblemCode::TooLong,
            "definition",
            "The form is too large: shorten its texts or options.",
        ));
    }
    Ok(draft)
}
