//! The unit of work: rows change, jobs are queued and journal entries are appended in one transaction, or nothing happens.
//!
//! `app.begin(workspace, actor)` → statements on `work.db()` → `work.record(entry)` → `work.enqueue(&job)` → `work.commit()`.
//! Dropping it rolls back. The journal's counter is taken in the last statement before the commit, so that the workspace is
//! serialised for one flush and no longer.

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

/// A unit holds at most this many entries: longer work is split into several units.
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
    /// Hints.
    pub live: Live,
    /// What this node counts.
    pub metrics: Metrics,
    /// Who may append to a journal.
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
    /// `Busy` when the database is away.
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
    /// The transaction. Whatever is read or written inside the unit goes by it.
    #[must_use]
    pub fn db(&self) -> &Tx {
        &self.tx
    }

    /// The workspace everything in this unit belongs to.
    #[must_use]
    pub fn workspace(&self) -> WorkspaceId {
        self.workspace
    }

    /// The time of everything in this unit.
    #[must_use]
    pub fn now(&self) -> Time {
        self.now
    }

    /// Who acts.
    #[must_use]
    pub fn actor(&self) -> Actor {
        self.actor
    }

    /// The mailbox turned out to be this contact's: from here on they act.
    pub fn act_as(&mut self, actor: Actor) {
        self.actor = actor;
    }

    /// Adds an entry to the journal at the commit. Its id is known at once.
    pub fn record(&mut self, entry: Entry) -> EntryId {
        let id = entry.id();
        self.entries.push((id, self.actor, entry));
        id
    }

    /// Whether anything was recorded yet: a repeat that changed nothing need not commit.
    #[must_use]
    pub fn has_entries(&self) -> bool {
        !self.entries.is_empty()
    }

    /// Queues a job, to run as soon as possible after the commit.
    ///
    /// # Errors
    /// `Internal` when the payload cannot be written as JSON.
    pub fn enqueue<J: Job>(&mut self, job: &J) -> Result<JobId> {
        let id = JobId::new();
        self.enqueue_at(id, job, self.now)?;
        Ok(id)
    }

    /// Queues a job with an id of the caller's, not to run before `run_at`.
    ///
    /// # Errors
    /// `Internal` when the payload cannot be written as JSON.
    pub fn enqueue_at<J: Job>(&mut self, id: JobId, job: &J, run_at: Time) -> Result<()> {
        self.enqueue_behind(id, job, run_at, 0)
    }

    /// The same, so many places of priority further back than its kind stands: others are not to wait for it.
    ///
    /// # Errors
    /// `Internal` when the payload cannot be written as JSON.
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

    /// Ends the running job in this same unit, so that its effect and its end are one.
    ///
    /// # Errors
    /// `Conflict` when the lease was lost: somebody else runs it now, and this unit must not happen.
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

    /// Says that this unit destroys keys or sealed content, whose bytes then leave the database's files too.
    pub fn destroys(&self) {
        self.destroys.store(true, Ordering::Relaxed);
    }

    /// Makes everything durable and tells those who wait. Returns the number of the newest entry, if there was one.
    ///
    /// # Errors
    /// Nothing was written, unless the connection broke during the commit itself: then the caller repeats, which is safe.
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
