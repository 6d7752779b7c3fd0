//! Jobs that were put aside because only a person can help: seeing them, and running them again once the cause is mended.
//! Jobs of the instance itself belong to no workspace and are not shown here: the operator reads of them in the log.

use entity::{JobId, Time, WorkspaceId, job};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect};

use super::{Right, allow};
use crate::{
    app::App,
    error::{Error, Result},
    platform::{actor::Actor, work::Entry},
};

/// A job that was put aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParkedJob {
    /// Its id.
    pub id: JobId,
    /// What it does.
    pub kind: String,
    /// Why it was put aside, as one word.
    pub reason: String,
    /// How often it ran.
    pub attempts: i32,
    /// When it was put aside.
    pub parked_at: Time,
}

/// The workspace's jobs that were put aside, the latest first, at most `most`.
///
/// # Errors
/// `Forbidden` without the right.
pub async fn list_parked(app: &App, workspace: WorkspaceId, actor: Actor, most: u64) -> Result<Vec<ParkedJob>> {
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

/// Lets a job that was put aside run again, now, with all its attempts before it. Returns it as it was.
///
/// # Errors
/// `NotFound` when the workspace has no such job, or it is not put aside (any more).
pub async fn retry_job(app: &App, workspace: WorkspaceId, actor: Actor, id: JobId) -> Result<ParkedJob> {
    allow(actor, Right::ManageJobs)?;
    let mut work = app.begin(workspace, actor).await?;
    let row =
        job::Entity::find_by_id(id).filter(job::Column::WorkspaceId.eq(workspace)).lock_exclusive().one(work.db()).await?.ok_or(Error::NotFound)?;
    let job = parked(row.clone()).ok_or(Error::NotFound)?;
    let mut row = row.into_active_model();
    row.parked_at = Set(None);
    row.park_reason = Set(None);
    row.lease = Set(None);
    row.leased_until = Set(None);
    row.attempts = Set(0);
    row.run_at = Set(work.now());
    job::Entity::update(row).exec(work.db()).await?;
    work.record(Entry::new("job.retried").on(id));
    work.commit().await?;
    app.ledger.live.jobs_queued();
    Ok(job)
}

fn parked(row: job::Model) -> Option<ParkedJob> {
    let parked_at = row.parked_at?;
    Some(ParkedJob { id: row.id, kind: row.kind, reason: row.park_reason.unwrap_or_default(), attempts: row.attempts, parked_at })
}
