//! `accord jobs`: waiting, running and parked jobs of all workspaces and of the instance. Payloads hold only
//! ids, so no personal data is shown.

use anyhow::{anyhow, bail};
use clap::Subcommand;
use entity::{JobId, Time};

use crate::{
    accounts::{self, AnyJob},
    app::App,
    error::Error,
    jobs::kinds,
};

/// Commands for jobs.
#[derive(Subcommand)]
pub enum JobsCommand {
    /// List the parked jobs, which need a person: id, workspace, kind, state, reason, attempts, since when.
    List {
        /// Also list waiting and running jobs.
        #[arg(long)]
        all: bool,
    },
    /// Show all details of a job.
    Show {
        /// Its id (`job_…`), as listed.
        job: JobId,
    },
    /// Run jobs now, with a full number of attempts, once the cause is fixed.
    Retry {
        /// Their ids (`job_…`), as listed.
        #[arg(required = true)]
        jobs: Vec<JobId>,
    },
    /// Delete jobs for good: their work will not be done.
    Drop {
        /// Their ids (`job_…`), as listed.
        #[arg(required = true)]
        jobs: Vec<JobId>,
    },
}

/// Runs the command.
///
/// # Errors
/// When there is no such job, it is running, or the database is unreachable.
pub async fn jobs(app: &App, command: JobsCommand) -> anyhow::Result<()> {
    match command {
        JobsCommand::List { all } => {
            for job in accounts::list_jobs(app, all).await.map_err(in_words)? {
                let row = &job.row;
                let (state, since) = state_of(app, &job);
                let why = row.park_reason.as_deref().unwrap_or("-");
                println!(
                    "{}\t{}\t{}\t{state}\t{why}\t{}\t{}",
                    row.id,
                    whose(&job),
                    row.kind,
                    row.attempts,
                    seconds(since)
                );
            }
        }
        JobsCommand::Show { job } => {
            let known = accounts::list_jobs(app, true).await.map_err(in_words)?;
            let Some(job) = known.into_iter().find(|known| known.row.id == job) else { bail!(no_such(job)) };
            for (name, value) in described(app, &job) {
                println!("{name:<14}{value}");
            }
        }
        JobsCommand::Retry { jobs } => {
            for id in jobs {
                accounts::retry_any_job(app, id).await.map_err(|error| about(id, error))?;
                println!("{id}\truns again");
            }
        }
        JobsCommand::Drop { jobs } => {
            for id in jobs {
                accounts::drop_job(app, id).await.map_err(|error| about(id, error))?;
                println!("{id}\tdeleted");
            }
        }
    }
    Ok(())
}

fn whose(job: &AnyJob) -> &str {
    job.workspace.as_deref().unwrap_or("(instance)")
}

/// The job's state, and since when (for a waiting job, until when).
fn state_of(app: &App, job: &AnyJob) -> (&'static str, Time) {
    let row = &job.row;
    if let Some(parked_at) = row.parked_at {
        return ("parked", parked_at);
    }
    if row.leased_until.is_some_and(|until| until > app.now()) {
        return ("running", row.begun_at.unwrap_or(row.run_at));
    }
    (if kinds().contains(&row.kind.as_str()) { "waiting" } else { "unknown" }, row.run_at)
}

fn described(app: &App, job: &AnyJob) -> [(&'static str, String); 13] {
    let row = &job.row;
    let optional = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    [
        ("id", row.id.to_string()),
        ("workspace", whose(job).to_owned()),
        ("kind", row.kind.clone()),
        ("state", state_of(app, job).0.to_owned()),
        ("reason", optional(row.park_reason.clone())),
        ("attempts", row.attempts.to_string()),
        ("queued", seconds(row.created_at)),
        ("runs from", seconds(row.run_at)),
        ("running since", optional(row.begun_at.map(seconds))),
        ("worker", optional(row.lease.clone())),
        ("parked", optional(row.parked_at.map(seconds))),
        ("key", optional(row.dedupe_key.clone())),
        ("payload", row.payload.clone()),
    ]
}

fn seconds(at: Time) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

fn no_such(id: JobId) -> String {
    format!("there is no job {id}: `accord jobs list --all` shows them")
}

fn about(id: JobId, error: Error) -> anyhow::Error {
    match error {
        Error::NotFound => anyhow!(no_such(id)),
        Error::Rejected(problems) => anyhow!(
            "{id}: {}",
            problems.iter().map(|problem| problem.message.as_str()).collect::<Vec<_>>().join("; ")
        ),
        other => in_words(other),
    }
}

fn in_words(error: Error) -> anyhow::Error {
    match error {
        Error::Busy(_) => anyhow!("the database is busy; try again"),
        other => anyhow!("it failed: {other:?}"),
    }
}
