//! The labels of what is counted. Every value is a word of ours: a name in the schema, a route, a kind of job, an enum. What a client
//! sends never becomes one, so the number of series is bounded and nobody's data can be in them (promise 11).

use std::{fmt, sync::Arc};

use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder};

/// One answered request.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Request {
    pub method: &'static str,
    pub route: Arc<str>,
    pub status: Status,
}

/// Requests of one route.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Route {
    pub method: &'static str,
    pub route: Arc<str>,
}

/// A status, or none when the caller hung up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Status(pub Option<u16>);

impl EncodeLabelValue for Status {
    fn encode(&self, encoder: &mut LabelValueEncoder) -> Result<(), fmt::Error> {
        match self.0 {
            Some(status) => status.encode(encoder),
            None => "abandoned".encode(encoder),
        }
    }
}

/// What became of a GraphQL operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Operation {
    /// The root field's name in the schema; `several`, or `unknown`.
    pub operation: &'static str,
    /// `query`, `mutation`, `subscription`, or `unknown`.
    pub kind: &'static str,
    /// `ok`, `refused` (nothing was executed), `failed`, `abandoned`.
    pub outcome: &'static str,
    /// The code of the first error (`GraphqlErrorCode`); empty when there is none.
    pub code: &'static str,
}

/// Operations of one root field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct RootField {
    pub operation: &'static str,
    pub kind: &'static str,
}

/// One run of a job.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct JobRun {
    pub kind: Arc<str>,
    pub outcome: &'static str,
}

/// Runs of one kind of job.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct JobKind {
    pub kind: Arc<str>,
}

/// What became of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Mail {
    pub outcome: &'static str,
}

/// How a connection that stays open was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Transport {
    pub transport: &'static str,
}

/// A kind of job as a label: the table may hold what another version wrote, but never more than a word.
#[must_use]
pub fn job_kind(kind: &str) -> Arc<str> {
    let word = !kind.is_empty()
        && kind.len() <= 64
        && kind.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    Arc::from(if word { kind } else { "other" })
}
