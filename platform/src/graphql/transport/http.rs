//! Answers one request over HTTP: identifies the caller, reads the operation, chooses the answer's format.
//!
//! The order is method, content type, credential, body: a long body is only read from an authenticated
//! caller. GET is only answered with an `Authorization` header, which no plain link of another site can send,
//! and changes nothing.

use std::sync::Arc;

use async_graphql::{Executor, Response as Answer, ServerError, Value, parser::types::OperationType};
use axum::{
    extract::{
        FromRequestParts, Request as HttpRequest, ws::WebSocketUpgrade,
        ws::rejection::WebSocketUpgradeRejection,
    },
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::Response,
};

use super::{
    Credential, Endpoint, Page, Peer,
    access::Access,
    answer::{Accept, refuse, refuse_caller, refuse_page, respond},
    bearer, events,
    execute::{Outcome, execute, ready},
    params::Params,
    request_id,
};
use crate::{
    error::{Error, Result},
    graphql::{
        limits::{self, Checked},
        socket,
        user_error::{GraphqlErrorCode as Code, REQUEST_ID},
    },
};

pub(super) async fn dispatch<S, D>(endpoint: Arc<Endpoint<S, D>>, request: HttpRequest) -> Response
where
    S: Executor,
    D: Clone + Send + Sync + 'static,
{
    if request.method() != Method::POST && request.headers().contains_key(header::UPGRADE) {
        let (mut parts, _) = request.into_parts();
        let upgrade: Result<_, WebSocketUpgradeRejection> =
            WebSocketUpgrade::from_request_parts(&mut parts, &()).await;
        let is_handshake = parts
            .headers
            .get(header::UPGRADE)
            .is_some_and(|to| to.as_bytes().eq_ignore_ascii_case(b"websocket"));
        if let Some(refusal) = is_handshake.then(|| socket::fault_of(&parts.headers)).flatten() {
            return refusal;
        }
        return match upgrade {
            Ok(upgrade) => {
                let peer = Peer::read(&parts.extensions, &parts.headers, &endpoint.trusted_proxies, None);
                socket::accept(endpoint, upgrade, &parts.headers, peer)
            }
            Err(rejection) => {
                refuse(rejection.status(), Code::BadRequest, "this is not a WebSocket handshake")
            }
        };
    }
    ask(&endpoint, request).await.unwrap_or_else(|refusal| {
        endpoint.observer.refused(refusal.extensions().get().copied());
        *refusal
    })
}

