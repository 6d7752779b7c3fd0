//! GraphQL over HTTP and as an event stream: POST takes `application/json` only, so that no form and no plain link of another site
//! can ask anything (cross-site request forgery), and statuses are ones a client can act on.
//!
//! Refusals before GraphQL are problem details that also carry `errors[]`, because clients look there. Somebody unknown may do what
//! `Endpoint::public` names and nothing else, and nobody may try many passwords in one request: what `Endpoint::alone` names
//! is the only field of its operation. The WebSocket at the same address is `socket`; limits on the document are `limits.rs`.

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
use crate::{error::Result, platform::web::AppOrigins};

/// Sockets and event streams of one caller on one node, unless the endpoint says otherwise.
const MOST_STREAMS: usize = 500;

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
    /// Origins of apps that may do the same.
    pub apps: AppOrigins,
    /// Becomes true when the process is about to end; sockets then close with 1012.
    pub stop: watch::Receiver<bool>,
    /// How many sockets and event streams each caller may hold open.
    pub seats: Seats<D>,
    /// What was asked before.
    pub(super) documents: Documents,
    /// What the schema calls things, to help whoever mistypes; none = no help.
    pub names: Option<fn() -> &'static NearNames>,
    /// Counts what is asked.
    pub observer: Observer,
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

    /// Fills requests with more than the caller.
    #[must_use]
    pub fn prepare(
        mut self,
        prepare: impl Fn(Request, Option<&D>, &Peer) -> Request + Send + Sync + 'static,
    ) -> Self {
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
        (self.cookie, self.public, self.alone, self.renew, self.watch) =
            (Some(cookie), public, alone, Some(renew), Some(watch));
        self
    }

    /// Says behind refusals what was probably meant.
    pub(super) fn suggest(&self, answer: &mut Answer) {
        if let (Some(names), false) = (self.names, answer.errors.is_empty()) {
            names().suggest(answer);
        }
    }

    /// Where a browser says that a request comes from.
    pub(super) fn page(&self, headers: &HeaderMap) -> Page {
        caller::from(headers, &self.origins, &self.apps)
    }

    /// What may be asked in one operation: a field that can be used for guessing comes alone and under its own name.
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

/// Serves POST and GET (queries, mutations, event streams) and WebSocket (these and subscriptions) at one path.
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
    (id.len() <= 64 && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'))
        .then(|| id.to_owned())
}
