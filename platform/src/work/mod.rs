//! The unit of work: rows change, jobs are queued and journal entries are appended in one transaction, or
//! nothing happens.
//!
//! `app.begin(workspace, actor)` → statements on `work.db()` → `work.record(entry)` → `work.enqueue(&job)` →
//! `work.commit()`. Dropping it rolls back. The journal's counter is incremented in the last statement before
//! the commit, so that the units of one workspace are serialised only for the duration of that commit.

mod append;
pub mod attempt;
mod entry;
mod turns;

use std::sync::atomic::{AtomicBool, Ordering};

use entity::{EntryId, JobId, Time, WorkspaceId, job};
use sea_orm::{ActiveValue::Set, EntityTrait};

pub use entity::Fact;
pub use entry::Entry;
pub use turns::Turns;

use super::{
    actor::Actor,
    clock::Clock,
    db::{Db, Tx, sql},
    live::Live,
    metrics::Metrics,
    outbox::{Job, Run},
    traces::Unit,
};
use crate::error::{Error, Result};

/// Most entries of one unit: longer work is split into several units.
const MOST_ENTRIES: usize = 500;

/// The row of a job that nobody has run yet: at once, in the middle of the queue.
#[must_use]
pub fn new_job(
    id: JobId,
    workspace: Option<WorkspaceId>,
    kind: &str,
    payload: String,
    now: Time,
) -> job::ActiveModel {
    job::ActiveModel {
        id: Set(id),
        workspace_id: Set(workspace),
        kind: Set(kind.to_owned()),
        payload: Set(payload),
        priority: Set(50),
        run_at: Set(now),
        attempts: Set(0),
        lease: Set(None),
        leased_until: Set(None),
        parked_at: Set(None),
        park_reason: Set(None),
        dedupe_key: Set(None),
        created_at: Set(now),
        waits_since: Set(Some(now)),
        begun_at: Set(None),
    }
}

/// What a unit of work needs to begin and to tell others.
#[derive(Clone)]
pub struct Ledger {
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: Clock,
    /// Hints to readers.
    pub live: Live,
    /// Metrics of this node.
    pub metrics: Metrics,
    /// The queue for the journal's counter.
    pub turns: Turns,
}

/// An open unit of work in one workspace.
pub struct Work {
    ledger: Ledger,
    tx: Tx,
    workspace: WorkspaceId,
    actor: Actor,
    now: Time,
    entries: Vec<(EntryId, Actor, Entry)>,
    jobs: Vec<job::ActiveModel>,
    wake: bool,
    destroys: AtomicBool,
    unit: Unit,
}

impl Ledger {
    /// Begins a unit of work.
    ///
    /// # Errors
    /// `Busy` when the database is unreachable.
    pub async fn begin(&self, workspace: WorkspaceId, actor: Actor) -> Result<Work> {
        let unit = Unit::begin();
        let tx = self.db.begin().await?;
        Ok(Work {
            ledger: self.clone(),
            tx,
            workspace,
            actor,
            now: self.clock.now(),
            entries: Vec::new(),
            jobs: Vec::new(),
            wake: false,
            destroys: AtomicBool::new(false),
            unit,
        })
    }
}

impl Work {
    /// The transaction, for all reads and writes of this unit.
    #[must_use]
    pub fn db(&self) -> &Tx {
        &self.tx
    }

    /// The workspace to which everything in this unit belongs.
    #[must_use]
    pub fn workspace(&self) -> WorkspaceId {
        self.workspace
    }

    /// The time of everything in this unit.
    #[must_use]
    pub fn now(&self) -> Time {
        self.now
    }

    /// The actor.
    #[must_use]
    pub fn actor(&self) -> Actor {
        self.actor
    }

    /// Changes the actor, when the mailbox turns out to belong to a contact.
    pub fn act_as(&mut self, actor: Actor) {
        self.actor = actor;
    }

