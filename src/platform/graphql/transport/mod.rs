//! GraphQL over HTTP: POST with `application/json` only, so that no form and no plain link of another site can ask
//! anything (cross-site request forgery), and statuses a client can act on.
//!
//! Refusals before GraphQL are problem details that also carry `errors[]`, because clients look there. The order is
//! method, content type, credential, body: a body is read only from somebody we know. The WebSocket at the same address is
//! `socket.rs`; limits on the document are `limits.rs`.

#[cfg(test)]
mod tests;

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
