//! Claims and runs jobs on one node, and holds them while they run.

use std::{
    collections::HashMap,
    future::Future,
    pin::Pin,
    sync::Arc,
    time::{Duration, Instant},
};

use entity::JobId;
use sea_orm::Value;
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
    error::{Error, Result},
    platform::{db::for_update_skip_locked, keys, traces, work::Ledger},
};

const HEARTBEAT: Duration = Duration::from_secs(30);
/// After a heartbeat that could not be written: whoever takes over must not be faster.
const HEARTBEAT_AGAIN: Duration = Duration::from_secs(2);
/// After the database was away, those who hold jobs say so before anybody takes over what seems to be nobody's.
const HOLDERS_FIRST: Duration = Duration::from_secs(15);
/// Without a hint, the table is looked at this often.
const POLL: Duration = Duration::from_secs(1);
/// While most of a node's slots are taken, it claims at most this often.
const GATHER: Duration = Duration::from_millis(5);
/// How often what a clock left behind is mended.
const MEND: Duration = Duration::from_secs(30);

/// Runs one claimed job: the table of contents in `jobs.rs`.
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

/// A run that is over, but for its row.
pub(super) struct Ran {
    pub outcome: JobResult,
    pub took: Duration,
    pub span: Span,
}

impl Runner {
    /// A runner of these kinds that holds at most `at_once` jobs.
    #[must_use]
    pub fn new(ledger: Ledger, kinds: Vec<&'static str>, dispatch: Dispatch, at_once: usize) -> Self {
        let lease = format!("{}-{}", std::process::id(), hex::encode(keys::random::<8>()));
        Self { ledger, dispatch, kinds, slow: &[], lease, at_once }
    }

    /// The same, with kinds that may wait long for others than us. They take three quarters of the slots at most.
    #[must_use]
    pub fn with_slow(self, slow: &'static [&'static str]) -> Self {
        Self { slow, ..self }
    }

    /// Gives back every lease. Only for a process that knows itself to be the only worker (SQLite, behind the lock file):
    /// then whoever held them is dead, and waiting for the leases to end would only make people wait.
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

    /// Runs until `stop` turns true, then lets the running jobs end.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let this = Arc::new(self);
        let mut running: JoinSet<()> = JoinSet::new();
        // A job is held until its end is written: what runs here is not claimed again here, and no other is kept from anybody.
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
            // A claim is a durable commit: while most slots work, a few ends are gathered into one claim.
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
                            // Our own lease ran out while the database was away, and we still hold the job.
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

    /// Runs everything that is due, one after the other, until nothing is. For tests and `demo`'s start.
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

    /// Takes up to `most` jobs.
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

    /// Says that these jobs are still ours. No others: a job that nobody holds any more is not kept from those who would run it.
    pub async fn beat(&self, held: impl Iterator<Item = JobId>) -> Result<()> {
        let mut values: Vec<Value> =
            vec![(self.ledger.clock.now() + LEASE).into(), self.lease.clone().into()];
        values.extend(held.map(Value::from));
        if values.len() == 2 {
            return Ok(());
        }
        let places: Vec<String> = (3..=values.len()).map(|place| format!("${place}")).collect();
        // A row that is locked is being ended by its own unit of work: to wait for it could be to wait in a circle.
        let text = format!(
            "UPDATE job SET leased_until = $1 WHERE id IN (SELECT id FROM job WHERE lease = $2 AND id IN ({}){})",
            places.join(","),
            for_update_skip_locked(self.ledger.db.read())
        );
        self.ledger.db.touch(&text, values).await.map_err(Error::from)?;
        Ok(())
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
}
