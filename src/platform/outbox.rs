//! Jobs: what must happen after a commit. Rows are claimed with a lease in one statement, run outside any transaction, then
//! deleted, rescheduled with backoff and jitter, or parked with a reason for a person to look at. A worker that dies loses
//! nothing: its lease ends and another takes over, so every job is safe to run twice.

use std::{
    collections::HashMap,
    future::Future,
    pin::Pin,
    sync::Arc,
    time::{Duration, Instant},
};

use chrono::TimeDelta;
use entity::{JobId, Time, WorkspaceId};
use sea_orm::{FromQueryResult, QueryResult, Value};
use tokio::{sync::watch, task::JoinSet};
use tracing::{Instrument, Span};

use super::{db::for_update_skip_locked, db::sql, traces, work::Ledger};
use crate::error::{Error, Result};

/// How long a worker may hold a job without a heartbeat.
const LEASE: TimeDelta = TimeDelta::seconds(120);
const HEARTBEAT: Duration = Duration::from_secs(40);
/// Without a hint, the table is looked at this often.
const POLL: Duration = Duration::from_secs(1);
/// While most of a node's slots are taken, it claims at most this often.
const GATHER: Duration = Duration::from_millis(5);
/// After this many attempts (about five days of backoff) a job is parked.
const MOST_ATTEMPTS: i32 = 60;

/// Work that is queued in a transaction. The payload is its serde form and holds ids only.
pub trait Job: serde::Serialize {
    /// Its name in the table.
    const KIND: &'static str;
    /// Smaller first; confirmation mails before everything.
    const PRIORITY: i32 = 50;

    /// At most one queued job has this key.
    fn dedupe_key(&self) -> Option<String> {
        None
    }
}

/// One claimed run of a job.
#[derive(Clone, Debug)]
pub struct Run {
    /// The job.
    pub id: JobId,
    /// Whose.
    pub workspace: Option<WorkspaceId>,
    /// Which job.
    pub kind: String,
    /// JSON of ids.
    pub payload: String,
    /// 1 on the first run.
    pub attempt: i32,
    /// When it was queued.
    pub created_at: Time,
    /// Our lease; every statement that ends the job names it.
    pub lease: String,
}

