//! The labels of metrics. Every value comes from the code: a name in the schema, a route, a kind of job, an
//! enum. Input from clients is never used, so the number of series is bounded and no personal data can get
//! into them.

use std::{fmt, sync::Arc};

use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder};

/// One answered request.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Request {
    pub method: &'static str,
    pub route: Arc<str>,
    pub status: Status,
}

/// The requests of one route.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Route {
    pub method: &'static str,
    pub route: Arc<str>,
}

/// A status, or none when the client disconnected.
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

/// The result of a GraphQL operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Operation {
    /// The root field's name in the schema; `several`, or `unknown`.
    pub operation: &'static str,
    /// `query`, `mutation`, `subscription`, or `unknown`.
    pub kind: &'static str,
    /// `ok`, `refused` (nothing was executed), `failed` or `abandoned`.
    pub outcome: &'static str,
    /// The code of the first error (`GraphqlErrorCode`); empty when there is none.
    pub code: &'static str,
}

/// The operations of one root field.
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

/// The runs of one kind of job.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct JobKind {
    pub kind: Arc<str>,
}

/// The result of an attempt to send a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Mail {
    pub outcome: &'static str,
}

/// The kind of a long-lived connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Transport {
    pub transport: &'static str,
}

/// A kind of job as a label. Another version may have queued kinds that this one does not know, so only a
/// single word is used.
#[must_use]
pub fn job_kind(kind: &str) -> Arc<str> {
    let word = !kind.is_empty()
        && kind.len() <= 64
        && kind.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    Arc::from(if word { kind } else { "other" })
}
