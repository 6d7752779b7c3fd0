//! GraphQL over HTTP: POST with `application/json` only, so that no form and no plain link of another site can ask
//! anything (cross-site request forgery), and statuses a client can act on.
//!
//! Refusals before GraphQL are problem details that also carry `errors[]`, because clients look there. The order is
//! method, content type, credential, body: a body is read only from somebody we know. The WebSocket at the same address is
//! `socket.rs`; limits on the document are `limits.rs`.

use std::{future::Future, sync::Arc, time::Duration};

use async_graphql::{
    Executor, Request, Response as Answer, ServerError, Value, Variables,
    parser::types::{ExecutableDocument, OperationType},
};
use async_graphql_axum::GraphQLResponse;
use axum::{
    Router,
    body::Bytes,
    extract::{
        DefaultBodyLimit, FromRequest, FromRequestParts, Request as HttpRequest,
        ws::{WebSocketUpgrade, rejection::WebSocketUpgradeRejection},
    },
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
    routing::any,
};
use futures_util::future::BoxFuture;
use serde::Deserialize;
use serde_json::{Map, json};
use tokio::sync::watch;

use super::{
    limits::{self, Checked},
    socket,
    user_error::{GraphqlErrorCode as Code, REQUEST_ID, finish},
};
use crate::error::{Error, Result};

/// Who sends this credential? Gets what stands after `Bearer`.
pub type Authenticate<D> = Arc<dyn Fn(String) -> BoxFuture<'static, Result<D>> + Send + Sync>;

/// Puts into a request what resolvers ask for: the caller, loaders made for this request.
pub type Prepare<D> = Arc<dyn Fn(Request, &D) -> Request + Send + Sync>;

/// A schema with all it needs to be served. `D` is the caller.
pub struct Endpoint<S, D> {
    /// What is asked.
    pub schema: S,
    /// Who asks.
    pub authenticate: Authenticate<D>,
    /// What resolvers find; by default the caller alone.
    pub prepare: Prepare<D>,
    /// Whether anyone may read the schema (for `GraphiQL`), and nothing but the schema.
    pub anonymous_introspection: bool,
    /// Origins whose pages may open the WebSocket, like `https://crm.example`; the public one among them. Programs send no
    /// origin and are not asked.
    pub origins: Vec<String>,
    /// Becomes true when the process is about to end; sockets then close with 1012.
    pub stop: watch::Receiver<bool>,
    /// How long things may take.
    pub patience: Patience,
}

/// How long things may take.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// A body, from its first to its last byte.
    pub body: Duration,
    /// A query or mutation.
    pub execution: Duration,
    /// A socket, from the handshake to `connection_init`.
    pub init: Duration,
    /// A socket between our pings.
    pub ping: Duration,
    /// A socket that says nothing, not even pong.
    pub silence: Duration,
    /// A socket that does not read what we send.
    pub slow: Duration,
    /// A socket between checks of its credential.
    pub recheck: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self {
            body: seconds(10),
            execution: seconds(10),
            init: seconds(10),
            ping: seconds(30),
            silence: seconds(60),
            slow: seconds(20),
            recheck: seconds(15),
        }
    }
}

impl<S: Executor, D: Clone + Send + Sync + 'static> Endpoint<S, D> {
    /// Serves a schema to whom `authenticate` knows; resolvers find the `D` it returns.
    pub fn new(schema: S, authenticate: Authenticate<D>, origins: Vec<String>, stop: watch::Receiver<bool>) -> Self {
        Self {
            schema,
            authenticate,
            prepare: Arc::new(|request, caller| request.data(caller.clone())),
            anonymous_introspection: false,
            origins,
            stop,
            patience: Patience::default(),
        }
    }

    /// Lets anyone read the schema, and nothing else.
    #[must_use]
    pub fn anonymous_introspection(mut self, allowed: bool) -> Self {
        self.anonymous_introspection = allowed;
        self
    }

    /// Fills requests with more than the caller.
    #[must_use]
    pub fn prepare(mut self, prepare: impl Fn(Request, &D) -> Request + Send + Sync + 'static) -> Self {
        self.prepare = Arc::new(prepare);
        self
    }
}

