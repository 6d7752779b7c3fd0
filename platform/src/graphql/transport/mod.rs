//! GraphQL over HTTP and as an event stream. POST accepts `application/json` only, so that no form or plain
//! link of another site can send a request (cross-site request forgery), and clients can act on the statuses.
//!
//! Refusals before GraphQL are problem details that also carry `errors[]`, where clients look. An
//! unauthenticated caller may only use the mutations of `Endpoint::public`. So that nobody tries many
//! passwords in one request, the fields of `Endpoint::alone` must be the only field of their operation. The
//! WebSocket at the same URL is `socket`; limits on the document are in `limits.rs`.

mod access;
mod answer;
mod caller;
mod events;
mod execute;
mod http;
mod observe;
mod params;
mod seats;
#[cfg(test)]
mod tests;

use std::{sync::Arc, time::Duration};

use async_graphql::{Executor, Request, Response as Answer, ServerError, parser::types::OperationType};
use axum::{
    Router,
    extract::{DefaultBodyLimit, Request as HttpRequest},
    http::{HeaderMap, header},
    routing::any,
};
use futures_util::{future::BoxFuture, stream::BoxStream};
use ipnet::IpNet;
use tokio::sync::watch;

pub(super) use self::{
    access::{Access, Over},
    answer::refuse,
    caller::From as Page,
    execute::{Asked, Outcome, execute, ready},
    observe::Observed,
    params::Params,
    seats::Seat,
};
pub use self::{
    caller::{Credential, Peer},
    observe::Observer,
    seats::Seats,
};
use super::{
    documents::Documents,
    limits::{self, Checked},
    near_names::NearNames,
    user_error::GraphqlErrorCode as Code,
};
use crate::{error::Result, web::AppOrigins};

/// Default limit of open sockets and event streams per caller on one node.
const MOST_STREAMS: usize = 500;

/// Returns the caller with this credential.
pub type Authenticate<D> = Arc<dyn Fn(Credential) -> BoxFuture<'static, Result<D>> + Send + Sync>;

/// Returns the caller with their current rights, or an error when their access ended.
pub type Renew<D> = Arc<dyn Fn(D) -> BoxFuture<'static, Result<D>> + Send + Sync>;

/// Yields each time that something happened which may end this caller's access.
pub type Watch<D> = Arc<dyn Fn(D) -> BoxStream<'static, ()> + Send + Sync>;

/// Adds the data for resolvers to a request: the caller if there is one, loaders for this request, the peer.
pub type Prepare<D> = Arc<dyn Fn(Request, Option<&D>, &Peer) -> Request + Send + Sync>;

/// A schema and everything needed to serve it. `D` is the caller.
pub struct Endpoint<S, D> {
    /// The schema.
    pub schema: S,
    /// Authenticates a credential.
    pub authenticate: Authenticate<D>,
    /// Checks a caller again; none = calls `authenticate` again.
    pub renew: Option<Renew<D>>,
    /// Triggers a check before the interval has passed; none = never.
    pub watch: Option<Watch<D>>,
    /// Adds the data for resolvers; by default only the caller.
    pub prepare: Prepare<D>,
    /// The name of the session cookie, if there is one.
    pub cookie: Option<&'static str>,
    /// Mutations for unauthenticated callers. Each must be the only field of its operation.
    pub public: &'static [&'static str],
    /// Other fields that must be the only one of their operation, because they can be used to guess secrets.
    pub alone: &'static [&'static str],
    /// Proxies whose `X-Forwarded-For` is trusted.
    pub trusted_proxies: Vec<IpNet>,
    /// Whether anyone may read the schema (for GraphiQL), and nothing else.
    pub anonymous_introspection: bool,
    /// Origins whose pages may open the WebSocket and send the cookie, like `https://crm.example`, including
    /// the public one. Programs send no origin and are not checked.
    pub origins: Vec<String>,
    /// Origins of apps that may do the same.
    pub apps: AppOrigins,
    /// Becomes true before the process ends; sockets then close with 1012.
    pub stop: watch::Receiver<bool>,
    /// Limits the open sockets and event streams per caller.
    pub seats: Seats<D>,
    /// The cache of parsed documents.
    pub(super) documents: Documents,
    /// The schema's names, for "did you mean"; none = no suggestions.
    pub names: Option<fn() -> &'static NearNames>,
    /// Counts operations.
    pub observer: Observer,
    /// Timeouts and intervals.
    pub patience: Patience,
}

