//! GraphQL over HTTP: POST with `application/json` only, so that no form and no plain link of another site can ask
//! anything (cross-site request forgery), and statuses a client can act on.
//!
//! Refusals before GraphQL are problem details that also carry `errors[]`, because clients look there. The order is
//! method, content type, credential, body: a long body is read only from somebody we know. Somebody unknown may do what
//! `Endpoint::public` names and nothing else, and nobody may try many passwords in one request: what `Endpoint::alone` names
//! is the only field of its operation. The WebSocket at the same address is `socket.rs`; limits on the document are `limits.rs`.

mod caller;
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
use futures_util::{future::BoxFuture, stream::BoxStream};
use ipnet::IpNet;
use serde::Deserialize;
use serde_json::{Map, json};
use tokio::sync::watch;

pub use caller::{Credential, Peer};
pub(super) use caller::{From as Page, from};

use super::{
    limits::{self, Checked},
    socket,
    user_error::{GraphqlErrorCode as Code, REQUEST_ID, finish},
};
use crate::error::{Error, Result};

/// Who sends this credential?
pub type Authenticate<D> = Arc<dyn Fn(Credential) -> BoxFuture<'static, Result<D>> + Send + Sync>;

/// Is this caller still who they were, with the same rights? Gives them as they are now.
pub type Renew<D> = Arc<dyn Fn(D) -> BoxFuture<'static, Result<D>> + Send + Sync>;

/// Says each time that something happened which may end this caller's access.
pub type Watch<D> = Arc<dyn Fn(D) -> BoxStream<'static, ()> + Send + Sync>;

/// Puts into a request what resolvers ask for: the caller if there is one, loaders made for this request, from where it comes.
pub type Prepare<D> = Arc<dyn Fn(Request, Option<&D>, &Peer) -> Request + Send + Sync>;

/// A schema with all it needs to be served. `D` is the caller.
pub struct Endpoint<S, D> {
    /// What is asked.
    pub schema: S,
    /// Who asks.
    pub authenticate: Authenticate<D>,
    /// Who asks still; none = `authenticate` again.
    pub renew: Option<Renew<D>>,
    /// When to ask again before the time has come; none = never.
    pub watch: Option<Watch<D>>,
    /// What resolvers find; by default the caller alone.
    pub prepare: Prepare<D>,
    /// The cookie that is a credential, if there is one.
    pub cookie: Option<&'static str>,
    /// Mutations that somebody unknown may do. They are alone in their operation.
    pub public: &'static [&'static str],
    /// Other fields that are alone in their operation, because they can be used for guessing.
    pub alone: &'static [&'static str],
    /// Proxies whose word on the caller's address counts.
    pub trusted_proxies: Vec<IpNet>,
    /// Whether anyone may read the schema (for `GraphiQL`), and nothing but the schema.
    pub anonymous_introspection: bool,
    /// Origins whose pages may open the WebSocket and send the cookie, like `https://crm.example`; the public one among them.
    /// Programs send no origin and are not asked.
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
            renew: None,
            watch: None,
            prepare: Arc::new(|request, caller, _| match caller {
                Some(caller) => request.data(caller.clone()),
                None => request,
            }),
            cookie: None,
            public: &[],
            alone: &[],
            trusted_proxies: Vec::new(),
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
    pub fn prepare(mut self, prepare: impl Fn(Request, Option<&D>, &Peer) -> Request + Send + Sync + 'static) -> Self {
        self.prepare = Arc::new(prepare);
        self
    }

    /// Takes sessions: the cookie, what may be done without one, what is alone, and how access ends while a socket is open.
    #[must_use]
    pub fn sessions(
        mut self,
        cookie: &'static str,
        public: &'static [&'static str],
        alone: &'static [&'static str],
        renew: Renew<D>,
        watch: Watch<D>,
    ) -> Self {
        (self.cookie, self.public, self.alone, self.renew, self.watch) = (Some(cookie), public, alone, Some(renew), Some(watch));
        self
    }

    /// What may be asked in one operation: a field that can be used for guessing comes alone and under its own name.
    ///
    /// # Errors
    /// The refusal, with its code.
    pub(super) fn check(&self, params: &Params) -> Result<Checked, Box<ServerError>> {
        let checked = params.check()?;
        let is_alone = |name: &str| self.public.contains(&name) || self.alone.contains(&name);
        let one = matches!(checked.roots.as_slice(), [only] if !only.aliased);
        if !one && checked.roots.iter().any(|root| is_alone(&root.name)) {
            let message = "this field must be the only one of its operation, under its own name";
            return Err(Box::new(Code::MustBeAlone.error(message)));
        }
        Ok(checked)
    }

    fn is_public(&self, checked: &Checked) -> bool {
        checked.kind == Some(OperationType::Mutation)
            && !checked.roots.is_empty()
            && checked.roots.iter().all(|root| self.public.contains(&root.name.as_str()))
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
            Ok(upgrade) => {
                let peer = Peer::read(&parts.extensions, &parts.headers, &endpoint.trusted_proxies, false);
                socket::accept(endpoint, upgrade, &parts.headers, peer)
            }
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
    let peer = Peer::read(request.extensions(), headers, &endpoint.trusted_proxies, true);
    let page = from(headers, &endpoint.origins);
    let shown = match (bearer(headers), endpoint.cookie.and_then(|name| peer.cookie(name))) {
        (Some(bearer), _) => Some(Credential::Bearer(bearer)),
        (None, Some(_)) if page != Page::OurPage => return Err(Box::new(refuse_page())),
        (None, Some(cookie)) => Some(Credential::Cookie(cookie.to_owned())),
        (None, None) => None,
    };
    let caller = match shown {
        Some(credential) => {
            let by_cookie = matches!(credential, Credential::Cookie(_));
            match REQUEST_ID.scope(request_id.clone(), (endpoint.authenticate)(credential)).await {
                Ok(caller) => Some(caller),
                // A browser goes on sending the cookie of a session that is over.
                Err(Error::Unauthenticated) if by_cookie => None,
                Err(error) => return Err(Box::new(refuse_caller(&error, true))),
            }
        }
        None => None,
    };
    let (params, checked) = match &caller {
        Some(_) => {
            let params = Params::read(request, endpoint.patience.body, limits::MAX_BODY).await?;
            match endpoint.check(&params) {
                Ok(checked) => (params, checked),
                Err(error) => return Ok(respond(accept, Outcome::Refused, Answer::from_errors(vec![*error]))),
            }
        }
        None => match anonymous(endpoint, request, page).await? {
            Ok(asked) => asked,
            Err(error) => return Ok(respond(accept, Outcome::Refused, Answer::from_errors(vec![*error]))),
        },
    };
    let kind = checked.kind;
    if kind == Some(OperationType::Subscription) {
        let error = Code::SubscriptionNeedsSocket.error("subscriptions need a WebSocket with the protocol graphql-transport-ws");
        return Ok(respond(accept, Outcome::Refused, Answer::from_errors(vec![error])));
    }
    let about_schema = checked.introspection;
    let request = (endpoint.prepare)(params.into_request(checked), caller.as_ref(), &peer);
    let request = match (&caller, about_schema) {
        (Some(_), _) => request,
        (None, true) => request.only_introspection(),
        (None, false) => request.disable_introspection(),
    };
    let (outcome, answer) = execute(endpoint.schema.clone(), request, kind, endpoint.patience.execution, request_id).await;
    Ok(respond(accept, outcome, answer))
}