/// Serves POST (queries, mutations) and WebSocket (these and subscriptions) at one path.
pub fn router<S, D, State>(path: &str, endpoint: Endpoint<S, D>) -> Router<State>
where
    S: Executor,
    D: Clone + Send + Sync + 'static,
    State: Clone + Send + Sync + 'static,
{
    let endpoint = Arc::new(endpoint);
    let serve = move |request: HttpRequest| {
        let endpoint = Arc::clone(&endpoint);
        async move { dispatch(endpoint, request).await }
    };
    Router::new().route(path, any(serve)).layer(DefaultBodyLimit::max(limits::MAX_BODY))
}

async fn dispatch<S, D>(endpoint: Arc<Endpoint<S, D>>, request: HttpRequest) -> Response
where
    S: Executor,
    D: Clone + Send + Sync + 'static,
{
    if request.method() == Method::POST {
        return post(&endpoint, request).await.unwrap_or_else(|refusal| *refusal);
    }
    if request.headers().contains_key(header::UPGRADE) {
        let (mut parts, _) = request.into_parts();
        let upgrade: Result<_, WebSocketUpgradeRejection> = WebSocketUpgrade::from_request_parts(&mut parts, &()).await;
        return match upgrade {
            Ok(upgrade) => socket::accept(endpoint, upgrade, &parts.headers),
            Err(rejection) => refuse(rejection.status(), Code::BadRequest, "this is not a WebSocket handshake"),
        };
    }
    let mut refusal = refuse(StatusCode::METHOD_NOT_ALLOWED, Code::MethodNotAllowed, "send GraphQL requests by POST, subscriptions by WebSocket");
    refusal.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST"));
    refusal
}

async fn post<S, D>(endpoint: &Endpoint<S, D>, request: HttpRequest) -> Result<Response, Box<Response>>
where
    S: Executor,
    D: Clone + Send + Sync + 'static,
{
    let headers = request.headers();
    if !is_json(headers) {
        return Err(Box::new(refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, Code::UnsupportedMediaType, "the body must be application/json, in UTF-8")));
    }
    let accept = Accept::of(headers);
    let request_id = request_id(headers);
    let caller = match bearer(headers) {
        Some(credential) => {
            let answer = REQUEST_ID.scope(request_id.clone(), (endpoint.authenticate)(credential)).await;
            Some(answer.map_err(|error| Box::new(refuse_caller(&error, true)))?)
        }
        None if endpoint.anonymous_introspection => None,
        None => return Err(Box::new(refuse_caller(&Error::Unauthenticated, false))),
    };
    let params = Params::read(request, endpoint.patience.body).await?;
    let checked = match params.check() {
        Ok(checked) => checked,
        Err(error) => return Ok(respond(accept, Outcome::Refused, Answer::from_errors(vec![*error]))),
    };
    if caller.is_none() && !checked.introspection {
        return Err(Box::new(refuse_caller(&Error::Unauthenticated, false)));
    }
    let kind = checked.kind;
    if kind == Some(OperationType::Subscription) {
        let error = Code::SubscriptionNeedsSocket.error("subscriptions need a WebSocket with the protocol graphql-transport-ws");
        return Ok(respond(accept, Outcome::Refused, Answer::from_errors(vec![error])));
    }
    let request = params.into_request(checked);
    let request = match &caller {
        Some(caller) => (endpoint.prepare)(request, caller),
        None => request.only_introspection(),
    };
    let (outcome, answer) = execute(endpoint.schema.clone(), request, kind, endpoint.patience.execution, request_id).await;
    Ok(respond(accept, outcome, answer))
}

