//! Records each operation's result for metrics and traces. An operation is identified by its root field, and
//! only if the schema has that field: the client's own names and documents are not used as labels, because
//! they are unbounded and may hold anything.

use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

use async_graphql::{Response as Answer, ServerError, parser::types::OperationType};
use tracing::Span;

use super::execute::Outcome;
use crate::{
    graphql::{
        limits::Checked,
        user_error::{GraphqlErrorCode as Code, code_of},
    },
    metrics::{Metrics, Operation},
    traces,
};

/// Counts the operations of an endpoint.
#[derive(Clone, Debug, Default)]
pub struct Observer {
    metrics: Metrics,
    names: HashSet<&'static str>,
}

/// An operation that has begun. If it is dropped without a result, nobody waited for its end.
#[derive(Debug)]
pub(in crate::graphql) struct Observed {
    metrics: Metrics,
    operation: &'static str,
    kind: &'static str,
    stays: bool,
    begun: Instant,
    span: Span,
    told: bool,
}

impl Observer {
    /// Counts in `metrics`; `names` are the schema's root fields.
    #[must_use]
    pub fn new(metrics: Metrics, names: impl IntoIterator<Item = &'static str>) -> Self {
        let own = ["__schema", "__type", "__typename"];
        Self { metrics, names: names.into_iter().chain(own).collect() }
    }

    /// The metrics it counts in.
    pub(in crate::graphql) fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// Begins an operation whose document is within the limits.
    pub(in crate::graphql) fn begin(&self, checked: &Checked) -> Observed {
        let operation = match checked.roots.as_slice() {
            [] => "unknown",
            [only] => self.names.get(only.name.as_str()).copied().unwrap_or("unknown"),
            _ => "several",
        };
        let (kind, stays) = match checked.kind {
            Some(OperationType::Query) => ("query", false),
            Some(OperationType::Mutation) => ("mutation", false),
            Some(OperationType::Subscription) => ("subscription", true),
            None => ("unknown", false),
        };
        // A subscription may last for days; its events are not part of the request that started it.
        let span = if stays { Span::none() } else { traces::operation(kind, operation) };
        Observed {
            metrics: self.metrics.clone(),
            operation,
            kind,
            stays,
            begun: Instant::now(),
            span,
            told: false,
        }
    }

    /// Counts a request that was refused before it became an operation.
    pub(in crate::graphql) fn refused(&self, code: Option<Code>) {
        let code = code.map_or("", Code::as_str);
        self.metrics
            .operation(Operation { operation: "unknown", kind: "unknown", outcome: "refused", code }, None);
    }

    /// Like `refused`, with the code of `error`.
    pub(in crate::graphql) fn refused_by(&self, error: &ServerError) {
        self.refused(code_of(error));
    }
}

impl Observed {
    /// The operation's span.
    pub(in crate::graphql) fn span(&self) -> Span {
        self.span.clone()
    }

    /// Records the operation's answer.
    pub(in crate::graphql) fn answered(self, outcome: Outcome, answer: &Answer) {
        let code = answer.errors.first().map(|error| code_of(error).map_or("", Code::as_str));
        match (outcome, code) {
            (Outcome::Refused, code) => self.ended("refused", code.unwrap_or_default()),
            (Outcome::Executed, None) => self.ended("ok", ""),
            (_, code) => self.ended("failed", code.unwrap_or_default()),
        }
    }

    /// Records the end of a subscription; without a code it ended normally.
    pub(in crate::graphql) fn over(self, code: Option<Code>) {
        match code {
            None => self.ended("ok", ""),
            Some(code) => self.ended("failed", code.as_str()),
        }
    }

    /// It was refused before it began, and is counted elsewhere.
    pub(super) fn never_began(mut self) {
        self.told = true;
    }

    fn ended(mut self, outcome: &'static str, code: &'static str) {
        self.told = true;
        self.tell(outcome, code);
    }

    fn tell(&self, outcome: &'static str, code: &'static str) {
        let took: Option<Duration> = (!self.stays).then(|| self.begun.elapsed());
        self.metrics.operation(Operation { operation: self.operation, kind: self.kind, outcome, code }, took);
        self.span.record("graphql.outcome", outcome);
        if !code.is_empty() {
            self.span.record("graphql.code", code);
        }
        if outcome == "failed" {
            self.span.record("otel.status_code", "ERROR");
        }
    }
}

impl Drop for Observed {
    fn drop(&mut self) {
        if !self.told {
            // Clients end subscriptions themselves; a query or mutation dropped here lost its client before
            // the answer.
            self.tell(if self.stays { "ok" } else { "abandoned" }, "");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graphql::limits;

    fn counted(document: &str) -> String {
        let observer = Observer::new(Metrics::default(), ["contact", "createContact"]);
        let checked = limits::check(document, None).unwrap_or_else(|error| panic!("{}", error.message));
        observer.begin(&checked).answered(Outcome::Executed, &Answer::default());
        let text = observer.metrics().text();
        text.lines().find_map(|line| line.strip_prefix("accord_graphql_requests_total")).unwrap().to_owned()
    }

    #[test]
    fn an_operation_is_known_by_a_root_field_of_the_schema_and_never_by_a_word_of_the_client() {
        let labels = |operation: &str, kind: &str| {
            format!("{{operation=\"{operation}\",kind=\"{kind}\",outcome=\"ok\",code=\"\"}} 1")
        };
        assert_eq!(
            counted("query AdaLovelace { ada: contact(id: \"1\") { id } }"),
            labels("contact", "query")
        );
        assert_eq!(
            counted("mutation { createContact(input: {}) { id } }"),
            labels("createContact", "mutation")
        );
        assert_eq!(
            counted("{ a: contact(id: \"1\") { id } b: contact(id: \"2\") { id } }"),
            labels("several", "query")
        );
        assert_eq!(counted("{ adaLovelace }"), labels("unknown", "query"));
        assert_eq!(counted("{ __schema { types { name } } }"), labels("__schema", "query"));
    }
}