async fn ask<S, D>(endpoint: &Arc<Endpoint<S, D>>, request: HttpRequest) -> Result<Response, Box<Response>>
where
    S: Executor,
    D: Clone + Send + Sync + 'static,
{
    let (method, headers) = (request.method().clone(), request.headers());
    if method == Method::GET {
        if !headers.contains_key(header::AUTHORIZATION) {
            return Err(Box::new(not_allowed(
                "without an `Authorization` header only POST is answered, and subscriptions by WebSocket",
            )));
        }
    } else if method != Method::POST {
        return Err(Box::new(not_allowed(
            "send GraphQL requests by POST, subscriptions by WebSocket or as an event stream",
        )));
    } else if !is_json(headers) {
        return Err(Box::new(refuse(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Code::UnsupportedMediaType,
            "the body must be application/json, in UTF-8",
        )));
    }
    let accept = Accept::of(headers);
    let request_id = request_id(headers);
    let page = endpoint.page(headers);
    let peer = Peer::read(request.extensions(), headers, &endpoint.trusted_proxies, Some(page.cookies()));
    let shown = match (bearer(headers), endpoint.cookie.and_then(|name| peer.cookie(name))) {
        (Some(bearer), _) => Some(Credential::Bearer(bearer)),
        (None, Some(_)) if !page.may_send_cookies() => return Err(Box::new(refuse_page())),
        (None, Some(cookie)) => Some(Credential::Cookie(cookie.to_owned())),
        (None, None) => None,
    };
    let caller = match shown.clone() {
        Some(credential) => {
            let by_cookie = matches!(credential, Credential::Cookie(_));
            match REQUEST_ID.scope(request_id.clone(), (endpoint.authenticate)(credential)).await {
                Ok(caller) => Some(caller),
                // A browser goes on sending the cookie of an expired session.
                Err(Error::Unauthenticated) if by_cookie => None,
                Err(error) => return Err(Box::new(refuse_caller(&error, true))),
            }
        }
        None => None,
    };
    let asked = match &caller {
        Some(_) => {
            let params = if method == Method::GET {
                Params::from_address(request.uri())?
            } else {
                Params::read(request, endpoint.patience.body, limits::MAX_BODY).await?
            };
            endpoint.check(&params).map(|checked| (params, checked))
        }
        None => anonymous(endpoint, request, page).await?,
    };
    let refused = |error: ServerError| {
        endpoint.observer.refused_by(&error);
        let answer = Answer::from_errors(vec![error]);
        if accept.only_events() {
            events::one(&answer)
        } else {
            respond(accept.kind, Outcome::Refused, answer)
        }
    };
    let (params, checked) = match asked {
        Ok(asked) => asked,
        Err(error) => return Ok(refused(*error)),
    };
    let kind = checked.kind;
    if method == Method::GET && kind == Some(OperationType::Mutation) {
        return Err(Box::new(not_allowed("a mutation needs POST")));
    }
    let subscribes = kind == Some(OperationType::Subscription);
    if subscribes && !accept.events {
        let message = "subscriptions need a WebSocket with the protocol graphql-transport-ws, or `Accept: text/event-stream`";
        return Ok(refused(Code::SubscriptionNeedsSocket.error(message)));
    }
    let (about_schema, observed) = (checked.introspection, endpoint.observer.begin(&checked));
    let asked = ready(params.into_request(checked), kind, |request| {
        let request = (endpoint.prepare)(request, caller.as_ref(), &peer);
        match (&caller, about_schema) {
            (Some(_), _) => request,
            (None, true) => request.only_introspection(),
            (None, false) => request.disable_introspection(),
        }
    });
    if let (true, Some(caller), Some(credential)) = (subscribes, &caller, shown) {
        let Some(seat) = endpoint.seats.take(caller) else {
            observed.never_began();
            let message = "too many sockets and event streams of this credential: close some";
            return Err(Box::new(refuse(StatusCode::TOO_MANY_REQUESTS, Code::TooManyOperations, message)));
        };
        let access = Access::new(endpoint, caller.clone(), credential, request_id.clone());
        return Ok(events::stream(Arc::clone(endpoint), access, seat, asked.0, request_id, observed));
    }
    let (outcome, mut answer) =
        execute(endpoint.schema.clone(), asked, kind, endpoint.patience.execution, request_id, observed)
            .await;
    endpoint.suggest(&mut answer);
    Ok(if accept.only_events() { events::one(&answer) } else { respond(accept.kind, outcome, answer) })
}

fn not_allowed(detail: &str) -> Response {
    let mut refusal = refuse(StatusCode::METHOD_NOT_ALLOWED, Code::MethodNotAllowed, detail);
    refusal.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST"));
    refusal
}

/// What an unauthenticated caller may do: a public mutation, or, where anyone may read it, an introspection
/// query. Everything else is answered like a missing credential.
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
        Ok(checked) if endpoint.is_public(&checked) && page == Page::AnotherPage => {
            Err(Box::new(refuse_page()))
        }
        Ok(checked) if endpoint.is_public(&checked) || (open && checked.introspection) => {
            Ok(Ok((params, checked)))
        }
        Err(error) if open || is_code(&error, Code::MustBeAlone) || is_code(&error, Code::BadUserInput) => {
            Ok(Err(error))
        }
        Ok(_) | Err(_) => Err(unknown()),
    }
}

fn is_code(error: &ServerError, code: Code) -> bool {
    error.extensions.as_ref().and_then(|extensions| extensions.get("code"))
        == Some(&Value::from(code.as_str()))
}

/// Largest body that is read from an unauthenticated caller, in bytes.
const MAX_ANONYMOUS_BODY: usize = 16 * 1024;

/// Exactly `application/json`, with no parameter but `charset=utf-8`: a page of another site cannot send this
/// without a CORS preflight.
fn is_json(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return false };
    let Ok(value) = value.to_str() else { return false };
    let mut parts = value.split(';').map(str::trim);
    parts.next().is_some_and(|name| name.eq_ignore_ascii_case("application/json"))
        && parts.all(|part| {
            let part = part.to_ascii_lowercase();
            part.strip_prefix("charset=")
                .is_some_and(|charset| matches!(charset.trim_matches('"'), "utf-8" | "utf8"))
        })
}