/// What became of a request that was well formed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It was executed, maybe with errors in some fields.
    Executed,
    /// It does not parse, fit the schema, or keep the limits: nothing was executed.
    Refused,
    /// It took too long.
    TimedOut,
    /// It crashed.
    Failed,
}

/// The one table of statuses. The draft of April 2026 would have 422 for `Refused`; the audit suite and all servers today
/// say 400. With plain `application/json` a well-formed request has always been answered 200.
fn status(accept: Accept, outcome: Outcome) -> StatusCode {
    match (accept, outcome) {
        (Accept::Json, _) | (_, Outcome::Executed) => StatusCode::OK,
        (Accept::GraphqlResponse, Outcome::Refused) => StatusCode::BAD_REQUEST,
        (Accept::GraphqlResponse, Outcome::TimedOut) => StatusCode::SERVICE_UNAVAILABLE,
        (Accept::GraphqlResponse, Outcome::Failed) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// Executes in a task of its own. When the client hangs up or time is over, a query stops; a mutation goes on to its end,
/// so that it is never cut between two of its steps.
pub(super) async fn execute<S: Executor>(
    schema: S,
    request: Request,
    kind: Option<OperationType>,
    patience: Duration,
    request_id: Option<String>,
) -> (Outcome, Answer) {
    let span = tracing::Span::current();
    let work = REQUEST_ID.scope(request_id.clone(), async move {
        let mut answer = schema.execute(request).await;
        let outcome = if was_refused(&answer) { Outcome::Refused } else { Outcome::Executed };
        finish(&mut answer);
        (outcome, answer)
    });
    let mut task = Task { handle: tokio::spawn(tracing::Instrument::instrument(work, span)), stops: kind != Some(OperationType::Mutation) };
    let failed = |outcome, code: Code, message: &str| {
        let mut error = code.error(message);
        if let (Some(id), Some(extensions)) = (request_id, &mut error.extensions) {
            extensions.set("requestId", id);
        }
        (outcome, Answer::from_errors(vec![error]))
    };
    match tokio::time::timeout(patience, &mut task.handle).await {
        Ok(Ok(done)) => done,
        Ok(Err(_)) => {
            tracing::error!("a GraphQL execution panicked");
            failed(Outcome::Failed, Code::Internal, "something went wrong on our side")
        }
        Err(_) if task.stops => failed(Outcome::TimedOut, Code::Timeout, "the request took too long: ask for less"),
        Err(_) => failed(Outcome::TimedOut, Code::Timeout, "this takes long and may still happen: look before you repeat it"),
    }
}

/// Nothing was executed: no data, and no error that happened at a field.
pub(super) fn was_refused(answer: &Answer) -> bool {
    answer.data == Value::Null && !answer.errors.is_empty() && answer.errors.iter().all(|error| error.path.is_empty())
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

/// A request as sent, over HTTP or in a `subscribe` message. Members we do not know are ignored, as the draft says.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Params {
    pub query: String,
    #[serde(default)]
    pub operation_name: Option<String>,
    #[serde(default)]
    pub variables: Option<Map<String, serde_json::Value>>,
    /// Nothing is read from it, but the draft says that it must be an object.
    #[serde(default, rename = "extensions")]
    _extensions: Option<Map<String, serde_json::Value>>,
}

impl Params {
    async fn read(request: HttpRequest, patience: Duration) -> Result<Self, Box<Response>> {
        let refuse = |status, code, detail: &str| Err(Box::new(refuse(status, code, detail)));
        let body = match within(patience, Bytes::from_request(request, &())).await {
            None => return refuse(StatusCode::REQUEST_TIMEOUT, Code::BadRequest, "the body did not arrive in time"),
            Some(Err(rejection)) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                return refuse(StatusCode::PAYLOAD_TOO_LARGE, Code::BodyTooLarge, "the body is larger than 256 KiB");
            }
            Some(Err(_)) => return refuse(StatusCode::BAD_REQUEST, Code::BadRequest, "the body could not be read"),
            Some(Ok(body)) => body,
        };
        if body.trim_ascii_start().starts_with(b"[") {
            return refuse(StatusCode::BAD_REQUEST, Code::BatchRefused, "send one request at a time, not an array");
        }
        // serde's own text may quote what was sent.
        serde_json::from_slice(&body).or_else(|error| {
            let what = if error.is_data() { "is not an object with a `query` text" } else { "is not JSON" };
            refuse(StatusCode::BAD_REQUEST, Code::BadRequest, &format!("the body {what} (line {}, column {})", error.line(), error.column()))
        })
    }

    /// Checks the document, and that every variable that must have a value has one: async-graphql notices only at the field
    /// that uses it, when a mutation before it has already happened.
    ///
    /// # Errors
    /// The refusal, with its code.
    pub(super) fn check(&self) -> Result<Checked, Box<ServerError>> {
        let checked = limits::check(&self.query, self.operation_name.as_deref())?;
        let wanted = self.operation_name.as_deref();
        let operations = checked.document.operations.iter().filter(|(name, _)| wanted.is_none_or(|wanted| name.is_some_and(|name| name == wanted)));
        for variable in operations.flat_map(|(_, operation)| &operation.node.variable_definitions) {
            let (name, variable) = (&variable.node.name.node, &variable.node);
            let given = self.variables.as_ref().and_then(|variables| variables.get(name.as_str()));
            let missing = given.map_or(variable.default_value.is_none(), serde_json::Value::is_null);
            if missing && !variable.var_type.node.nullable {
                return Err(Box::new(Code::ValidationFailed.error(format!("the variable ${name} needs a value of type {}", variable.var_type.node))));
            }
        }
        Ok(checked)
    }

    /// The request to execute, with the document that was parsed for the limits.
    pub(super) fn into_request(self, checked: Checked) -> Request {
        let document: ExecutableDocument = checked.document;
        let mut request = Request::new(self.query).variables(Variables::from_json(self.variables.unwrap_or_default().into()));
        request.operation_name = self.operation_name;
        request.set_parsed_query(document);
        request
    }
}

async fn within<T>(patience: Duration, work: impl Future<Output = T>) -> Option<T> {
    tokio::time::timeout(patience, work).await.ok()
}

/// What the client wants to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Accept {
    /// `application/graphql-response+json`.
    GraphqlResponse,
    /// `application/json`, anything, or nothing said.
    Json,
}

