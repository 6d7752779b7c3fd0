//! GraphQL over server-sent events, in the distinct connections mode of the GraphQL over SSE protocol: one
//! operation per request, `next` with each answer, `complete` at the end.
//!
//! One task runs the operation and sends its answers through a short queue, so a client that does not read
//! blocks its operation instead of filling our memory, and is disconnected after a while.
//!
//! The events are written here, without axum's `Sse`: one is a name and a line of JSON, so it would save
//! nothing.

use std::{convert::Infallible, sync::Arc, time::Duration};

use async_graphql::{Executor, Request, Response as Answer, Value};
use axum::{
    body::{Body, Bytes},
    http::{HeaderName, header},
    response::{IntoResponse, Response},
};
use futures_util::{FutureExt, Stream, StreamExt, stream};
use serde_json::json;
use tokio::{
    sync::mpsc,
    time::{interval, timeout},
};

use super::{
    Endpoint,
    access::{Access, Over},
    observe::Observed,
    seats::Seat,
};
use crate::graphql::{
    root_field::subscribe,
    socket::stopped,
    user_error::{GraphqlErrorCode as Code, REQUEST_ID, code_of, finish},
};

/// Most answers that wait to be sent; when the queue is full, the operation waits.
const QUEUE: usize = 16;
/// Interval of comments on an idle stream, which show that it is alive and keep proxies from closing it.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// A stream with a single answer.
pub(super) fn one(answer: &Answer) -> Response {
    let (next, end) = (next(answer), complete());
    respond(stream::iter([next, end]))
}

/// The stream of a subscription.
pub(super) fn stream<S, D>(
    endpoint: Arc<Endpoint<S, D>>,
    access: Access<D>,
    seat: Seat,
    request: Request,
    request_id: Option<String>,
    observed: Observed,
) -> Response
where
    S: Executor,
    D: Clone + Send + Sync + 'static,
{
    let (tell, mut told) = mpsc::channel(QUEUE);
    let open = endpoint.observer.metrics().open("event_stream");
    tokio::spawn(REQUEST_ID.scope(request_id, async move {
        let code = run(&endpoint, access, request, tell).await;
        observed.over(code);
        drop((seat, open));
    }));
    respond(stream::poll_fn(move |context| told.poll_recv(context)))
}

/// Runs the operation to its end; returns the code of the error that ended it, if any.
async fn run<S, D>(
    endpoint: &Endpoint<S, D>,
    mut access: Access<D>,
    request: Request,
    tell: mpsc::Sender<Bytes>,
) -> Option<Code>
where
    S: Executor,
    D: Clone + Send + Sync + 'static,
{
    let mut stop = endpoint.stop.clone();
    // A client that does not read is given up after a timeout.
    let send =
        async |event| timeout(endpoint.patience.slow, tell.send(event)).await.is_ok_and(|sent| sent.is_ok());
    let events = async {
        let mut answers = subscribe(&endpoint.schema, request);
        while let Some(mut answer) = answers.next().await {
            finish(&mut answer);
            endpoint.suggest(&mut answer);
            if !send(next(&answer)).await {
                return None;
            }
        }
        Some(None)
    };
    let mut events = std::pin::pin!(std::panic::AssertUnwindSafe(events).catch_unwind());
    let mut beat = interval(HEARTBEAT);
    beat.reset();
    let last = loop {
        tokio::select! {
            // The client reconnects to another node and resumes there.
            () = stopped(&mut stop) => break None,
            () = tell.closed() => break None,
            over = access.over() => break Some(Some(match over {
                Over::Forbidden => Code::Forbidden.error("this credential may not do that any more"),
                Over::Unknown => Code::Busy.error("not now: try again later"),
            })),
            ended = &mut events => break ended.unwrap_or_else(|_| {
                tracing::error!("a GraphQL subscription panicked");
                Some(Some(Code::Internal.error("something went wrong on our side")))
            }),
            _ = beat.tick() => {
                let _ = tell.try_send(Bytes::from_static(b":\n\n"));
            }
        }
    };
    let error = last?;
    let code = error.as_ref().and_then(code_of);
    if let Some(error) = error
        && !send(next(&Answer::from_errors(vec![error]))).await
    {
        return code;
    }
    send(complete()).await;
    code
}

fn next(answer: &Answer) -> Bytes {
    // Without execution there is no `data`, as over HTTP.
    let refused = answer.data == Value::Null && !answer.errors.is_empty();
    let text = if refused {
        Ok(json!({ "errors": answer.errors }).to_string())
    } else {
        serde_json::to_string(answer)
    };
    // Serialised JSON has no line breaks, so one `data` line is enough.
    format!("event: next\ndata: {}\n\n", text.unwrap_or_default()).into()
}

/// Has a `data` line because browsers drop an event without one.
fn complete() -> Bytes {
    Bytes::from_static(b"event: complete\ndata: \n\n")
}

fn respond(events: impl Stream<Item = Bytes> + Send + 'static) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/event-stream"),
        (header::CACHE_CONTROL, "no-store"),
        // Tells proxies not to buffer the stream.
        (HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    (headers, Body::from_stream(events.map(Ok::<_, Infallible>))).into_response()
}
