//! Stores the result of a run: the row is deleted, rescheduled, or parked.

use chrono::TimeDelta;
use entity::{Time, WorkspaceId};
use sea_orm::{ConnectionTrait, Value};
use tracing::Instrument;

use super::{
    JobResult, Outcome, Run,
    insist::Insistence,
    runner::{Ran, Runner},
};
use crate::{
    actor::Actor,
    db::sql,
    error::{Error, Result},
    keys,
    work::Entry,
};

/// After this many attempts in a row without progress (about five days of backoff) a job is parked.
const MOST_ATTEMPTS: i32 = 60;

/// The update after a run.
enum End {
    /// Nothing to update: its own unit of work deleted the job, or another worker has it.
    Written,
    Delete,
    /// Made progress: run again after this time, with the attempts counted from zero.
    Continue(Time),
    /// Failed: run again after this time.
    Again(Time),
    Park(&'static str),
}

impl Runner {
    /// Stores the result. While the database is unreachable, this waits, and the job stays held.
    pub(super) async fn end(&self, run: &Run, ran: Ran) {
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
        let end = self.decide(run, outcome);
        let mut insistence = Insistence::default();
        while let Err(error) = self.write(run, &end).await {
            if !insistence.wait_after(&error).await {
                // No longer held, so its lease ends and it runs again.
                tracing::error!(job.kind = run.kind, job.id = %run.id, "the end of a job could not be written: it will run again");
                return;
            }
        }
    }

    fn decide(&self, run: &Run, outcome: JobResult) -> End {
        match outcome {
            // Its own unit of work deleted the job; or the lease was lost, so another worker has it.
            Ok(Outcome::Finished) | Err(Error::Conflict) => End::Written,
            Ok(Outcome::Done) => End::Delete,
            Ok(Outcome::Later(at)) => End::Continue(at),
            Ok(Outcome::Retry(reason)) => self.again(run, reason),
            Ok(Outcome::Park(reason)) => End::Park(reason),
            Err(error) => {
                error.log();
                self.again(run, "error")
            }
        }
    }

    fn again(&self, run: &Run, reason: &'static str) -> End {
        if run.attempt >= MOST_ATTEMPTS {
            return End::Park("too_many_attempts");
        }
        let wait = backoff(run.attempt);
        tracing::warn!(job.kind = run.kind, job.id = %run.id, job.attempt = run.attempt, job.reason = reason, job.retry_s = wait.num_seconds(), "job will run again");
        End::Again(self.ledger.clock.now() + wait)
    }

    async fn write(&self, run: &Run, end: &End) -> Result<()> {
        const WAIT: &str = "UPDATE job SET lease = NULL, leased_until = NULL, begun_at = NULL, run_at = $3, waits_since = $4";
        let now = self.ledger.clock.now();
        match end {
            End::Written => Ok(()),
            End::Delete => self.touch("DELETE FROM job", run, vec![]).await,
            End::Continue(at) => {
                self.touch(&format!("{WAIT}, attempts = 0"), run, vec![(*at).into(), now.into()]).await
            }
            End::Again(at) => self.touch(WAIT, run, vec![(*at).into(), now.into()]).await,
            End::Park(reason) => self.park(run, reason).await,
        }
    }

    async fn touch(&self, text: &str, run: &Run, more: Vec<Value>) -> Result<()> {
        let mut values: Vec<Value> = vec![run.id.into(), run.lease.clone().into()];
        values.extend(more);
        self.ledger.db.touch(&format!("{text} WHERE id = $1 AND lease = $2"), values).await?;
        Ok(())
    }

    /// Parks the job. Its deduplication key becomes free, so that a later job does not wait for an operator.
    /// A workspace's job also gets a journal entry in the same unit of work, so that whoever watches the
    /// journal is alerted; the instance's own jobs are in the log and in the metrics.
    async fn park(&self, run: &Run, reason: &'static str) -> Result<()> {
        const PARK: &str = "UPDATE job SET lease = NULL, leased_until = NULL, begun_at = NULL, dedupe_key = NULL, parked_at = $3, park_reason = $4";
        let values = vec![self.ledger.clock.now().into(), reason.into()];
        match run.workspace {
            None => self.touch(PARK, run, values).await?,
            Some(workspace) => match self.park_with_entry(workspace, PARK, run, reason, values.clone()).await
            {
                // The workspace and its journal were deleted.
                Err(Error::NotFound) => self.touch(PARK, run, values).await?,
                other => other?,
            },
        }
        tracing::error!(job.kind = run.kind, job.id = %run.id, job.reason = reason, "job parked: it needs a person (see `accord jobs list`)");
        Ok(())
    }

    async fn park_with_entry(
        &self,
        workspace: WorkspaceId,
        text: &str,
        run: &Run,
        reason: &'static str,
        more: Vec<Value>,
    ) -> Result<()> {
        let mut work = self.ledger.begin(workspace, Actor::System).await?;
        let mut values: Vec<Value> = vec![run.id.into(), run.lease.clone().into()];
        values.extend(more);
        let parked = sql(work.db(), &format!("{text} WHERE id = $1 AND lease = $2"), values);
        if work.db().execute_raw(parked).await?.rows_affected() == 1 {
            work.record(Entry::new("job.parked").on(run.id).with("reason", reason));
            work.commit().await?;
        }
        Ok(())
    }
}

/// The run's result as a metrics label (`Metrics::job`).
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
    let [jitter] = keys::random::<1>();
    TimeDelta::milliseconds(seconds * (800 + 400 * i64::from(jitter) / 255))
}
