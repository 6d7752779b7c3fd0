//! GraphQL over server-sent events, the distinct connections mode of the GraphQL over SSE protocol: one operation for each request,
//! `next` with an answer, `complete` at the end.
//!
//! One task runs the operation and hands over through a short queue, so a client that does not read stops it instead of filling our
//! memory, and is given up after a while.
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
use crate::platform::graphql::{
    root_field::subscribe,
    socket::stopped,
    user_error::{GraphqlErrorCode as Code, REQUEST_ID, code_of, finish},
};

/// Answers waiting to be sent; then the operation waits.
const QUEUE: usize = 16;
/// How often a stream that has nothing to say shows that it lives, which also keeps proxies from closing it.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// A stream of one answer.
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

/// Runs it to its end; gives the code of the error that ended it, if one did.
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
    // Nobody waits for ever for somebody who does not read.
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
            // The client comes back to another node, and resumes there.
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
    // Where nothing was executed there is no data, as over HTTP.
    let refused = answer.data == Value::Null && !answer.errors.is_empty();
    let text = if refused {
        Ok(json!({ "errors": answer.errors }).to_string())
    } else {
        serde_json::to_string(answer)
    };
    // JSON has no line breaks, so it is one line of data.
    format!("event: next\ndata: {}\n\n", text.unwrap_or_default()).into()
}

/// Browsers drop an event without a line of data.
fn complete() -> Bytes {
    Bytes::from_static(b"event: complete\ndata: \n\n")
}

fn respond(events: impl Stream<Item = Bytes> + Send + 'static) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/event-stream"),
        (header::CACHE_CONTROL, "no-store"),
        // Proxies would keep back what is to be seen at once.
        (HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    (headers, Body::from_stream(events.map(Ok::<_, Infallible>))).into_response()
}