/// What a job says of itself.
#[derive(Debug)]
pub enum Outcome {
    /// Done; the runner deletes it.
    Done,
    /// Done, and deleted in its own unit of work (`Work::finish`).
    Finished,
    /// Not yet: run again after this time.
    Later(Time),
    /// It failed in a way that may pass: run again with backoff. The word is for the log.
    Retry(&'static str),
    /// It cannot succeed without a person: put it aside. The word says why.
    Park(&'static str),
}

/// What running a job gives.
pub type JobResult = Result<Outcome>;

/// Runs one claimed job: the table of contents in `jobs.rs`.
pub type Dispatch = Arc<dyn Fn(Run) -> Pin<Box<dyn Future<Output = JobResult> + Send>> + Send + Sync>;

/// Told of a job that was put aside, and why.
pub type OnPark = Arc<dyn Fn(Run, &'static str) -> Pin<Box<dyn Future<Output = Result<()>> + Send>> + Send + Sync>;

/// Claims and runs jobs on one node.
pub struct Runner {
    ledger: Ledger,
    dispatch: Dispatch,
    on_park: OnPark,
    lease: String,
    at_once: usize,
}

impl Runner {
    /// A runner that holds at most `at_once` jobs. `on_park` is told of every job that is put aside.
    #[must_use]
    pub fn new(ledger: Ledger, dispatch: Dispatch, on_park: OnPark, at_once: usize) -> Self {
        let lease = format!("{}-{}", std::process::id(), hex::encode(super::vault::random::<8>()));
        Self { ledger, dispatch, on_park, lease, at_once }
    }

    /// Gives back every lease. Only for a process that knows itself to be the only worker (SQLite, behind the lock file):
    /// then whoever held them is dead, and waiting for the leases to end would only make people wait.
    pub async fn release_all(&self) -> Result<()> {
        self.ledger.db.touch("UPDATE job SET lease = NULL, leased_until = NULL WHERE lease IS NOT NULL", vec![]).await?;
        Ok(())
    }

    /// Runs until `stop` turns true, then lets the running jobs end.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let mut running: JoinSet<(JobId, Ran)> = JoinSet::new();
        let mut held: HashMap<JobId, Run> = HashMap::new();
        let mut looked = tokio::time::Instant::now();
        let mut heartbeat = tokio::time::interval(HEARTBEAT);
        heartbeat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            let stopping = *stop.borrow();
            if stopping && running.is_empty() {
                return;
            }
            let free = self.at_once - running.len();
            // A claim is a durable commit: while most slots work, a few ends are gathered into one claim.
            let gathers = free * 2 < self.at_once && looked.elapsed() < GATHER;
            let mut more = false;
            if !stopping && free > 0 && !gathers {
                looked = tokio::time::Instant::now();
                match claim(&self.ledger, &self.lease, free).await {
                    Ok(claimed) => {
                        more = claimed.len() == free;
                        for run in claimed {
                            // Our own lease ran out while the database was away, and we still hold the job.
                            if held.contains_key(&run.id) {
                                continue;
                            }
                            let (id, job) = (run.id, self.start(&run));
                            held.insert(id, run);
                            running.spawn(async move { (id, job.await) });
                        }
                    }
                    Err(error) => error.log(),
                }
            }
            tokio::select! {
                Some(Ok((id, ran))) = running.join_next(), if !running.is_empty() => {
                    if let Some(run) = held.remove(&id) {
                        self.end(&run, ran).await;
                    }
                }
                _ = stop.changed(), if !stopping => {}
                () = self.ledger.live.job_queued(), if !stopping && free > 0 => {}
                () = tokio::time::sleep(if gathers { GATHER } else { POLL }), if !stopping && !more => {}
                _ = heartbeat.tick() => self.beat().await,
            }
        }
    }

    /// Runs everything that is due, one after the other, until nothing is. For tests and `demo`'s start.
    pub async fn drain(&self) -> Result<usize> {
        let mut count = 0;
        loop {
            let claimed = claim(&self.ledger, &self.lease, 1).await?;
            let Some(run) = claimed.into_iter().next() else { return Ok(count) };
            count += 1;
            let ran = self.start(&run).await;
            self.end(&run, ran).await;
        }
    }

    async fn beat(&self) {
        let until = self.ledger.clock.now() + LEASE;
        if let Err(error) =
            self.ledger.db.touch("UPDATE job SET leased_until = $1 WHERE lease = $2", vec![until.into(), self.lease.clone().into()]).await
        {
            Error::from(error).log();
        }
    }

    /// Runs it in a task of its own.
    fn start(&self, run: &Run) -> impl Future<Output = Ran> + Send + use<> {
        let (span, begun) = (traces::job(&run.kind, run.attempt), Instant::now());
        let job = tokio::spawn((self.dispatch)(run.clone()).instrument(span.clone()));
        async move {
            let outcome = job.await.unwrap_or(Ok(Outcome::Retry("panic")));
            Ran { outcome, took: begun.elapsed(), span }
        }
    }

    /// Writes down what came of it.
    async fn end(&self, run: &Run, ran: Ran) {
        let Ran { outcome, took, span } = ran;
        let word = in_a_word(run, &outcome);
        self.ledger.metrics.job(&run.kind, word, took);
        span.record("job.outcome", word);
        if word == "failed" {
            span.record("otel.status_code", "ERROR");
        }
        self.settle(run, outcome).instrument(span).await;
    }

    async fn settle(&self, run: &Run, outcome: JobResult) {
        let ended = match outcome {
            // Ended in its own unit; or the lease was lost, so the job is somebody else's now.
            Ok(Outcome::Finished) | Err(Error::Conflict) => Ok(0),
            Ok(Outcome::Done) => self.touch("DELETE FROM job WHERE id = $1 AND lease = $2", run, vec![]).await,
            Ok(Outcome::Later(at)) => self.reschedule(run, at).await,
            Ok(Outcome::Retry(reason)) => self.retry(run, reason).await,
            Ok(Outcome::Park(reason)) => self.park(run, reason).await,
            Err(error) => {
                error.log();
                self.retry(run, "error").await
            }
        };
        if let Err(error) = ended {
            // The lease will end by itself and the job will run again.
            error.log();
        }
    }

    async fn retry(&self, run: &Run, reason: &'static str) -> Result<u64> {
        if run.attempt >= MOST_ATTEMPTS {
            return self.park(run, "too_many_attempts").await;
        }
        let wait = backoff(run.attempt);
        tracing::warn!(job.kind = run.kind, job.id = %run.id, job.attempt = run.attempt, job.reason = reason, job.retry_s = wait.num_seconds(), "job will run again");
        self.reschedule(run, self.ledger.clock.now() + wait).await
    }

    async fn reschedule(&self, run: &Run, at: Time) -> Result<u64> {
        self.touch("UPDATE job SET lease = NULL, leased_until = NULL, run_at = $3 WHERE id = $1 AND lease = $2", run, vec![at.into()]).await
    }

    async fn park(&self, run: &Run, reason: &'static str) -> Result<u64> {
        tracing::error!(job.kind = run.kind, job.id = %run.id, job.reason = reason, "job parked: it needs a person");
        let now = self.ledger.clock.now();
        let text = "UPDATE job SET lease = NULL, leased_until = NULL, parked_at = $3, park_reason = $4 WHERE id = $1 AND lease = $2";
        let parked = self.touch(text, run, vec![now.into(), reason.into()]).await?;
        if parked == 1 {
            (self.on_park)(run.clone(), reason).await?;
        }
        Ok(parked)
    }

    async fn touch(&self, text: &str, run: &Run, more: Vec<Value>) -> Result<u64> {
        let mut values: Vec<Value> = vec![run.id.into(), run.lease.clone().into()];
        values.extend(more);
        Ok(self.ledger.db.touch(text, values).await?)
    }
}

/// A run that is over, but for its row.
struct Ran {
    outcome: JobResult,
    took: Duration,
    span: Span,
}

/// What came of a run, as it is counted (`Metrics::job`).
fn in_a_word(run: &Run, outcome: &JobResult) -> &'static str {
    match outcome {
        Ok(Outcome::Done | Outcome::Finished) => "done",
        Ok(Outcome::Later(_)) => "later",
        Ok(Outcome::Park(_)) => "parked",
        Err(Error::Conflict) => "lost",
        Ok(Outcome::Retry(_)) | Err(_) if run.attempt >= MOST_ATTEMPTS => "parked",
        Ok(Outcome::Retry("panic")) | Err(_) => "failed",
        Ok(Outcome::Retry(_)) => "retried",
    }
}

