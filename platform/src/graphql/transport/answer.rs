//! HTTP answers: content type, status, and refusals before GraphQL.

use async_graphql::{Response as Answer, ServerError};
use async_graphql_axum::GraphQLResponse;
use axum::{
    Extension,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::execute::Outcome;
use crate::{
    error::{Error, second_factor_first},
    graphql::user_error::GraphqlErrorCode as Code,
};

/// The content type of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `application/graphql-response+json`.
    GraphqlResponse,
    /// `application/json`, any type, or no `Accept` header.
    Json,
}

/// What the client accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Accept {
    /// The content type of a single answer.
    pub kind: Kind,
    /// Whether `text/event-stream` is accepted.
    pub events: bool,
    others: bool,
}

impl Accept {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let (mut graphql, mut json, mut events, mut others) = (0.0, 0.0, false, false);
        for range in headers
            .get_all(header::ACCEPT)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
        {
            let mut parts = range.split(';').map(str::trim);
            let name = parts.next().unwrap_or_default().to_ascii_lowercase();
            let quality = parts
                .find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")))
                .map_or(1.0_f32, |quality| quality.parse().unwrap_or(0.0));
            match name.as_str() {
                "application/graphql-response+json" => graphql = quality,
                "application/json" => json = quality,
                "text/event-stream" => events = quality > 0.0,
                _ => {}
            }
            others |= name != "text/event-stream" && quality > 0.0;
        }
        Self {
            kind: if graphql > 0.0 && graphql >= json { Kind::GraphqlResponse } else { Kind::Json },
            events,
            others,
        }
    }

    /// Whether only an event stream is accepted.
    pub(super) fn only_events(self) -> bool {
        self.events && !self.others
    }
}

impl Kind {
    fn content_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
        })
    }
}

pub(super) fn respond(kind: Kind, outcome: Outcome, answer: Answer) -> Response {
    let mut response = if outcome == Outcome::Executed {
        GraphQLResponse::from(answer).into_response()
    } else {
        // Without execution there is no `data` member; async-graphql would write `"data": null`.
        json!({ "errors": answer.errors }).to_string().into_response()
    };
    *response.status_mut() = status(kind, outcome);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, kind.content_type());
    // Answers hold personal data, so no cache may keep them.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// The only place that chooses statuses. The draft of April 2026 wants 422 for `Refused`; the audit suite and
/// all servers today use 400. With plain `application/json` a well-formed request has always been answered
/// 200.
fn status(kind: Kind, outcome: Outcome) -> StatusCode {
    match (kind, outcome) {
        (Kind::Json, _) | (_, Outcome::Executed) => StatusCode::OK,
        (Kind::GraphqlResponse, Outcome::Refused) => StatusCode::BAD_REQUEST,
        (Kind::GraphqlResponse, Outcome::TimedOut) => StatusCode::SERVICE_UNAVAILABLE,
        (Kind::GraphqlResponse, Outcome::Failed) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// Refuses a caller; `tried`: whether the request had a credential.
pub(super) fn refuse_caller(error: &Error, tried: bool) -> Response {
    error.log();
    match error {
        Error::Forbidden => refuse(StatusCode::FORBIDDEN, Code::Forbidden, "this credential may not do that"),
        Error::SecondFactorRequired { enrolled } => {
            refuse(StatusCode::FORBIDDEN, Code::SecondFactorRequired, second_factor_first(*enrolled))
        }
        Error::Busy(after) => {
            let mut refusal = refuse(StatusCode::SERVICE_UNAVAILABLE, Code::Busy, "not now: try again later");
            refusal.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(after.as_secs().max(1)));
            refusal
        }
        Error::Internal(_) => {
            refuse(StatusCode::INTERNAL_SERVER_ERROR, Code::Internal, "something went wrong on our side")
        }
        Error::Unauthenticated | Error::Rejected(_) | Error::NotFound | Error::Conflict => {
            let mut refusal = refuse(
                StatusCode::UNAUTHORIZED,
                Code::Unauthenticated,
                "send `Authorization: Bearer …` with a valid API key, or sign in",
            );
            let challenge = if tried { "Bearer error=\"invalid_token\"" } else { "Bearer" };
            refusal.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
            refusal
        }
    }
}

/// Refuses a cookie, or a public mutation, that a page of another site sent (ASVS 3.5).
pub(super) fn refuse_page() -> Response {
    let message = "only our own pages and apps that the operator lists in ACCORD_APP_ORIGINS may send the session cookie: programs send `Authorization: Bearer …`";
    refuse(StatusCode::FORBIDDEN, Code::Forbidden, message)
}

/// Refuses a request before GraphQL, with problem details (RFC 9457) that a GraphQL client also understands.
pub(in crate::graphql) fn refuse(status: StatusCode, code: Code, detail: &str) -> Response {
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
    // The code also goes into the response's extensions, where refusals are counted.
    (status, Extension(code), headers, body.to_string()).into_response()
}
