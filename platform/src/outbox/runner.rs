//! Claims and runs jobs on one node, and renews their leases while they run.

use std::{
    collections::HashMap,
    future::Future,
    pin::Pin,
    sync::Arc,
    time::{Duration, Instant},
};

use entity::JobId;
use tokio::{
    sync::watch,
    task::{Id, JoinSet},
};
use tracing::{Instrument, Span};

use super::{
    JobResult, LEASE, Outcome, Run, Seen,
    claim::{Claim, claim},
};
use crate::{
    db::for_update_skip_locked,
    error::{Error, Result},
    keys,
    query::Query,
    traces,
    work::Ledger,
};

const HEARTBEAT: Duration = Duration::from_secs(30);
/// Interval after a failed heartbeat: short, so that no other worker takes the jobs over.
const HEARTBEAT_AGAIN: Duration = Duration::from_secs(2);
/// After the database was unreachable, workers get this long to renew their leases before expired ones are
/// taken over.
const HOLDERS_FIRST: Duration = Duration::from_secs(15);
/// How often the table is polled without a hint.
const POLL: Duration = Duration::from_secs(1);
/// Minimum claim interval while busy.
const GATHER: Duration = Duration::from_millis(5);
/// Interval of repairs after a clock was set back (`clocks.rs`).
const MEND: Duration = Duration::from_secs(30);

/// Runs one claimed job; the kinds are listed in `jobs.rs`.
pub type Dispatch = Arc<dyn Fn(Run) -> Pin<Box<dyn Future<Output = JobResult> + Send>> + Send + Sync>;

/// Claims and runs jobs on one node.
pub struct Runner {
    pub(super) ledger: Ledger,
    dispatch: Dispatch,
    kinds: Vec<&'static str>,
    slow: &'static [&'static str],
    lease: String,
    at_once: usize,
}

/// A run that has ended, but whose row was not updated yet.
pub(super) struct Ran {
    pub outcome: JobResult,
    pub took: Duration,
    pub span: Span,
}

impl Runner {
    /// A runner for these kinds that holds at most `at_once` jobs.
    #[must_use]
    pub fn new(ledger: Ledger, kinds: Vec<&'static str>, dispatch: Dispatch, at_once: usize) -> Self {
        let lease = format!("{}-{}", std::process::id(), hex::encode(keys::random::<8>()));
        Self { ledger, dispatch, kinds, slow: &[], lease, at_once }
    }