    /// Adds an entry, to be appended to the journal at the commit. Returns its ID.
    pub fn record(&mut self, entry: Entry) -> EntryId {
        let id = entry.id();
        self.entries.push((id, self.actor, entry));
        id
    }

    /// Whether any entry was recorded: a repeat that changed nothing need not commit.
    #[must_use]
    pub fn has_entries(&self) -> bool {
        !self.entries.is_empty()
    }

    /// Queues a job, to run as soon as possible after the commit.
    ///
    /// # Errors
    /// `Internal` when the payload cannot be serialised.
    pub fn enqueue<J: Job>(&mut self, job: &J) -> Result<JobId> {
        let id = JobId::new();
        self.enqueue_at(id, job, self.now)?;
        Ok(id)
    }

    /// Queues a job with the given ID, to run not before `run_at`.
    ///
    /// # Errors
    /// `Internal` when the payload cannot be serialised.
    pub fn enqueue_at<J: Job>(&mut self, id: JobId, job: &J, run_at: Time) -> Result<()> {
        self.enqueue_behind(id, job, run_at, 0)
    }

    /// Like `enqueue_at`, but runs after jobs of its kind's normal priority: `places` is added to the
    /// priority.
    ///
    /// # Errors
    /// `Internal` when the payload cannot be serialised.
    pub fn enqueue_behind<J: Job>(&mut self, id: JobId, job: &J, run_at: Time, places: i32) -> Result<()> {
        self.wake |= run_at <= self.now;
        let payload = serde_json::to_string(job)?;
        self.jobs.push(job::ActiveModel {
            priority: Set(J::PRIORITY + places),
            run_at: Set(run_at),
            dedupe_key: Set(job.dedupe_key()),
            ..new_job(id, Some(self.workspace), J::KIND, payload, self.now)
        });
        Ok(())
    }

    /// Deletes the running job in this unit, so that its effect and its end are atomic.
    ///
    /// # Errors
    /// `Conflict` when the lease was lost: another worker runs it now, and this unit must not be committed.
    pub async fn finish(&mut self, run: &Run) -> Result<()> {
        let statement = sql(
            self.db(),
            "DELETE FROM job WHERE id = $1 AND lease = $2",
            [run.id.into(), run.lease.clone().into()],
        );
        match sea_orm::ConnectionTrait::execute_raw(self.db(), statement).await?.rows_affected() {
            1 => Ok(()),
            _ => Err(Error::Conflict),
        }
    }

    /// Marks that this unit destroys keys or sealed content, whose bytes are then also removed from the
    /// database's files.
    pub fn destroys(&self) {
        self.destroys.store(true, Ordering::Relaxed);
    }

    /// Commits, then sends hints. Returns the number of the newest entry, if there was one.
    ///
    /// # Errors
    /// Nothing was written, unless the connection broke during the commit itself: then the caller retries,
    /// which is safe.
    pub async fn commit(self) -> Result<Option<i64>> {
        let Self { ledger, tx, workspace, now, entries, jobs, wake, destroys, unit, .. } = self;
        unit.does(entries.first().map(|(_, _, entry)| entry.kind), entries.len(), jobs.len());
        if entries.len() > MOST_ENTRIES {
            return Err(Error::internal("a unit of work holds too many entries"));
        }
        if !jobs.is_empty() {
            let insert = job::Entity::insert_many(jobs);
            insert
                .on_conflict(sea_orm::sea_query::OnConflict::new().do_nothing().to_owned())
                .exec_without_returning(&tx)
                .await?;
        }
        let turn = if entries.is_empty() { None } else { ledger.turns.take(workspace).await };
        let seq = append::append(&tx, workspace, now, entries).await?;
        tx.commit().await?;
        drop(turn);
        unit.committed();
        if destroys.into_inner() {
            ledger.db.wipe_soon();
        }
        if let Some(seq) = seq {
            ledger.live.reached(workspace, seq);
        }
        if wake {
            ledger.live.jobs_queued();
        }
        Ok(seq)
    }
}