/// Timeouts and intervals.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// Timeout for receiving a whole body.
    pub body: Duration,
    /// Timeout of a query or mutation.
    pub execution: Duration,
    /// Timeout of a socket from the handshake to `connection_init`.
    pub init: Duration,
    /// Interval of our pings on a socket.
    pub ping: Duration,
    /// Time without any message, not even pong, after which a socket is closed.
    pub silence: Duration,
    /// Timeout for sending to a client that does not read.
    pub slow: Duration,
    /// Interval at which an open connection's credential is checked again.
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
    /// Serves a schema to callers that `authenticate` accepts; resolvers find the `D` it returns.
    pub fn new(
        schema: S,
        authenticate: Authenticate<D>,
        origins: Vec<String>,
        stop: watch::Receiver<bool>,
    ) -> Self {
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
            apps: AppOrigins::default(),
            stop,
            seats: Seats::new(MOST_STREAMS, |_| String::new()),
            documents: Documents::default(),
            names: None,
            observer: Observer::default(),
            patience: Patience::default(),
        }
    }

    /// Lets anyone read the schema, and nothing else.
    #[must_use]
    pub fn anonymous_introspection(mut self, allowed: bool) -> Self {
        self.anonymous_introspection = allowed;
        self
    }

    /// Adds more than the caller to requests.
    #[must_use]
    pub fn prepare(
        mut self,
        prepare: impl Fn(Request, Option<&D>, &Peer) -> Request + Send + Sync + 'static,
    ) -> Self {
        self.prepare = Arc::new(prepare);
        self
    }

    /// Enables sessions: the cookie, what may be done without one, which fields must be alone, and how access
    /// ends while a socket is open.
    #[must_use]
    pub fn sessions(
        mut self,
        cookie: &'static str,
        public: &'static [&'static str],
        alone: &'static [&'static str],
        renew: Renew<D>,
        watch: Watch<D>,
    ) -> Self {
        (self.cookie, self.public, self.alone, self.renew, self.watch) =
            (Some(cookie), public, alone, Some(renew), Some(watch));
        self
    }

    /// Adds "did you mean" to errors.
    pub(super) fn suggest(&self, answer: &mut Answer) {
        if let (Some(names), false) = (self.names, answer.errors.is_empty()) {
            names().suggest(answer);
        }
    }

    /// The page that a request comes from, according to the browser.
    pub(super) fn page(&self, headers: &HeaderMap) -> Page {
        caller::from(headers, &self.origins, &self.apps)
    }

    /// Checks a request's document. A field that can be used for guessing must be alone and without an alias.
    ///
    /// # Errors
    /// The refusal, with its code.
    pub(super) fn check(&self, params: &Params) -> Result<Checked, Box<ServerError>> {
        let checked = params.check(&self.documents)?;
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

/// Serves POST and GET (queries, mutations, event streams) and WebSocket (these and subscriptions) at one
/// path.
pub fn router<S, D, State>(path: &str, endpoint: Endpoint<S, D>) -> Router<State>
where
    S: Executor,
    D: Clone + Send + Sync + 'static,
    State: Clone + Send + Sync + 'static,
{
    let endpoint = Arc::new(endpoint);
    let serve = move |request: HttpRequest| {
        let endpoint = Arc::clone(&endpoint);
        async move { http::dispatch(endpoint, request).await }
    };
    Router::new().route(path, any(serve)).layer(DefaultBodyLimit::max(limits::MAX_BODY))
}

/// The credential in the `Authorization` header.
pub(super) fn bearer(headers: &HeaderMap) -> Option<String> {
    headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).map(credential)
}

/// The credential in `Bearer …`; another scheme gives an empty one, which never matches.
pub(super) fn credential(authorization: &str) -> String {
    match authorization.trim().split_once(' ') {
        Some((scheme, credential)) if scheme.eq_ignore_ascii_case("bearer") => credential.trim().to_owned(),
        _ => String::new(),
    }
}

/// The request's ID as set by the outer layers, if it is well formed.
pub(super) fn request_id(headers: &HeaderMap) -> Option<String> {
    let id = headers.get("x-request-id")?.to_str().ok()?;
    (id.len() <= 64 && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'))
        .then(|| id.to_owned())
}
