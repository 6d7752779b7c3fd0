//! The layers around every route, from the outside in: request ID and one log line, headers, panics, timeout,
//! body limit.
//!
//! The log contains the *matched* route (`/confirm/{token}`), never the path, because paths contain signed
//! links.

use std::{
    any::Any,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    Router,
    extract::{DefaultBodyLimit, MatchedPath, Request, State},
    http::{
        HeaderName, HeaderValue, Method, StatusCode,
        header::{
            CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
            X_CONTENT_TYPE_OPTIONS,
        },
    },
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
};
use tower_http::catch_panic::CatchPanicLayer;
use tracing::{Instrument, Span};

use super::{answer::Fault, body::MOST_BODY};
use crate::{error::Error, metrics::Metrics, traces};

/// Timeout until the response begins.
const LONGEST: Duration = Duration::from_secs(30);

/// The ID of a request: in the response's `x-request-id`, in every log line of the request, in GraphQL
/// errors. Random, never the client's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(pub String);

impl RequestId {
    fn new() -> Self {
        Self(hex::encode(rand::random::<[u8; 12]>()))
    }
}

/// Adds the layers to a complete router. `https`: whether clients reach us over TLS. `metrics`: where
/// requests are counted. `first_parts`: the first segments of its paths, for the log of requests that match
/// no route.
pub fn around<S: Clone + Send + Sync + 'static>(
    router: Router<S>,
    https: bool,
    metrics: &Metrics,
    first_parts: &'static [&'static str],
) -> Router<S> {
    router
        .layer(DefaultBodyLimit::max(MOST_BODY))
        .layer(from_fn_with_state(LONGEST, in_time))
        // The panic hook has logged the location; the message may quote data and is dropped.
        .layer(CatchPanicLayer::custom(|_: Box<dyn Any + Send>| {
            Fault::from(Error::internal("a request panicked")).into_response()
        }))
        .layer(from_fn_with_state(https, harden))
        .layer(from_fn_with_state((metrics.clone(), first_parts), observe))
}

async fn in_time(State(longest): State<Duration>, request: Request, next: Next) -> Response {
    tokio::time::timeout(longest, next.run(request))
        .await
        .unwrap_or_else(|_| Fault::from(Error::Busy(Duration::from_secs(30))).into_response())
}