/// What somebody unknown may ask: a public mutation, or, where anyone may read it, the schema. Everything else is answered
/// like a missing credential.
async fn anonymous<S, D>(
    endpoint: &Endpoint<S, D>,
    request: HttpRequest,
    page: Page,
) -> Result<Result<(Params, Checked), Box<ServerError>>, Box<Response>>
where
    S: Executor,
    D: Clone + Send + Sync + 'static,
{
    let unknown = || Box::new(refuse_caller(&Error::Unauthenticated, false));
    let open = endpoint.anonymous_introspection;
    if endpoint.public.is_empty() && !open {
        return Err(unknown());
    }
    let most = if open { limits::MAX_BODY } else { MAX_ANONYMOUS_BODY };
    let params = match Params::read(request, endpoint.patience.body, most).await {
        Ok(params) => params,
        Err(refusal) if open => return Err(refusal),
        Err(_) => return Err(unknown()),
    };
    match endpoint.check(&params) {
        Ok(checked) if endpoint.is_public(&checked) && page == Page::AnotherPage => Err(Box::new(refuse_page())),
        Ok(checked) if endpoint.is_public(&checked) || (open && checked.introspection) => Ok(Ok((params, checked))),
        Err(error) if open || is_code(&error, Code::MustBeAlone) => Ok(Err(error)),
        Ok(_) | Err(_) => Err(unknown()),
    }
}

fn is_code(error: &ServerError, code: Code) -> bool {
    error.extensions.as_ref().and_then(|extensions| extensions.get("code")) == Some(&Value::from(code.as_str()))
}

/// The most that is read from somebody unknown, in bytes.
const MAX_ANONYMOUS_BODY: usize = 16 * 1024;

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
    async fn read(mut request: HttpRequest, patience: Duration, most: usize) -> Result<Self, Box<Response>> {
        let refuse = |status, code, detail: &str| Err(Box::new(refuse(status, code, detail)));
        DefaultBodyLimit::max(most).apply(&mut request);
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
        Error::Forbidden => refuse(StatusCode::FORBIDDEN, Code::Forbidden, "this credential may not do that"),
        Error::SecondFactorRequired => refuse(StatusCode::FORBIDDEN, Code::SecondFactorRequired, "use your second factor first"),
        Error::Busy(after) => {
            let mut refusal = refuse(StatusCode::SERVICE_UNAVAILABLE, Code::Busy, "not now: try again later");
            refusal.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(after.as_secs().max(1)));
            refusal
        }
        Error::Internal(_) => refuse(StatusCode::INTERNAL_SERVER_ERROR, Code::Internal, "something went wrong on our side"),
        Error::Unauthenticated | Error::Rejected(_) | Error::NotFound | Error::Conflict => {
            let mut refusal =
                refuse(StatusCode::UNAUTHORIZED, Code::Unauthenticated, "send `Authorization: Bearer …` with a valid API key, or sign in");
            let challenge = if tried { "Bearer error=\"invalid_token\"" } else { "Bearer" };
            refusal.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
            refusal
        }
    }
}

/// Refuses a cookie, or a public mutation, that a page of another site sends along (ASVS 3.5).
fn refuse_page() -> Response {
    refuse(StatusCode::FORBIDDEN, Code::Forbidden, "only our own pages may send the session cookie: programs send `Authorization: Bearer …`")
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