impl Accept {
    fn of(headers: &HeaderMap) -> Self {
        let (mut graphql, mut json) = (0.0, 0.0);
        for range in headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')) {
            let mut parts = range.split(';').map(str::trim);
            let name = parts.next().unwrap_or_default().to_ascii_lowercase();
            let quality = parts
                .find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")))
                .map_or(1.0_f32, |quality| quality.parse().unwrap_or(0.0));
            match name.as_str() {
                "application/graphql-response+json" => graphql = quality,
                "application/json" => json = quality,
                _ => {}
            }
        }
        if graphql > 0.0 && graphql >= json { Self::GraphqlResponse } else { Self::Json }
    }

    fn content_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
        })
    }
}

fn respond(accept: Accept, outcome: Outcome, answer: Answer) -> Response {
    let mut response = if outcome == Outcome::Executed {
        GraphQLResponse::from(answer).into_response()
    } else {
        // No `data` member when nothing was executed; async-graphql would write `"data": null`.
        json!({ "errors": answer.errors }).to_string().into_response()
    };
    *response.status_mut() = status(accept, outcome);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, accept.content_type());
    // Answers are about people; no cache on the way keeps them.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Exactly `application/json`, with no parameter but `charset=utf-8`: what a page of another site cannot send unasked.
fn is_json(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return false };
    let Ok(value) = value.to_str() else { return false };
    let mut parts = value.split(';').map(str::trim);
    parts.next().is_some_and(|name| name.eq_ignore_ascii_case("application/json"))
        && parts.all(|part| {
            let part = part.to_ascii_lowercase();
            part.strip_prefix("charset=").is_some_and(|charset| matches!(charset.trim_matches('"'), "utf-8" | "utf8"))
        })
}

