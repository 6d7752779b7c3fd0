//! Every metric. What a node counts itself is in `platform/metrics`; what is read when Prometheus scrapes is
//! here: the queue, opt-ins, journal readers, connection pools, the process. Figures cover all workspaces
//! together and contain no personal data.
//!
//! Statements run at most once in five seconds, and less often when they are slow, however often Prometheus
//! asks.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use axum::Router;
use chrono::TimeDelta;
use entity::Time;
use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{family::Family, gauge::ConstGauge, gauge::Gauge, info::Info},
    registry::{Registry, Unit},
};
use sea_orm::FromQueryResult;
use tokio::sync::Mutex;

use crate::{
    app::App,
    error::Result,
    jobs::kinds,
    platform::{
        db::sql,
        metrics::{self, PREFIX},
    },
    privacy::requests::{RequestCounts, count_requests},
};

/// Maximum age of figures from the database, unless reading them is slow.
const FRESH: Duration = Duration::from_secs(5);
/// Reading takes at most one 20th of the time.
const SHARE: u32 = 20;
/// A longer run means that a job is stuck: a mail waits at most 10 minutes for the server's answer.
const LONGEST_RUN: TimeDelta = TimeDelta::minutes(15);
/// Timeout for the database.
const PATIENCE: Duration = Duration::from_secs(3);

/// The router for Prometheus: only `/metrics`.
pub fn router(app: &App) -> Router {
    let scrape = Arc::new(Scrape { app: app.clone(), begun: app.now(), read: Mutex::default() });
    metrics::listen(move || {
        let scrape = Arc::clone(&scrape);
        async move { scrape.text().await }
    })
}

struct Scrape {
    app: App,
    begun: Time,
    /// The last figures as text, and until when they are fresh.
    read: Mutex<Option<(Instant, String)>>,
}

impl Scrape {
    async fn text(&self) -> String {
        let read = self.readings().await;
        self.app.ledger.metrics.text() + &self.of_the_process() + &read
    }

    async fn readings(&self) -> String {
        // Concurrent scrapes wait here and share the result.
        let mut kept = self.read.lock().await;
        if let Some((until, text)) = kept.as_ref()
            && Instant::now() < *until
        {
            return text.clone();
        }
        let begun = Instant::now();
        let readings = tokio::time::timeout(PATIENCE, Readings::take(&self.app)).await;
        let readings = readings.ok().and_then(|taken| taken.inspect_err(crate::error::Error::log).ok());
        let text = metrics::encode(&registry_of(readings.as_ref()));
        *kept = Some((Instant::now() + FRESH.max(begun.elapsed() * SHARE), text.clone()));
        text
    }

