//! Jobs: what must happen after a commit. Rows are claimed with a lease in one statement, run outside any
//! transaction, then deleted, rescheduled with backoff and jitter, or parked with a reason for an operator to
//! look at. A worker that dies loses nothing: its lease ends and another takes over, so every job must be
//! safe to run twice.
//!
//! `claim.rs` claims jobs, `runner.rs` runs them and keeps their leases, `settle.rs` stores the result,
//! `clocks.rs` repairs times after the clock was set back, `insist.rs` retries writes that must not be lost.

mod claim;
mod clocks;
mod insist;
mod runner;
mod settle;

use chrono::TimeDelta;
use entity::{JobId, Time, WorkspaceId};

use crate::error::Result;

pub use clocks::Seen;
pub use insist::insist;
pub use runner::{Dispatch, Runner};

/// How long a worker may hold a job without a heartbeat.
pub const LEASE: TimeDelta = TimeDelta::seconds(120);

/// A job that is queued in a transaction. The payload is its serde form and holds IDs only.
pub trait Job: serde::Serialize {
    /// Its name in the table.
    const KIND: &'static str;
    /// Smaller runs first; confirmation mails before everything else.
    const PRIORITY: i32 = 50;

    /// At most one queued job has this key. A parked job frees its key.
    fn dedupe_key(&self) -> Option<String> {
        None
    }
}

/// One claimed run of a job.
#[derive(Clone, Debug)]
pub struct Run {
    /// The job.
    pub id: JobId,
    /// The owning workspace.
    pub workspace: Option<WorkspaceId>,
    /// The kind of job.
    pub kind: String,
    /// JSON with IDs only.
    pub payload: String,
    /// 1 on the first run, and on the first run after progress (`Outcome::Later`).
    pub attempt: i32,
    /// When it was queued.
    pub created_at: Time,
    /// Our lease; every statement that ends the job checks it.
    pub lease: String,
}

/// The result of a run.
#[derive(Debug)]
pub enum Outcome {
    /// Done; the runner deletes it.
    Done,
    /// Done; its own unit of work deleted it (`Work::finish`).
    Finished,
    /// Made progress, and there is more to do: run again after this time, with the attempts counted from
    /// zero.
    Later(Time),
    /// Failed, but may succeed later: run again with backoff. The reason is for the log.
    Retry(&'static str),
    /// Needs an operator: park it. The reason says why.
    Park(&'static str),
}

/// The return type of a job.
pub type JobResult = Result<Outcome>;