/// What stands after `Bearer` in the `Authorization` header.
pub(super) fn bearer(headers: &HeaderMap) -> Option<String> {
    headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).map(credential)
}

/// The credential in `Bearer …`; another scheme gives a credential that nobody has.
pub(super) fn credential(authorization: &str) -> String {
    match authorization.trim().split_once(' ') {
        Some((scheme, credential)) if scheme.eq_ignore_ascii_case("bearer") => credential.trim().to_owned(),
        _ => String::new(),
    }
}

/// The request's id as the layers in front set it, when it looks like one.
pub(super) fn request_id(headers: &HeaderMap) -> Option<String> {
    let id = headers.get("x-request-id")?.to_str().ok()?;
    (id.len() <= 64 && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')).then(|| id.to_owned())
}

/// Refuses a caller; `tried` when a credential was shown.
fn refuse_caller(error: &Error, tried: bool) -> Response {
    error.log();
    match error {
        Error::Forbidden => refuse(StatusCode::FORBIDDEN, Code::Forbidden, "this key may not do that"),
        Error::Busy(after) => {
            let mut refusal = refuse(StatusCode::SERVICE_UNAVAILABLE, Code::Busy, "not now: try again later");
            refusal.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(after.as_secs().max(1)));
            refusal
        }
        Error::Internal(_) => refuse(StatusCode::INTERNAL_SERVER_ERROR, Code::Internal, "something went wrong on our side"),
        Error::Unauthenticated | Error::Rejected(_) | Error::NotFound | Error::Conflict => {
            let mut refusal = refuse(StatusCode::UNAUTHORIZED, Code::Unauthenticated, "send `Authorization: Bearer …` with a valid API key");
            let challenge = if tried { "Bearer error=\"invalid_token\"" } else { "Bearer" };
            refusal.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
            refusal
        }
    }
}

