//! Jobs: what must happen after a commit. Rows are claimed with a lease in one statement, run outside any transaction, then
//! deleted, rescheduled with backoff and jitter, or parked with a reason for a person to look at. A worker that dies loses
//! nothing: its lease ends and another takes over, so every job is safe to run twice.
//!
//! `claim.rs` takes jobs, `runner.rs` runs and holds them, `settle.rs` writes down what came of them, `clocks.rs` mends what a
//! clock that was set back left behind, `insist.rs` writes down what must not be forgotten.

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

/// Work that is queued in a transaction. The payload is its serde form and holds ids only.
pub trait Job: serde::Serialize {
    /// Its name in the table.
    const KIND: &'static str;
    /// Smaller first; confirmation mails before everything.
    const PRIORITY: i32 = 50;

    /// At most one queued job has this key. A job that was parked gives its key back.
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
    /// 1 on the first run, and on the first after progress (`Outcome::Later`).
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
    /// It got somewhere, and there is more: run again after this time, with all its attempts before it.
    Later(Time),
    /// It failed in a way that may pass: run again with backoff. The word is for the log.
    Retry(&'static str),
    /// It cannot succeed without a person: put it aside. The word says why.
    Park(&'static str),
}

/// What running a job gives.
pub type JobResult = Result<Outcome>;