/// 5 s, 10 s, 20 s … up to 2 hours, each ± 20 %.
fn backoff(attempt: i32) -> TimeDelta {
    let seconds = 5_i64.saturating_mul(1 << attempt.clamp(1, 12).saturating_sub(1)).min(7200);
    let [jitter] = super::vault::random::<1>();
    TimeDelta::milliseconds(seconds * (800 + 400 * i64::from(jitter) / 255))
}

/// Takes up to `most` due jobs. A read comes first, so that an idle worker never takes the writer's lock.
async fn claim(ledger: &Ledger, lease: &str, most: usize) -> Result<Vec<Run>> {
    use sea_orm::ConnectionTrait;
    let now = ledger.clock.now();
    let due = "SELECT id FROM job WHERE parked_at IS NULL AND run_at <= $1 AND (leased_until IS NULL OR leased_until <= $1)";
    let reader = ledger.db.read();
    if reader.query_one_raw(sql(reader, &format!("{due} LIMIT 1"), [now.into()])).await?.is_none() {
        return Ok(Vec::new());
    }
    // Materialized, so that it is worked out once: PostgreSQL may otherwise run a subquery again for each row it updates, which claims
    // more than was asked for, and what was not asked for is not run.
    let text = format!(
        "WITH due AS MATERIALIZED ({due} ORDER BY priority, run_at, id LIMIT $4{}) \
         UPDATE job SET lease = $2, leased_until = $3, attempts = attempts + 1 WHERE id IN (SELECT id FROM due) \
         RETURNING id, workspace_id, kind, payload, attempts, created_at, priority, run_at",
        for_update_skip_locked(reader)
    );
    let most = i64::try_from(most).unwrap_or(1);
    let rows = ledger.db.touch_returning(&text, vec![now.into(), lease.into(), (now + LEASE).into(), most.into()]).await?;
    let mut runs: Vec<(i32, Time, Run)> = rows.iter().map(|row| read(row, lease)).collect::<std::result::Result<_, _>>()?;
    runs.sort_by_key(|(priority, run_at, run)| (*priority, *run_at, run.id));
    Ok(runs.into_iter().map(|(_, _, run)| run).collect())
}

#[derive(FromQueryResult)]
struct Claimed {
    id: JobId,
    workspace_id: Option<WorkspaceId>,
    kind: String,
    payload: String,
    attempts: i32,
    created_at: Time,
    priority: i32,
    run_at: Time,
}

fn read(row: &QueryResult, lease: &str) -> std::result::Result<(i32, Time, Run), sea_orm::DbErr> {
    let row = Claimed::from_query_result(row, "")?;
    let run = Run {
        id: row.id,
        workspace: row.workspace_id,
        kind: row.kind,
        payload: row.payload,
        attempt: row.attempts,
        created_at: row.created_at,
        lease: lease.to_owned(),
    };
    Ok((row.priority, row.run_at, run))
}

/// The server has taken the mail, so that must be written down: while the database is away, try again for as long as it
/// takes. Giving up would send the mail a second time.
///
/// # Errors
/// What the unit says, unless it is `Busy`.
pub async fn insist<F, Fut>(unit: F) -> Result<Outcome>
where
    F: Fn() -> Fut,
    Fut: Future<Output = Result<Option<i64>>>,
{
    let mut wait = Duration::from_millis(200);
    loop {
        match unit().await {
            Ok(_) => return Ok(Outcome::Finished),
            Err(Error::Busy(_)) => {
                tokio::time::sleep(wait).await;
                wait = (wait * 2).min(Duration::from_secs(5));
            }
            Err(error) => return Err(error),
        }
    }
}