/// Refuses a request before GraphQL: problem details (RFC 9457) that a GraphQL client also understands.
pub(super) fn refuse(status: StatusCode, code: Code, detail: &str) -> Response {
    let error: ServerError = code.error(detail);
    let body = json!({
        "type": "about:blank",
        "title": status.canonical_reason().unwrap_or_default(),
        "status": status.as_u16(),
        "detail": detail,
        "code": code.as_str(),
        "errors": [error],
    });
    let headers = [(header::CONTENT_TYPE, "application/problem+json"), (header::CACHE_CONTROL, "no-store")];
    (status, headers, body.to_string()).into_response()
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, http::header::HeaderName};
    use serde_json::Value as Json;
    use tower::ServiceExt;

    use super::{
        super::test_schema::{self, Stage},
        *,
    };

    struct Reply {
        status: u16,
        headers: HeaderMap,
        text: String,
    }

    impl Reply {
        fn json(&self) -> Json {
            serde_json::from_str(&self.text).unwrap()
        }

        fn code(&self) -> String {
            self.json()["errors"][0]["extensions"]["code"].as_str().unwrap_or_default().to_owned()
        }

        fn header(&self, name: HeaderName) -> &str {
            self.headers.get(name).map_or("", |value| value.to_str().unwrap())
        }
    }

    async fn send(stage: &Stage, method: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Reply {
        let mut request = HttpRequest::builder().method(method).uri("/graphql");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = stage.router().oneshot(request.body(body.into()).unwrap()).await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        Reply { status, headers, text: String::from_utf8(body.to_vec()).unwrap() }
    }

    const JSON: (&str, &str) = ("content-type", "application/json");
    const KEY: (&str, &str) = ("authorization", "Bearer good");
    const NEW: (&str, &str) = ("accept", "application/graphql-response+json");

    async fn ask(stage: &Stage, query: &str) -> Reply {
        send(stage, "POST", &[JSON, KEY, NEW], json!({ "query": query }).to_string()).await
    }

    #[tokio::test]
    async fn a_query_is_answered_in_the_type_that_was_asked_for() {
        let stage = Stage::new();
        let body = || {
            json!({ "query": "query Q($n: Int!) { twice(n: $n) me }", "variables": { "n": 21 }, "operationName": "Q", "extensions": null, "else": 1 })
                .to_string()
        };
        for (accept, expected) in [
            ("application/graphql-response+json, application/json;q=0.9", "application/graphql-response+json; charset=utf-8"),
            ("application/graphql-response+json;q=0.1, application/json", "application/json; charset=utf-8"),
            ("application/json", "application/json; charset=utf-8"),
            ("*/*", "application/json; charset=utf-8"),
            ("text/html", "application/json; charset=utf-8"),
        ] {
            let reply = send(&stage, "POST", &[("content-type", "Application/JSON; charset=UTF-8"), KEY, ("accept", accept)], body()).await;
            assert_eq!((reply.status, reply.header(header::CONTENT_TYPE)), (200, expected), "{accept}");
            assert_eq!(reply.json(), json!({ "data": { "twice": 42, "me": "good" } }));
            assert_eq!(reply.header(header::CACHE_CONTROL), "no-store");
        }
    }

    #[tokio::test]
    async fn only_json_by_post_is_taken() {
        let stage = Stage::new();
        let body = json!({ "query": "{ me }" }).to_string();
        for kind in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "application/json; charset=latin1",
            "application/graphql",
            "application/json; q=1",
        ] {
            let reply = send(&stage, "POST", &[("content-type", kind), KEY], body.clone()).await;
            assert_eq!((reply.status, reply.code().as_str()), (415, "UNSUPPORTED_MEDIA_TYPE"), "{kind}");
            assert_eq!(reply.header(header::CONTENT_TYPE), "application/problem+json");
        }
        assert_eq!(send(&stage, "POST", &[KEY], body.clone()).await.status, 415);
        for method in ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"] {
            let reply = send(&stage, method, &[JSON, KEY], "").await;
            assert_eq!((reply.status, reply.header(header::ALLOW)), (405, "POST"), "{method}");
        }
        assert_eq!(send(&stage, "GET", &[KEY, ("upgrade", "websocket")], "").await.code(), "BAD_REQUEST");
    }

    #[tokio::test]
    async fn bodies_that_are_no_request_are_refused() {
        let stage = Stage::new();
        for (body, code) in [
            (r"", "BAD_REQUEST"),
            ("{", "BAD_REQUEST"),
            ("7", "BAD_REQUEST"),
            ("{}", "BAD_REQUEST"),
            (r#"{"query":7}"#, "BAD_REQUEST"),
            (r#"{"query":"{ me }","variables":[]}"#, "BAD_REQUEST"),
            (r#"{"query":"{ me }","extensions":"x"}"#, "BAD_REQUEST"),
            (r#"{"query":"{ me }","operationName":{}}"#, "BAD_REQUEST"),
            (r#" [{"query":"{ me }"}]"#, "BATCH_REFUSED"),
        ] {
            let reply = send(&stage, "POST", &[JSON, KEY], body).await;
            assert_eq!((reply.status, reply.code().as_str()), (400, code), "{body}");
        }
        let reply = send(&stage, "POST", &[JSON, KEY], Body::from(&b"{\"query\":\"\xff\"}"[..])).await;
        assert_eq!((reply.status, reply.code().as_str()), (400, "BAD_REQUEST"));
        let reply = send(&stage, "POST", &[JSON, KEY], vec![b' '; limits::MAX_BODY + 1]).await;
        assert_eq!((reply.status, reply.code().as_str()), (413, "BODY_TOO_LARGE"));
    }

    #[tokio::test]
    async fn what_was_not_executed_has_no_data_and_a_status_by_type() {
        let stage = Stage::new();
        for (query, code) in [
            ("{", "GRAPHQL_PARSE_FAILED"),
            ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
            ("query($n: Int!) { twice(n: $n) }", "GRAPHQL_VALIDATION_FAILED"),
            ("query($n: Int!) { me twice(n: 1) small(n: $n) }", "GRAPHQL_VALIDATION_FAILED"),
            ("{ twice(n: \"x\") }", "GRAPHQL_VALIDATION_FAILED"),
            ("subscription { count(to: 1) }", "SUBSCRIPTION_NEEDS_SOCKET"),
            ("{ expensive }", "TOO_COMPLEX"),
        ] {
            let reply = ask(&stage, query).await;
            assert_eq!((reply.status, reply.code().as_str()), (400, code), "{query}: {}", reply.text);
            assert!(reply.json().get("data").is_none(), "{query}");
            assert!(!reply.text.contains("Did you mean"));
            let reply = send(&stage, "POST", &[JSON, KEY], json!({ "query": query }).to_string()).await;
            assert_eq!((reply.status, reply.code().as_str()), (200, code), "{query}");
        }
        for wrong in [json!("x"), json!(null), json!([1]), json!(1.5)] {
            let body = json!({ "query": "query($n: Int!) { twice(n: $n) }", "variables": { "n": wrong } }).to_string();
            let reply = send(&stage, "POST", &[JSON, KEY, NEW], body).await;
            assert_eq!((reply.status, reply.code().as_str()), (400, "GRAPHQL_VALIDATION_FAILED"), "{wrong}: {}", reply.text);
        }
        let reply = send(&stage, "POST", &[JSON, KEY, NEW], json!({ "query": "{ me }", "operationName": "Other" }).to_string()).await;
        assert_eq!((reply.status, reply.code().as_str()), (400, "GRAPHQL_VALIDATION_FAILED"));
    }

    #[tokio::test]
    async fn bombs_do_not_reach_the_schema() {
        let stage = Stage::new();
        let aliases = (0..101).map(|n| format!("a{n}:__typename")).collect::<Vec<_>>().join(" ");
        assert_eq!(ask(&stage, &format!("{{ x: me {aliases} }}")).await.status, 400);
        assert_eq!(ask(&stage, &format!("{{ nest {{ {aliases} }} }}")).await.code(), "TOO_MANY_ALIASES");
        assert_eq!(ask(&stage, &format!("{{ {} }}", "__typename ".repeat(2_500))).await.code(), "TOO_MANY_TOKENS");
        assert_eq!(ask(&stage, &format!("{{ {} }}", "__typename ".repeat(21))).await.code(), "TOO_MANY_ROOT_FIELDS");
        assert_eq!(ask(&stage, &format!("{{ {} me {} }}", "nest {".repeat(13), "}".repeat(13))).await.code(), "TOO_DEEP");
        assert_eq!(ask(&stage, &format!("{{ me(x: {}{}) }}", "[".repeat(900), "]".repeat(900))).await.code(), "TOO_DEEP");
        let directives = (0..10).map(|n| format!("@d{n}")).collect::<Vec<_>>().join(" ");
        let reply = ask(&stage, &format!("{{ me {directives} }}")).await;
        assert!(reply.json()["errors"].as_array().unwrap().len() < 10);
    }

    #[tokio::test]
    async fn errors_in_fields_keep_the_rest_and_show_nothing_inside() {
        let stage = Stage::new();
        let reply = ask(&stage, "{ me busy leak }").await;
        assert_eq!(reply.status, 200);
        let answer = reply.json();
        assert_eq!(answer["data"], json!({ "me": "good", "busy": null, "leak": null }), "{answer}");
        let codes: Vec<_> = answer["errors"].as_array().unwrap().iter().map(|error| error["extensions"]["code"].clone()).collect();
        assert!(codes.contains(&json!("BUSY")) && codes.contains(&json!("INTERNAL")), "{codes:?}");
        assert!(!reply.text.contains("secret"), "{}", reply.text);
        let reply = ask(&stage, "{ me small(n: 300) }").await;
        assert_eq!((reply.status, reply.code().as_str()), (200, "BAD_USER_INPUT"), "{}", reply.text);
        let reply = ask(&stage, "{ panics }").await;
        assert_eq!((reply.status, reply.code().as_str()), (500, "INTERNAL"));
    }

    #[tokio::test]
    async fn a_credential_is_needed_for_everything() {
        let stage = Stage::new();
        let body = || json!({ "query": "{ __typename }" }).to_string();
        let reply = send(&stage, "POST", &[JSON], body()).await;
        assert_eq!((reply.status, reply.header(header::WWW_AUTHENTICATE), reply.code().as_str()), (401, "Bearer", "UNAUTHENTICATED"));
        for wrong in ["Bearer bad", "Bearer", "Basic good", "good"] {
            let reply = send(&stage, "POST", &[JSON, ("authorization", wrong)], body()).await;
            assert_eq!((reply.status, reply.header(header::WWW_AUTHENTICATE)), (401, "Bearer error=\"invalid_token\""), "{wrong}");
        }
        let reply = send(&stage, "POST", &[JSON, ("authorization", "bearer  busy")], body()).await;
        assert_eq!((reply.status, reply.header(header::RETRY_AFTER)), (503, "3"));
    }

    #[tokio::test]
    async fn with_graphiql_anyone_may_read_the_schema_and_nothing_else() {
        let mut stage = Stage::new();
        stage.anonymous_introspection = true;
        let schema = "{ __schema { types { fields { args { type { ofType { ofType { ofType { ofType { ofType { ofType { ofType { ofType { name } } } } } } } } } } } } } }";
        let reply = send(&stage, "POST", &[JSON, NEW], json!({ "query": schema }).to_string()).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        assert!(reply.json()["data"]["__schema"]["types"].as_array().unwrap().len() > 5);
        for query in ["{ me }", "{ __typename me }", "mutation { slow }", "subscription { count(to: 1) }"] {
            assert_eq!(send(&stage, "POST", &[JSON, NEW], json!({ "query": query }).to_string()).await.status, 401, "{query}");
        }
        assert_eq!(send(&stage, "POST", &[JSON, ("authorization", "Bearer bad")], json!({ "query": schema }).to_string()).await.status, 401);
    }

    #[tokio::test]
    async fn a_query_that_takes_too_long_stops_and_a_mutation_is_never_cut() {
        let mut stage = Stage::new();
        stage.patience.execution = Duration::from_millis(40);
        let reply = ask(&stage, "{ sleep }").await;
        assert_eq!((reply.status, reply.code().as_str()), (503, "TIMEOUT"));
        let reply = ask(&stage, "mutation { slow }").await;
        assert_eq!((reply.status, reply.code().as_str()), (503, "TIMEOUT"));
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert_eq!(stage.seen.finished(), ["slow"], "the query was stopped, the mutation ran to its end");
    }

    #[tokio::test]
    async fn a_client_that_hangs_up_does_not_cut_a_mutation() {
        let stage = Stage::new();
        let gone = tokio::time::timeout(Duration::from_millis(40), ask(&stage, "mutation { slow }")).await;
        assert!(gone.is_err());
        let gone = tokio::time::timeout(Duration::from_millis(40), ask(&stage, "{ sleep }")).await;
        assert!(gone.is_err());
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert_eq!(stage.seen.finished(), ["slow"]);
    }

    #[test]
    fn request_ids_are_taken_over_only_when_they_look_like_one() {
        let id = |text: &'static str| request_id(&HeaderMap::from_iter([(HeaderName::from_static("x-request-id"), HeaderValue::from_static(text))]));
        assert_eq!(id("0193-ab").as_deref(), Some("0193-ab"));
        assert_eq!(id("ada@example.org"), None);
        let _ = test_schema::schema(&test_schema::Seen::default());
    }
}
