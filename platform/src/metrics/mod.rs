//! Counters of this process for Prometheus. One `Metrics` per node, cheap to clone; counting takes no
//! blocking lock and, except for a kind of job, allocates nothing. What is read from the database on each
//! scrape is in `src/metrics.rs`.
//!
//! Labels never hold input from clients (`labels.rs`).

mod labels;
mod listen;

use std::{fmt, sync::Arc, time::Duration};

use prometheus_client::{
    encoding::prometheus_text,
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::{Registry, Unit},
};

pub use self::{
    labels::{Operation, job_kind},
    listen::listen,
};
use labels::{JobKind, JobRun, Mail, Request, RootField, Route, Status, Transport};

/// The prefix of every metric name.
pub const PREFIX: &str = "accord";
/// The content type (Prometheus text format 0.0.4).
pub const CONTENT_TYPE: &str = prometheus_text::CONTENT_TYPE;

/// Histogram buckets for requests and operations, in seconds.
const SHORT: [f64; 13] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
/// Histogram buckets for jobs, in seconds; a mail may wait ten minutes for the server's answer.
const LONG: [f64; 14] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 30.0, 60.0, 180.0, 660.0];

type Seconds<L> = Family<L, Histogram, fn() -> Histogram>;

/// The metrics of one node.
#[derive(Clone)]
pub struct Metrics(Arc<Counted>);

struct Counted {
    registry: Registry,
    requests: Family<Request, Counter>,
    request_seconds: Seconds<Route>,
    operations: Family<Operation, Counter>,
    operation_seconds: Seconds<RootField>,
    connections: Family<Transport, Gauge>,
    jobs: Family<JobRun, Counter>,
    job_seconds: Seconds<JobKind>,
    mails: Family<Mail, Counter>,
}

/// An open socket or event stream; dropping it decrements the gauge.
#[derive(Debug)]
pub struct Open(Gauge);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics")
    }
}

impl Default for Metrics {
    fn default() -> Self {
        let mut counted = Counted {
            registry: Registry::with_prefix(PREFIX),
            requests: Family::default(),
            request_seconds: Family::new_with_constructor(short),
            operations: Family::default(),
            operation_seconds: Family::new_with_constructor(short),
            connections: Family::default(),
            jobs: Family::default(),
            job_seconds: Family::new_with_constructor(long),
            mails: Family::default(),
        };
        counted.register();
        Self(Arc::new(counted))
    }
}

fn short() -> Histogram {
    Histogram::new(SHORT)
}

fn long() -> Histogram {
    Histogram::new(LONG)
}

impl Counted {
    fn register(&mut self) {
        let all = &mut self.registry;
        all.register("http_requests", "Requests by route as we name it, and status", self.requests.clone());
        let help = "Time until an answer began, by route";
        all.register_with_unit("http_request_duration", help, Unit::Seconds, self.request_seconds.clone());
        let help = "GraphQL operations by root field, what became of them, and the code of their first error";
        all.register("graphql_requests", help, self.operations.clone());
        let help = "Time that GraphQL queries and mutations took, by root field";
        all.register_with_unit(
            "graphql_request_duration",
            help,
            Unit::Seconds,
            self.operation_seconds.clone(),
        );
        all.register(
            "graphql_open_connections",
            "WebSockets and event streams that are open on this node",
            self.connections.clone(),
        );
        all.register("job_runs", "Runs of jobs on this node by kind and outcome", self.jobs.clone());
        all.register_with_unit(
            "job_run_duration",
            "Time that runs of jobs took, by kind",
            Unit::Seconds,
            self.job_seconds.clone(),
        );
        all.register("mails", "Mails by what became of each attempt to send them", self.mails.clone());
    }
}

impl Metrics {
    /// Counts an answered request; without a status the client disconnected.
    pub fn request(&self, method: &'static str, route: Arc<str>, status: Option<u16>, took: Duration) {
        let request = Request { method, route, status: Status(status) };
        self.0.requests.get_or_create(&request).inc();
        let route = Route { method, route: request.route };
        self.0.request_seconds.get_or_create(&route).observe(took.as_secs_f64());
    }

    /// Counts a finished GraphQL operation, with its duration unless it is a subscription.
    pub fn operation(&self, ended: Operation, took: Option<Duration>) {
        self.0.operations.get_or_create(&ended).inc();
        if let Some(took) = took {
            let root = RootField { operation: ended.operation, kind: ended.kind };
            self.0.operation_seconds.get_or_create(&root).observe(took.as_secs_f64());
        }
    }

    /// Counts a socket (`websocket`) or event stream (`event_stream`) as open until the return value is
    /// dropped.
    #[must_use]
    pub fn open(&self, transport: &'static str) -> Open {
        let gauge = self.0.connections.get_or_create_owned(&Transport { transport });
        gauge.inc();
        Open(gauge)
    }

    /// Counts a run of a job: `done`, `later`, `retried`, `failed` (an error on our side; it will run again),
    /// `parked`, `lost` (to another worker).
    pub fn job(&self, kind: &str, outcome: &'static str, took: Duration) {
        let kind = job_kind(kind);
        self.0.jobs.get_or_create(&JobRun { kind: kind.clone(), outcome }).inc();
        self.0.job_seconds.get_or_create(&JobKind { kind }).observe(took.as_secs_f64());
    }

    /// Counts a mail: `sent`, `bounced`, `retried`, `refused` (needs an operator) or `withheld` (the mailbox
    /// wants none).
    pub fn mail(&self, outcome: &'static str) {
        self.0.mails.get_or_create(&Mail { outcome }).inc();
    }

    /// All metrics in the text format.
    #[must_use]
    pub fn text(&self) -> String {
        encode(&self.0.registry)
    }
}

/// A registry in the text format.
#[must_use]
pub fn encode(registry: &Registry) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = prometheus_text::encode(&mut text, registry);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_their_prefix_units_and_types() {
        let metrics = Metrics::default();
        metrics.request("GET", Arc::from("/confirm/{token}"), Some(200), Duration::from_millis(3));
        metrics.request("GET", Arc::from("/confirm/{token}"), None, Duration::from_millis(3));
        metrics.job("send_confirm_opt_in", "done", Duration::from_millis(30));
        metrics.job("ada@example.org", "done", Duration::from_millis(30));
        let text = metrics.text();
        for line in [
            "# TYPE accord_http_requests_total counter",
            "accord_http_requests_total{method=\"GET\",route=\"/confirm/{token}\",status=\"200\"} 1",
            "accord_http_requests_total{method=\"GET\",route=\"/confirm/{token}\",status=\"abandoned\"} 1",
            "# TYPE accord_http_request_duration_seconds histogram",
            "accord_http_request_duration_seconds_bucket{method=\"GET\",route=\"/confirm/{token}\",le=\"0.005\"} 2",
            "accord_job_runs_total{kind=\"send_confirm_opt_in\",outcome=\"done\"} 1",
            "accord_job_runs_total{kind=\"other\",outcome=\"done\"} 1",
        ] {
            assert!(text.lines().any(|known| known == line), "{line} is not in\n{text}");
        }
        assert!(!text.contains("ada"));
    }

    #[test]
    fn a_connection_counts_while_it_is_open() {
        let metrics = Metrics::default();
        let (one, two) = (metrics.open("websocket"), metrics.open("websocket"));
        drop(one);
        assert!(
            metrics.text().contains("accord_graphql_open_connections{transport=\"websocket\"} 1\n"),
            "{}",
            metrics.text()
        );
        drop(two);
        assert!(metrics.text().contains("accord_graphql_open_connections{transport=\"websocket\"} 0\n"));
    }
}
