//! The HTTP client for the trace collector: plain HTTP/1.1 on our own runtime. The exporter's thread has no
//! runtime, so each batch is sent by a task.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use http_body_util::{BodyExt, Full, Limited};
use hyper_util::{
    client::legacy::{Client as Http, connect::HttpConnector},
    rt::TokioExecutor,
};
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use tokio::runtime::Handle;

/// Largest answer of a collector, in bytes.
const MOST_ANSWER: usize = 64 * 1024;

pub(super) struct Client {
    runtime: Handle,
    patience: Duration,
    http: Http<HttpConnector, Full<Bytes>>,
    /// Whether the last batch failed, so that only changes are logged.
    away: Arc<AtomicBool>,
}

impl Client {
    pub(super) fn new(runtime: Handle, patience: Duration) -> Self {
        Self {
            runtime,
            patience,
            http: Http::builder(TokioExecutor::new()).build_http(),
            away: Arc::default(),
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Client")
    }
}

impl HttpClient for Client {
    fn send_bytes<'a, 'b>(
        &'a self,
        request: Request<Bytes>,
    ) -> Pin<Box<dyn Future<Output = Result<Response<Bytes>, HttpError>> + Send + 'b>>
    where
        'a: 'b,
        Self: 'b,
    {
        let (http, patience, away) = (self.http.clone(), self.patience, Arc::clone(&self.away));
        let sent = self.runtime.spawn(async move {
            let answer = tokio::time::timeout(patience, send(http, request))
                .await
                .unwrap_or_else(|late| Err(late.into()));
            note(&away, answer.as_ref().is_ok_and(|answer| answer.status().is_success()));
            answer
        });
        Box::pin(async move { sent.await? })
    }
}

async fn send(
    http: Http<HttpConnector, Full<Bytes>>,
    request: Request<Bytes>,
) -> Result<Response<Bytes>, HttpError> {
    let (parts, body) = http.request(request.map(Full::new)).await?.into_parts();
    Ok(Response::from_parts(parts, Limited::new(body, MOST_ANSWER).collect().await?.to_bytes()))
}

fn note(away: &AtomicBool, arrived: bool) {
    match (away.swap(!arrived, Ordering::Relaxed), arrived) {
        (false, false) => tracing::warn!(
            "the collector of traces does not take them: check ACCORD_OTLP_ENDPOINT; Accord goes on without"
        ),
        (true, true) => tracing::info!("the collector of traces takes them again"),
        _ => {}
    }
}
