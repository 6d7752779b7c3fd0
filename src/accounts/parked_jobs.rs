//! Parked jobs, which need a person: listing them, and running them again once the cause is fixed. Staff see
//! their workspace's jobs; the operator sees all, the instance's own too (`accord jobs`).

use entity::{JobId, Time, WorkspaceId, job, workspace};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait,
};

use super::{Right, allow};
use crate::{
    app::App,
    error::{Error, ProblemCode, Result},
    platform::{
        actor::Actor,
        work::{Entry, Fact},
    },
};

/// A parked job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParkedJob {
    /// The job's id.
    pub id: JobId,
    /// The job's kind.
    pub kind: String,
    /// Why it was parked, in one word.
    pub reason: String,
    /// Number of attempts.
    pub attempts: i32,
    /// When it was parked.
    pub parked_at: Time,
}

/// A job as the operator sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnyJob {
    /// The job's row.
    pub row: job::Model,
    /// The slug of its workspace; none for the instance's own jobs.
    pub workspace: Option<String>,
}

/// The workspace's parked jobs, the latest first, at most `most`.
///
/// # Errors
/// `Forbidden` without the right.
pub async fn list_parked(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    most: u64,
) -> Result<Vec<ParkedJob>> {
    allow(actor, Right::ManageJobs)?;
    let rows = job::Entity::find()
        .filter(job::Column::WorkspaceId.eq(workspace))
        .filter(job::Column::ParkedAt.is_not_null())
        .order_by_desc(job::Column::ParkedAt)
        .order_by_desc(job::Column::Id)
        .limit(most)
        .all(app.db())
        .await?;
    Ok(rows.into_iter().filter_map(parked).collect())
}

/// Runs a parked job again now, with a full number of attempts. Returns it as it was.
///
/// # Errors
/// `NotFound` when the workspace has no such job, or it is not parked (any more).
pub async fn retry_job(app: &App, workspace: WorkspaceId, actor: Actor, id: JobId) -> Result<ParkedJob> {
    allow(actor, Right::ManageJobs)?;
    let mut work = app.begin(workspace, actor).await?;
    let row = job::Entity::find_by_id(id)
        .filter(job::Column::WorkspaceId.eq(workspace))
        .lock_exclusive()
        .one(work.db())
        .await?
        .ok_or(Error::NotFound)?;
    let job = parked(row.clone()).ok_or(Error::NotFound)?;
    let mut row = row.into_active_model();
    row.parked_at = Set(None);
    row.park_reason = Set(None);
    row.lease = Set(None);
    row.leased_until = Set(None);
    row.attempts = Set(0);
    row.run_at = Set(work.now());
    row.waits_since = Set(Some(work.now()));
    job::Entity::update(row).exec(work.db()).await?;
    work.record(Entry::new("job.retried").on(id));
    work.commit().await?;
    app.ledger.live.jobs_queued();
    Ok(job)
}

/// Jobs of all workspaces and the instance's own, oldest first: the parked ones, or with `all` also those
/// that wait or run.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn list_jobs(app: &App, all: bool) -> Result<Vec<AnyJob>> {
    let mut select = job::Entity::find();
    if !all {
        select = select.filter(job::Column::ParkedAt.is_not_null());
    }
    let rows = select.order_by_asc(job::Column::Id).all(app.db()).await?;
    let workspaces = workspace::Entity::find().all(app.db()).await?;
    let slug = |id: WorkspaceId| {
        workspaces.iter().find(|row| row.id == id).map_or_else(|| id.to_string(), |row| row.slug.clone())
    };
    Ok(rows.into_iter().map(|row| AnyJob { workspace: row.workspace_id.map(slug), row }).collect())
}

/// Runs a job now, with a full number of attempts: a parked one, or one that waits for its next attempt. For
/// the operator.
///
/// # Errors
/// `NotFound` when there is no such job; `Rejected` while it runs.
pub async fn retry_any_job(app: &App, id: JobId) -> Result<()> {
    let now = app.now();
    let waits = job::ActiveModel {
        parked_at: Set(None),
        park_reason: Set(None),
        lease: Set(None),
        leased_until: Set(None),
        begun_at: Set(None),
        attempts: Set(0),
        run_at: Set(now),
        waits_since: Set(Some(now)),
        ..Default::default()
    };
    change(app, id, job::Entity::update_many().set(waits).filter(idle(id, now)), Entry::new("job.retried"))
        .await?;
    app.ledger.live.jobs_queued();
    Ok(())
}

/// Deletes a job for good: its work will not be done. For the operator.
///
/// # Errors
/// `NotFound` when there is no such job; `Rejected` while it runs.
pub async fn drop_job(app: &App, id: JobId) -> Result<()> {
    let drop = job::Entity::delete_many().filter(idle(id, app.now()));
    change(app, id, drop, Entry::new("job.dropped")).await
}

/// The job, unless somebody is running it.
fn idle(id: JobId, now: Time) -> Condition {
    let free =
        Condition::any().add(job::Column::LeasedUntil.is_null()).add(job::Column::LeasedUntil.lte(now));
    Condition::all().add(job::Column::Id.eq(id)).add(free)
}

/// Changes a workspace's job with an entry in its journal; the instance's own jobs have no journal.
async fn change(app: &App, id: JobId, change: impl QueryTrait + Sync, entry: Entry) -> Result<()> {
    let row = job::Entity::find_by_id(id).one(app.db()).await?.ok_or(Error::NotFound)?;
    let changed = match row.workspace_id {
        None => app.ledger.db.touch_rows(&change).await?,
        Some(workspace) => {
            let mut work = app.begin(workspace, Actor::Operator).await?;
            let statement = change.build(work.db().get_database_backend());
            let changed = work.db().execute_raw(statement).await?.rows_affected();
            if changed == 1 {
                work.record(entry.on(id).with("job", Fact::Word(row.kind)));
                work.commit().await?;
            }
            changed
        }
    };
    if changed == 0 {
        return Err(Error::rejected(
            ProblemCode::WrongState,
            "job",
            "it runs just now: look again in a moment",
        ));
    }
    Ok(())
}

fn parked(row: job::Model) -> Option<ParkedJob> {
    let parked_at = row.parked_at?;
    Some(ParkedJob {
        id: row.id,
        kind: row.kind,
        reason: row.park_reason.unwrap_or_default(),
        attempts: row.attempts,
        parked_at,
    })
}