const DEFAULTS: [(HeaderName, &str); 7] = [
    (
        CONTENT_SECURITY_POLICY,
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (CACHE_CONTROL, "no-store"),
    (REFERRER_POLICY, "no-referrer"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (HeaderName::from_static("x-robots-tag"), "noindex, nofollow"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// Sets security headers on every response that does not set its own, including errors, 404s and future
/// routes.
async fn harden(State(https): State<bool>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in DEFAULTS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if https {
        headers.insert(
            STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=31536000; includeSubDomains"),
        );
    }
    response
}

/// Routes whose successful responses are only logged at debug level.
const HEALTH: [&str; 2] = ["/healthz", "/readyz"];

/// The class of a path that matches no route, so that a 404 in the log shows what kind of link or page is
/// broken. Always a fixed word and never a part of the path, which may contain anything, above all signed
/// links. `known` are the first segments of our own paths.
fn class_of(path: &str, known: &[&'static str]) -> &'static str {
    let mut parts = path.trim_start_matches('/').split('/');
    let first = parts.next().unwrap_or_default();
    if let Some(own) = known.iter().find(|known| first.eq_ignore_ascii_case(known)) {
        return own;
    }
    let last = path.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    match first {
        ".well-known" => "well-known",
        "robots.txt" | "sitemap.xml" => "crawler",
        "" => "root",
        _ if first.starts_with('.')
            || [".php", ".asp", ".aspx", ".env", ".cgi", ".jsp"].iter().any(|end| last.ends_with(end)) =>
        {
            "probe"
        }
        _ if last.contains('.') => "file",
        _ => "other",
    }
}

/// The log line and the metrics of one request, written when this is dropped: so a caller that disconnects is
/// logged too.
struct Line {
    method: &'static str,
    route: Arc<str>,
    /// The class of a path that matched no route.
    class: Option<&'static str>,
    begun: Instant,
    status: Option<StatusCode>,
    span: Span,
    metrics: Metrics,
}

impl Drop for Line {
    fn drop(&mut self) {
        let Self { method, route, class, .. } = self;
        let (status, took) = (self.status.map(|status| status.as_u16()), self.begun.elapsed());
        traces::answered(&self.span, status);
        self.metrics.request(method, Arc::clone(route), status, took);
        let latency = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        match status {
            Some(status @ 500..) => {
                tracing::warn!(http.method = method, http.route = %route, http.status = status, http.latency_us = latency, "request");
            }
            // Health checks come every few seconds: nobody reads these lines, and they hide the others.
            Some(status) if HEALTH.contains(&&**route) => {
                tracing::debug!(http.method = method, http.route = %route, http.status = status, http.latency_us = latency, "request");
            }
            // A field without a value does not appear in the line.
            Some(status) => tracing::info!(
                http.method = method, http.route = %route, http.path_class = class, http.status = status, http.latency_us = latency, "request"
            ),
            None => {
                tracing::info!(http.method = method, http.route = %route, http.latency_us = latency, "request abandoned");
            }
        }
    }
}

/// A client may send any word as a method; only known ones are logged.
fn known(method: &Method) -> &'static str {
    ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
        .into_iter()
        .find(|name| *name == method.as_str())
        .unwrap_or("other")
}

async fn observe(
    State((metrics, first_parts)): State<(Metrics, &'static [&'static str])>,
    mut request: Request,
    next: Next,
) -> Response {
    let id = RequestId::new();
    let route: Arc<str> =
        request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).into();
    let class = request
        .extensions()
        .get::<MatchedPath>()
        .is_none()
        .then(|| class_of(request.uri().path(), first_parts));
    let method = known(request.method());
    // At the highest level, so that warnings have the ID even where nothing else is logged.
    let span = tracing::error_span!("request", http.request_id = %id.0, otel.kind = tracing::field::Empty);
    traces::asked(&span, method, &route, request.headers());
    let line =
        Line { method, route, class, begun: Instant::now(), status: None, span: span.clone(), metrics };
    let header = HeaderValue::from_str(&id.0);
    // For the GraphQL transport; replaces the client's own `x-request-id`.
    if let Ok(header) = &header {
        request.headers_mut().insert("x-request-id", header.clone());
    }
    request.extensions_mut().insert(id);
    async move {
        // Moves the whole value; otherwise only the (copied) status would be moved, and the line would be
        // written at once.
        let mut line = line;
        let mut response = next.run(request).await;
        if let Ok(header) = header {
            response.headers_mut().insert("x-request-id", header);
        }
        line.status = Some(response.status());
        response
    }
    .instrument(span)
    .await
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use axum::{Extension, body::Body, routing::get};
    use tower::ServiceExt;
    use tracing_subscriber::fmt::MakeWriter;

    use super::*;

    const OURS: &[&str] = &["confirm", "unsubscribe"];

    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl std::io::Write for Log {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    impl<'a> MakeWriter<'a> for Log {
        type Writer = Self;

        fn make_writer(&'a self) -> Self {
            self.clone()
        }
    }

    async fn ask(router: Router, path: &str) -> Response {
        router.oneshot(Request::builder().uri(path).body(Body::empty()).unwrap()).await.unwrap()
    }

    fn router() -> Router {
        let routes = Router::new()
            .route("/confirm/{token}", get(|Extension(id): Extension<RequestId>| async move { id.0 }))
            .route(
                "/panic",
                get(|Extension(id): Extension<RequestId>| async move {
                    assert!(id.0.is_empty(), "ada@example.org");
                }),
            )
            .route(
                "/own",
                get(|| async { super::super::page(String::new(), "default-src 'self'", StatusCode::OK) }),
            );
        around(routes, false, &Metrics::default(), OURS)
    }

    #[tokio::test]
    async fn the_log_has_the_route_and_the_id_and_never_the_token() {
        let log = Log::default();
        let guard = tracing::subscriber::set_default(
            tracing_subscriber::fmt().with_writer(log.clone()).with_ansi(false).finish(),
        );
        let response = ask(router(), "/confirm/v1.secret?also=secret").await;
        ask(router(), "/nowhere/secret").await;
        ask(router(), "/confirm/v1.secret/more").await;
        drop(guard);
        let id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
        assert_eq!(axum::body::to_bytes(response.into_body(), 100).await.unwrap(), id.as_bytes());
        let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
        assert!(
            text.contains("/confirm/{token}") && text.contains(&id) && text.contains("http.status=200"),
            "{text}"
        );
        assert!(
            text.contains("http.route=none") && text.contains("http.status=404") && !text.contains("secret"),
            "{text}"
        );
        assert!(
            text.contains("http.path_class=\"other\"") && text.contains("http.path_class=\"confirm\""),
            "{text}"
        );
    }

    #[test]
    fn a_path_that_nobody_answers_is_logged_by_its_kind_and_never_by_its_words() {
        for (path, class) in [
            ("/", "root"),
            ("/Unsubscribe/v1.k1.secret/x", "unsubscribe"),
            ("/wp-login.php", "probe"),
            ("/.env", "probe"),
            ("/a/b/.git.PHP", "probe"),
            ("/.well-known/security.txt", "well-known"),
            ("/robots.txt", "crawler"),
            ("/ada@example.org", "file"),
            ("/ada", "other"),
        ] {
            assert_eq!(class_of(path, OURS), class, "{path}");
        }
    }

    #[tokio::test]
    async fn checks_of_health_are_logged_at_debug_level_only_while_they_are_well() {
        let log = Log::default();
        let guard = tracing::subscriber::set_default(
            tracing_subscriber::fmt().with_writer(log.clone()).with_ansi(false).finish(),
        );
        let routes = Router::new()
            .route("/healthz", get(|| async {}))
            .route("/readyz", get(|| async { StatusCode::SERVICE_UNAVAILABLE }));
        let router = around(routes, false, &Metrics::default(), OURS);
        ask(router.clone(), "/healthz").await;
        ask(router, "/readyz").await;
        drop(guard);
        let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
        assert!(
            !text.contains("/healthz") && text.contains("/readyz") && text.contains("http.status=503"),
            "{text}"
        );
    }

    #[tokio::test]
    async fn a_panic_becomes_500_and_says_nothing() {
        let response = ask(router(), "/panic").await;
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert!(
            response.headers().contains_key("x-request-id")
                && response.headers()[CACHE_CONTROL] == "no-store"
        );
        let body = axum::body::to_bytes(response.into_body(), 10_000).await.unwrap();
        assert!(!String::from_utf8_lossy(&body).contains("ada"));
    }

    #[tokio::test]
    async fn a_request_that_hangs_is_answered_when_its_time_is_over() {
        let slow = Router::new().route("/slow", get(std::future::pending::<&'static str>));
        let response = ask(slow.layer(from_fn_with_state(Duration::from_millis(5), in_time)), "/slow").await;
        assert_eq!(
            (response.status(), &response.headers()["retry-after"]),
            (StatusCode::SERVICE_UNAVAILABLE, &HeaderValue::from(30))
        );
    }

    #[tokio::test]
    async fn every_answer_is_hardened_and_a_page_keeps_its_own_policy() {
        let response = ask(router(), "/nowhere").await;
        for (name, value) in DEFAULTS {
            assert_eq!(response.headers()[&name], value, "{name}");
        }
        assert!(!response.headers().contains_key(STRICT_TRANSPORT_SECURITY));
        assert_eq!(ask(router(), "/own").await.headers()[CONTENT_SECURITY_POLICY], "default-src 'self'");
        let secure =
            around(Router::<()>::new().route("/", get(|| async {})), true, &Metrics::default(), OURS);
        assert!(ask(secure, "/").await.headers().contains_key(STRICT_TRANSPORT_SECURITY));
    }
}
