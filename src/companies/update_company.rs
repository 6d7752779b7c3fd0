//! Changes, archives and restores companies. Their contacts stay linked to them.

use entity::{CompanyId, EntityKind, WorkspaceId, company};
use sea_orm::{ActiveValue::Set, EntityTrait, IntoActiveModel, QuerySelect};

use super::{company_values as values, company_values::CompanyChanges, words::index_company};
use crate::{
    accounts::{Right, allow},
    app::App,
    error::{Error, ProblemCode, Result},
    platform::{
        actor::Actor,
        work::{Entry, Work},
    },
    records::{provenance::STAFF, values::Check},
    search,
};

/// Changes a company, if it is still as the caller read it.
///
/// # Errors
/// `Rejected` with `STALE` when it was changed since, with `WRONG_STATE` when it is archived, or with all
/// problems of the values.
pub async fn update_company(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: CompanyId,
    expected_version: i32,
    changes: CompanyChanges,
) -> Result<company::Model> {
    allow(actor, Right::WriteContacts)?;
    let mut check = Check::of(app, workspace).await?;
    let changes = values::read(&mut check, changes);
    let mut work = app.begin(workspace, actor).await?;
    let row = lock_company(&work, id).await?;
    if row.version != expected_version {
        let message =
            "Somebody changed this company since you read it: read it again and repeat your change.";
        check.problem(ProblemCode::Stale, "expectedVersion", message);
    }
    if row.archived_at.is_some() {
        check.problem(ProblemCode::WrongState, "companyId", "This company is archived: restore it first.");
    }
    values::check(&app.vault, &work, &mut check, Some(&row), &changes).await?;
    let changed =
        values::write_changes(&app.vault, &mut work, row, &changes, STAFF, Entry::new("company.updated"))
            .await?;
    if work.has_entries() {
        work.commit().await?;
    }
    Ok(changed)
}

/// Archives a company. Idempotent.
///
/// # Errors
/// `NotFound` when there is no such company.
pub async fn archive_company(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: CompanyId,
) -> Result<company::Model> {
    allow(actor, Right::WriteContacts)?;
    let mut work = app.begin(workspace, actor).await?;
    let row = lock_company(&work, id).await?;
    if row.archived_at.is_some() {
        return Ok(row);
    }
    let changed = company::Model { archived_at: Some(work.now()), updated_at: work.now(), ..row.clone() };
    put_archived(&work, row, &changed).await?;
    search::forget(&work, EntityKind::Company, id.0).await?;
    work.record(Entry::new("company.archived").on(id));
    work.commit().await?;
    Ok(changed)
}

/// Restores a company. Idempotent.
///
/// # Errors
/// `NotFound` when there is no such company.
pub async fn restore_company(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: CompanyId,
) -> Result<company::Model> {
    allow(actor, Right::WriteContacts)?;
    let mut work = app.begin(workspace, actor).await?;
    let row = lock_company(&work, id).await?;
    if row.archived_at.is_none() {
        return Ok(row);
    }
    let changed = company::Model { archived_at: None, updated_at: work.now(), ..row.clone() };
    put_archived(&work, row, &changed).await?;
    index_company(&work, &changed).await?;
    work.record(Entry::new("company.restored").on(id));
    work.commit().await?;
    Ok(changed)
}

async fn lock_company(work: &Work, id: CompanyId) -> Result<company::Model> {
    company::Entity::find_by_id((work.workspace(), id))
        .lock_exclusive()
        .one(work.db())
        .await?
        .ok_or(Error::NotFound)
}

async fn put_archived(work: &Work, row: company::Model, changed: &company::Model) -> Result<()> {
    let mut update = row.into_active_model();
    update.archived_at = Set(changed.archived_at);
    update.updated_at = Set(changed.updated_at);
    company::Entity::update(update).exec(work.db()).await?;
    Ok(())
}