    fn of_the_process(&self) -> String {
        let mut all = Registry::with_prefix(PREFIX);
        let connections = Family::<Connections, Gauge>::default();
        let most = Family::<Pool, Gauge>::default();
        for pool in self.app.ledger.db.pools() {
            for (state, count) in [("in_use", pool.in_use), ("idle", pool.idle)] {
                connections.get_or_create(&Connections { pool: pool.name, state }).set(i64::from(count));
            }
            most.get_or_create(&Pool { pool: pool.name }).set(i64::from(pool.most));
        }
        all.register(
            "db_pool_connections",
            "Connections to the database that work and that wait for work",
            connections,
        );
        all.register("db_pool_max_connections", "The most connections to the database there may be", most);
        if let Some(memory) = resident_memory() {
            all.register_with_unit(
                "process_resident_memory",
                "Memory of this process that is in RAM",
                Unit::Bytes,
                ConstGauge::new(memory),
            );
        }
        let begun = ConstGauge::new(self.begun.timestamp());
        all.register_with_unit(
            "process_start_time",
            "When this process began to be watched, in Unix time",
            Unit::Seconds,
            begun,
        );
        all.register("build", "Which version this is", Info::new([("version", env!("CARGO_PKG_VERSION"))]));
        metrics::encode(&all)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Connections {
    pool: &'static str,
    state: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Pool {
    pool: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Queued {
    kind: Arc<str>,
    state: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Asked {
    state: String,
}

/// Figures from the database.
struct Readings {
    jobs: Vec<JobsOf>,
    opt_ins: Vec<OptInsOf>,
    requests: RequestCounts,
    followed: usize,
    lag: i64,
    now: Time,
}

#[derive(FromQueryResult)]
struct JobsOf {
    kind: String,
    state: String,
    n: i64,
    due: Time,
    begun: Option<Time>,
}

#[derive(FromQueryResult)]
struct OptInsOf {
    state: String,
    n: i64,
}

impl Readings {
    async fn take(app: &App) -> Result<Self> {
        let (db, now) = (app.db(), app.now());
        let jobs = "SELECT kind, CASE WHEN parked_at IS NOT NULL THEN 'parked' WHEN leased_until > $1 THEN 'running' ELSE 'waiting' END AS state, \
                    count(*) AS n, min(run_at) AS due, min(begun_at) AS begun FROM job GROUP BY 1, 2";
        let mut jobs = JobsOf::find_by_statement(sql(db, jobs, [now.into()])).all(db).await?;
        let known = kinds();
        for jobs in
            jobs.iter_mut().filter(|jobs| jobs.state == "waiting" && !known.contains(&jobs.kind.as_str()))
        {
            "unknown".clone_into(&mut jobs.state);
        }
        let opt_ins =
            OptInsOf::find_by_statement(sql(db, "SELECT state, count(*) AS n FROM opt_in GROUP BY 1", []))
                .all(db)
                .await?;
        let requests = count_requests(app.db(), None, now).await?;
        let (followed, lag) = app.tails.lag(app.db()).await?;
        Ok(Self { jobs, opt_ins, requests, followed, lag, now })
    }

    /// How long the longest-waiting job has been due, or a job that seems stuck has been running.
    fn overdue(&self) -> i64 {
        let since = self.jobs.iter().filter_map(|jobs| match jobs.state.as_str() {
            "waiting" => Some(jobs.due),
            "running" => jobs.begun.filter(|begun| self.now - *begun > LONGEST_RUN),
            _ => None,
        });
        since.map(|since| (self.now - since).num_seconds()).max().unwrap_or(0).max(0)
    }
}

/// Without figures, only a metric saying so: the database is unreachable or too slow.
fn registry_of(readings: Option<&Readings>) -> Registry {
    let mut all = Registry::with_prefix(PREFIX);
    all.register(
        "database_up",
        "Whether the database answered when it was last asked for these figures",
        ConstGauge::new(i64::from(readings.is_some())),
    );
    let Some(readings) = readings else { return all };
    let (jobs, opt_ins) = (Family::<Queued, Gauge>::default(), Family::<Asked, Gauge>::default());
    for row in &readings.jobs {
        jobs.get_or_create(&Queued { kind: metrics::job_kind(&row.kind), state: row.state.clone() })
            .set(row.n);
    }
    for row in &readings.opt_ins {
        opt_ins.get_or_create(&Asked { state: row.state.to_lowercase() }).set(row.n);
    }
    all.register("jobs", "Jobs that wait, run, were parked for a person, or are of a kind unknown to this node, by kind, on all nodes", jobs);
    let help =
        "For how long the job that waits longest could have run, or one has been running for over 15 minutes";
    all.register_with_unit("jobs_overdue", help, Unit::Seconds, ConstGauge::new(readings.overdue()));
    let requests = Family::<Asked, Gauge>::default();
    let counts = readings.requests;
    for (state, count) in [
        ("open", counts.open),
        ("overdue", counts.overdue),
        ("due_soon", counts.due_soon),
        ("suspended", counts.suspended),
    ] {
        requests.get_or_create(&Asked { state: state.to_owned() }).set(count);
    }
    all.register("requests", "Requests of persons that wait for their answer, in all workspaces", requests);
    all.register("opt_ins", "Questions to mailboxes by where they stand, in all workspaces", opt_ins);
    let followed = i64::try_from(readings.followed).unwrap_or(i64::MAX);
    all.register(
        "journal_followed_workspaces",
        "Workspaces whose journal somebody follows on this node",
        ConstGauge::new(followed),
    );
    let help = "Entries that were written and that this node has not read yet, in the followed workspace that is furthest behind";
    all.register("journal_lag_entries", help, ConstGauge::new(readings.lag));
    all
}

/// From Linux's `/proc`, in bytes; none on other systems.
fn resident_memory() -> Option<i64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let kib: i64 = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?
        .trim()
        .strip_suffix("kB")?
        .trim()
        .parse()
        .ok()?;
    Some(kib * 1024)
}
