//! Runs one query or mutation in a task of its own, with a timeout.

use std::time::Duration;

use async_graphql::{Executor, Request, Response as Answer, Value, parser::types::OperationType};
use tracing::{Instrument, Span};

use super::observe::Observed;
use crate::{
    graphql::{
        root_field,
        user_error::{GraphqlErrorCode as Code, REQUEST_ID, finish},
    },
    work::attempt,
};

/// A request; for a mutation also a copy, to retry it once after a rollback caused by a concurrent
/// transaction.
pub(in crate::graphql) type Asked = (Request, Option<Request>);

/// The result of a well-formed request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::graphql) enum Outcome {
    /// Executed, maybe with errors in some fields.
    Executed,
    /// Not executed: it does not parse, does not fit the schema, or exceeds the limits.
    Refused,
    /// The timeout passed.
    TimedOut,
    /// The execution panicked.
    Failed,
}

/// Executes in a task of its own. When the client disconnects or the timeout passes, a query stops; a
/// mutation runs to its end, so that it is never cut off between two of its steps.
pub(in crate::graphql) async fn execute<S: Executor>(
    schema: S,
    (request, spare): Asked,
    kind: Option<OperationType>,
    patience: Duration,
    request_id: Option<String>,
    observed: Observed,
) -> (Outcome, Answer) {
    // Both spans: logs use the request's, traces the operation's.
    let (request_span, span) = (Span::current(), observed.span());
    let work = REQUEST_ID.scope(request_id.clone(), async move {
        let (mut answer, again) = attempt::watch(root_field::execute(&schema, request)).await;
        if let (true, Some(spare)) = (again, spare) {
            attempt::pause().await;
            answer = root_field::execute(&schema, spare).await;
        }
        let outcome = if was_refused(&answer) { Outcome::Refused } else { Outcome::Executed };
        finish(&mut answer);
        (outcome, answer)
    });
    let mut task = Task {
        handle: tokio::spawn(work.instrument(span).instrument(request_span)),
        stops: kind != Some(OperationType::Mutation),
    };
    let failed = |outcome, code: Code, message: &str| {
        let mut error = code.error(message);
        if let (Some(id), Some(extensions)) = (request_id, &mut error.extensions) {
            extensions.set("requestId", id);
        }
        (outcome, Answer::from_errors(vec![error]))
    };
    let done = match tokio::time::timeout(patience, &mut task.handle).await {
        Ok(Ok(done)) => done,
        Ok(Err(_)) => {
            tracing::error!("a GraphQL execution panicked");
            failed(Outcome::Failed, Code::Internal, "something went wrong on our side")
        }
        Err(_) if task.stops => {
            failed(Outcome::TimedOut, Code::Timeout, "the request took too long: ask for less")
        }
        Err(_) => failed(
            Outcome::TimedOut,
            Code::Timeout,
            "this takes long and may still happen: look before you repeat it",
        ),
    };
    observed.answered(done.0, &done.1);
    done
}

/// Applies `prepare` to a request, and to its copy if it is a mutation.
pub(in crate::graphql) fn ready(
    mut request: Request,
    kind: Option<OperationType>,
    prepare: impl Fn(Request) -> Request,
) -> Asked {
    let spare = if kind == Some(OperationType::Mutation) { copy(&mut request) } else { None };
    (prepare(request), spare.map(prepare))
}

fn copy(request: &mut Request) -> Option<Request> {
    let mut copy = Request::new(request.query.clone()).variables(request.variables.clone());
    copy.operation_name.clone_from(&request.operation_name);
    copy.set_parsed_query(request.parsed_query().ok()?.clone());
    Some(copy)
}

/// Whether nothing was executed: no data, and no error at a field.
pub(in crate::graphql) fn was_refused(answer: &Answer) -> bool {
    answer.data == Value::Null
        && !answer.errors.is_empty()
        && answer.errors.iter().all(|error| error.path.is_empty())
}

struct Task<T> {
    handle: tokio::task::JoinHandle<T>,
    stops: bool,
}

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        if self.stops {
            self.handle.abort();
        }
    }
}