    /// Sets the kinds that may wait long for other servers. They get at most three quarters of the slots.
    #[must_use]
    pub fn with_slow(self, slow: &'static [&'static str]) -> Self {
        Self { slow, ..self }
    }

    /// Releases every lease. Only for a process that is the only worker (SQLite, behind the lock file): then
    /// whoever held them is dead, and waiting for the leases to end would only delay the jobs.
    pub async fn release_all(&self) -> Result<()> {
        self.ledger
            .db
            .touch(
                "UPDATE job SET lease = NULL, leased_until = NULL, begun_at = NULL WHERE lease IS NOT NULL",
                vec![],
            )
            .await?;
        Ok(())
    }

    /// Runs until `stop` becomes true, then waits for the running jobs to end.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let this = Arc::new(self);
        let mut running: JoinSet<()> = JoinSet::new();
        // A job is held until its result is stored: no job is run twice on this node, and no lease is renewed
        // that is not in use.
        let mut held: HashMap<Id, Run> = HashMap::new();
        let mut seen = Seen::default();
        let mut looked = tokio::time::Instant::now();
        let mut failed_at: Option<tokio::time::Instant> = None;
        let (mut beat_at, mut mend_at) = (looked + HEARTBEAT, looked + MEND);
        loop {
            let stopping = *stop.borrow();
            if stopping && running.is_empty() {
                return;
            }
            let free = this.at_once - running.len();
            // A claim is a durable commit: while most slots are busy, several free slots share one claim.
            let gathers = free * 2 < this.at_once && looked.elapsed() < GATHER;
            if !stopping && free > 0 && !gathers {
                looked = tokio::time::Instant::now();
                let takes_over = failed_at.is_none_or(|at| at.elapsed() >= HOLDERS_FIRST);
                let slow = held.values().filter(|run| this.slow.contains(&run.kind.as_str())).count();
                let room = (this.at_once - this.at_once / 4).saturating_sub(slow);
                let (most, without): (usize, &[&str]) =
                    if room == 0 { (free, this.slow) } else { (free.min(room), Default::default()) };
                match this.claim_without(without, most, takes_over).await {
                    Ok(claimed) => {
                        let more = claimed.len() == most;
                        for run in claimed {
                            // Our own lease expired while the database was unreachable, but the job is still
                            // running here.
                            if held.values().any(|known| known.id == run.id) {
                                continue;
                            }
                            let (known, this) = (run.clone(), Arc::clone(&this));
                            let job = this.start(&run);
                            let task = running.spawn(async move { this.end(&run, job.await).await });
                            held.insert(task.id(), known);
                        }
                        if more && running.len() < this.at_once {
                            continue;
                        }
                    }
                    Err(error) => {
                        failed_at = Some(tokio::time::Instant::now());
                        error.log();
                    }
                }
            }
            tokio::select! {
                Some(ended) = running.join_next_with_id(), if !running.is_empty() => {
                    held.remove(&ended.map_or_else(|error| error.id(), |(id, ())| id));
                }
                _ = stop.changed(), if !stopping => {}
                () = this.ledger.live.job_queued(), if !stopping && free > 0 => {}
                () = tokio::time::sleep(if gathers { GATHER } else { POLL }), if !stopping => {}
                () = tokio::time::sleep_until(beat_at) => {
                    let beaten = this.beat(held.values().map(|run| run.id)).await;
                    beat_at = tokio::time::Instant::now() + if beaten.is_ok() { HEARTBEAT } else { HEARTBEAT_AGAIN };
                    if let Err(error) = beaten {
                        failed_at = Some(tokio::time::Instant::now());
                        error.log();
                    }
                }
                () = tokio::time::sleep_until(mend_at), if !stopping => {
                    mend_at = tokio::time::Instant::now() + MEND;
                    if let Err(error) = this.mend_times(&mut seen, Instant::now()).await {
                        error.log();
                    }
                }
            }
        }
    }

    /// Runs all due jobs, one after the other, until none is due. For tests and the start of `demo`.
    pub async fn drain(&self) -> Result<usize> {
        let mut count = 0;
        loop {
            let claimed = self.claim(1, true).await?;
            let Some(run) = claimed.into_iter().next() else { return Ok(count) };
            count += 1;
            let ran = self.start(&run).await;
            self.end(&run, ran).await;
        }
    }

    /// Claims up to `most` jobs.
    pub async fn claim(&self, most: usize, takes_over: bool) -> Result<Vec<Run>> {
        self.claim_without(&[], most, takes_over).await
    }

    async fn claim_without(
        &self,
        without: &[&'static str],
        most: usize,
        takes_over: bool,
    ) -> Result<Vec<Run>> {
        let kinds: Vec<&'static str> =
            self.kinds.iter().copied().filter(|kind| !without.contains(kind)).collect();
        claim(&self.ledger, &Claim { lease: &self.lease, kinds: &kinds, most, takes_over }).await
    }

    /// Renews the leases of these jobs. Only of these: a job that nobody runs any more must become free for
    /// others.
    pub async fn beat(&self, held: impl Iterator<Item = JobId>) -> Result<()> {
        let held: Vec<JobId> = held.collect();
        if held.is_empty() {
            return Ok(());
        }
        // Skips locked rows: their own unit of work is ending the job, and waiting for it could deadlock.
        let mut query = Query::new("UPDATE job SET leased_until = ");
        query.bind(self.ledger.clock.now() + LEASE);
        query.push(" WHERE id IN (SELECT id FROM job WHERE lease = ").bind(self.lease.clone());
        query.push(" AND ").is_any("id", held);
        query.push(for_update_skip_locked(self.ledger.db.read())).push(")");
        let (text, values) = query.into_parts();
        self.ledger.db.touch(&text, values).await.map_err(Error::from)?;
        Ok(())
    }

    /// Runs the job in a task of its own.
    fn start(&self, run: &Run) -> impl Future<Output = Ran> + Send + use<> {
        let (span, begun) = (traces::job(&run.kind, run.attempt), Instant::now());
        let job = tokio::spawn((self.dispatch)(run.clone()).instrument(span.clone()));
        async move {
            let outcome = job.await.unwrap_or(Ok(Outcome::Retry("panic")));
            Ran { outcome, took: begun.elapsed(), span }
        }
    }
}
