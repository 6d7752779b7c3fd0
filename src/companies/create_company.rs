//! Creates companies, from staff or an integration, and upserts them by external id.

use entity::{CompanyId, EntityKind, WorkspaceId, company};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect,
    sea_query::OnConflict,
};

use super::{
    company_values as values,
    company_values::{CompanyChanges, NAMELESS},
    load_company::load_company,
};
use crate::{
    accounts::{Right, allow},
    activities::report_differences::{About, report_differences},
    app::App,
    error::{Error, ProblemCode, Result},
    fields::set_custom,
    platform::{
        actor::Actor,
        once::once,
        vault::Vault,
        work::{Entry, Work},
    },
    records::{
        provenance::{INTEGRATION, STAFF, proven_fields},
        values::Check,
    },
};

/// Creates a company; with the same idempotency key only once.
///
/// # Errors
/// `Rejected` with everything that is wrong; `TAKEN` when another company has the domain or the external id.
pub async fn create_company(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    new: CompanyChanges,
    key: Option<&str>,
) -> Result<company::Model> {
    allow(actor, Right::WriteContacts)?;
    let mut check = Check::of(app, workspace).await?;
    let new = values::read(&mut check, new);
    let mut work = app.begin(workspace, actor).await?;
    let row = values::blank(&work);
    let known = once(&work, &app.vault, "createCompany", key, &new, &row.id.to_string()).await?;
    if let Some(id) = known.and_then(|id| id.parse::<CompanyId>().ok()) {
        drop(work);
        return load_company(app, workspace, id).await;
    }
    let Some(row) = insert(&app.vault, &mut work, &mut check, row, &new, STAFF).await? else {
        return Err(overtaken(&app.vault, &work, &mut check, &new).await);
    };
    work.commit().await?;
    Ok(row)
}

/// Creates the company with this external id, or updates it without replacing what staff entered or
/// confirmed: differences become a task for them. Of two concurrent calls, one creates it and the other
/// updates it. Returns whether it was created.
///
/// # Errors
/// `Rejected` with all problems of the input.
pub async fn upsert_company(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    input: CompanyChanges,
) -> Result<(company::Model, bool)> {
    allow(actor, Right::WriteContacts)?;
    match Box::pin(try_upsert(app, workspace, actor, input.clone())).await {
        // A concurrent call created it just now: update it.
        Err(error) if error.is_taken("externalId") => {
            Box::pin(try_upsert(app, workspace, actor, input)).await
        }
        done => done,
    }
}

async fn try_upsert(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    input: CompanyChanges,
) -> Result<(company::Model, bool)> {
    let mut check = Check::of(app, workspace).await?;
    let mut changes = values::read(&mut check, input);
    let external_id = changes.external_id.clone().unwrap_or_default();
    if external_id.is_empty() {
        if !check.has_problem_with("externalId") {
            check.problem(
                ProblemCode::Required,
                "externalId",
                "Give the id that the other system knows it by.",
            );
        }
        check.done()?;
    }
    let mut work = app.begin(workspace, actor).await?;
    let row = if let Some(row) = locked(&work, &external_id).await? {
        row
    } else {
        let blank = values::blank(&work);
        if let Some(row) = insert(&app.vault, &mut work, &mut check, blank, &changes, INTEGRATION).await? {
            work.commit().await?;
            return Ok((row, true));
        }
        // A concurrent unit created it just now and has ended, so it can be read.
        match locked(&work, &external_id).await? {
            Some(row) => row,
            None => return Err(overtaken(&app.vault, &work, &mut check, &changes).await),
        }
    };
    if row.archived_at.is_some() {
        check.problem(ProblemCode::WrongState, "externalId", "This company is archived: restore it first.");
    }
    let known = proven_fields(&work, row.id.0).await?;
    let lines = values::withhold(&mut changes, &row, &known);
    values::check(&app.vault, &work, &mut check, Some(&row), &changes).await?;
    let row = values::write_changes(
        &app.vault,
        &mut work,
        row,
        &changes,
        INTEGRATION,
        Entry::new("company.updated"),
    )
    .await?;
    report_differences(
        &mut work,
        About::Company(row.id),
        "Another system sent values that differ from ours.",
        &lines,
    )
    .await?;
    if work.has_entries() {
        work.commit().await?;
    }
    Ok((row, false))
}

/// The error when a concurrent unit has taken the domain or external id; that unit has ended, so the check
/// sees which.
async fn overtaken(vault: &Vault, work: &Work, check: &mut Check, new: &CompanyChanges) -> Error {
    values::check(vault, work, check, None, new).await.err().unwrap_or(Error::Conflict)
}

async fn locked(work: &Work, external_id: &str) -> Result<Option<company::Model>> {
    let row = company::Entity::find()
        .filter(company::Column::WorkspaceId.eq(work.workspace()))
        .filter(company::Column::ExternalId.eq(external_id))
        .lock_exclusive();
    Ok(row.one(work.db()).await?)
}

/// Writes everything. `None`: a concurrent unit has created one with this domain or external id.
async fn insert(
    vault: &Vault,
    work: &mut Work,
    check: &mut Check,
    mut row: company::Model,
    new: &CompanyChanges,
    source: &'static str,
) -> Result<Option<company::Model>> {
    if new.name.is_none() {
        check.problem(ProblemCode::Required, "name", NAMELESS);
    }
    values::check(vault, work, check, None, new).await?;
    let fields = values::apply(new, &mut row);
    let once = OnConflict::new().do_nothing().to_owned();
    if company::Entity::insert(row.clone().into_active_model())
        .on_conflict(once)
        .exec_without_returning(work.db())
        .await?
        == 0
    {
        return Ok(None);
    }
    let custom =
        Box::pin(set_custom(work, vault, EntityKind::Company, row.id.0, &row.custom, &new.custom, true))
            .await?;
    if custom.custom != row.custom {
        let mut update = row.clone().into_active_model();
        row.custom.clone_from(&custom.custom);
        update.custom = Set(custom.custom);
        company::Entity::update(update).exec(work.db()).await?;
    }
    values::record(work, &row, fields, custom.changed, source, Entry::new("company.created")).await?;
    Ok(Some(row))
}
