//! HTTP responses: pages and problem details (RFC 9457).
//!
//! A `Fault` is an error to be sent: its status, and a text that tells only what the caller may know. Pages
//! in people's languages are written by the rooms; the English texts here are for programs.

use std::time::Duration;

use axum::{
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{ACCEPT, CONTENT_SECURITY_POLICY, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE},
    },
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};

use super::body::{BodyFault, Media, media_type};
use crate::error::{Error, Problem};

/// An HTML page with its own content security policy. `platform::web::around` adds the other headers.
#[must_use]
pub fn page(html: String, csp: &str, status: StatusCode) -> Response {
    let mut response = (status, [(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"))], html)
        .into_response();
    // A policy that is not a valid header value must not result in no policy.
    let policy = HeaderValue::from_str(csp)
        .unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"));
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    response
}

/// Problem details (RFC 9457). `extra` holds further members; it cannot replace `title`, `status` and
/// `detail`.
#[must_use]
pub fn problem(status: StatusCode, title: &str, detail: &str, extra: Map<String, Value>) -> Response {
    let mut members = extra;
    members.insert("title".to_owned(), title.into());
    members.insert("status".to_owned(), status.as_u16().into());
    members.insert("detail".to_owned(), detail.into());
    (status, [(CONTENT_TYPE, "application/problem+json")], Value::Object(members).to_string()).into_response()
}

/// An error to be sent over HTTP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The HTTP status.
    pub status: StatusCode,
    /// One word for programs, by which a room also chooses its text: `rejected`, `not_found`, `too_many` …
    pub code: &'static str,
    /// The time until a retry makes sense.
    pub retry_after: Option<Duration>,
    /// The problems with the input, if any.
    pub problems: Vec<Problem>,
}

impl Fault {
    fn new(status: StatusCode, code: &'static str) -> Self {
        Self { status, code, retry_after: None, problems: Vec::new() }
    }

    /// 429: a rate limit is used up for this time.
    #[must_use]
    pub fn too_many(retry_after: Duration) -> Self {
        Self { retry_after: Some(retry_after), ..Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many") }
    }

    /// 415: this route does not accept the body's type.
    #[must_use]
    pub fn unsupported_media() -> Self {
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media")
    }

    /// 410: it existed, but has ended.
    #[must_use]
    pub fn gone() -> Self {
        Self::new(StatusCode::GONE, "gone")
    }

    fn words(&self) -> (&'static str, &'static str) {
        match self.code {
            "rejected" => ("Not accepted", "See `problems` for what to correct. Nothing was saved."),
            "unauthenticated" => ("Not signed in", "Send a valid API key as `Authorization: Bearer …`."),
            "forbidden" => (
                "Not allowed",
                "This origin or this credential is not allowed to do this. Nothing was saved.",
            ),
            "not_found" => ("Not found", "There is nothing here."),
            "gone" => ("Gone", "It was here and is over."),
            "conflict" => ("Conflict", "Somebody changed it in the meantime. Read it again, then repeat."),
            "too_many" => ("Too many", "Try again after the time in `Retry-After`. Nothing was saved."),
            "busy" => ("Not now", "Try again after the time in `Retry-After`. Nothing was saved."),
            "too_large" => ("Too large", "The body is larger than this route takes. Nothing was saved."),
            "incomplete" => ("Incomplete", "The body arrived incomplete. Nothing was saved."),
            "unsupported_media" => (
                "Unsupported media type",
                "The body is of a type this route does not read. Nothing was saved.",
            ),
            _ => ("Our fault", "It is logged under the id in `x-request-id`."),
        }
    }

    fn headers(&self, response: &mut Response) {
        if let Some(after) = self.retry_after {
            let seconds = after.as_secs() + u64::from(after.subsec_nanos() > 0);
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds.max(1)));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
    }
}

impl From<Error> for Fault {
    /// The only place that maps errors to statuses. Internal errors are logged here.
    fn from(error: Error) -> Self {
        error.log();
        match error {
            Error::Rejected(problems) => {
                Self { problems, ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, "rejected") }
            }
            Error::Unauthenticated => Self::new(StatusCode::UNAUTHORIZED, "unauthenticated"),
            Error::Forbidden | Error::SecondFactorRequired { .. } => {
                Self::new(StatusCode::FORBIDDEN, "forbidden")
            }
            Error::NotFound => Self::new(StatusCode::NOT_FOUND, "not_found"),
            Error::Conflict => Self::new(StatusCode::CONFLICT, "conflict"),
            Error::Busy(after) => {
                Self { retry_after: Some(after), ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy") }
            }
            Error::Internal(_) => Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal"),
        }
    }
}

impl From<BodyFault> for Fault {
    fn from(fault: BodyFault) -> Self {
        Self::new(
            fault.status(),
            match fault {
                BodyFault::TooLarge => "too_large",
                BodyFault::Incomplete => "incomplete",
            },
        )
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let (title, detail) = self.words();
        let mut extra = Map::new();
        extra.insert("code".to_owned(), self.code.into());
        if !self.problems.is_empty() {
            extra.insert("problems".to_owned(), json!(self.problems));
        }
        let mut response = problem(self.status, title, detail, extra);
        self.headers(&mut response);
        response
    }
}

/// Responds with an error: problem details for programs; for people, the page that `html` renders under
/// `csp`. If `html` returns nothing, people get problem details too.
#[must_use]
pub fn error_response(
    error: impl Into<Fault>,
    wants_json: bool,
    csp: &str,
    html: impl FnOnce(&Fault) -> Option<String>,
) -> Response {
    let fault = error.into();
    if wants_json {
        return fault.into_response();
    }
    let Some(html) = html(&fault) else { return fault.into_response() };
    let mut response = page(html, csp, fault.status);
    fault.headers(&mut response);
    response
}

/// Whether the caller wants JSON: it accepts JSON rather than HTML, or states no preference and sends JSON.
#[must_use]
pub fn wants_json(headers: &HeaderMap) -> bool {
    let (mut json, mut html) = (0.0_f32, 0.0_f32);
    for range in headers
        .get_all(ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
    {
        let mut parts = range.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default().to_ascii_lowercase();
        let weight = parts.find_map(|part| part.strip_prefix("q=")?.parse::<f32>().ok()).unwrap_or(1.0);
        match name.as_str() {
            "application/json" | "application/problem+json" => json = json.max(weight),
            "text/html" | "application/xhtml+xml" | "text/*" => html = html.max(weight),
            _ => {}
        }
    }
    json > html || (json <= 0.0 && html <= 0.0 && media_type(headers) == Media::Json)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ProblemCode;

    async fn read(response: Response) -> (StatusCode, HeaderMap, Value) {
        let (head, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, 100_000).await.unwrap();
        (head.status, head.headers, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    #[tokio::test]
    async fn every_error_has_its_status() {
        for (error, status) in [
            (Error::rejected(ProblemCode::Required, "email", "Say it."), 422),
            (Error::Unauthenticated, 401),
            (Error::Forbidden, 403),
            (Error::NotFound, 404),
            (Error::Conflict, 409),
            (Error::Busy(Duration::from_millis(1200)), 503),
            (Error::internal("secret detail"), 500),
        ] {
            let (found, headers, body) = read(Fault::from(error).into_response()).await;
            assert_eq!((found.as_u16(), &body["status"]), (status, &json!(status)));
            assert_eq!(headers[CONTENT_TYPE], "application/problem+json");
            assert!(
                !body.to_string().contains("secret")
                    && body["title"].is_string()
                    && body["detail"].is_string()
            );
            assert_eq!(
                headers.get(RETRY_AFTER).map(|value| value.to_str().unwrap()),
                (status == 503).then_some("2")
            );
            assert_eq!(headers.contains_key(WWW_AUTHENTICATE), status == 401);
        }
        let (status, headers, _) = read(Fault::too_many(Duration::ZERO).into_response()).await;
        assert_eq!((status.as_u16(), &headers[RETRY_AFTER]), (429, &HeaderValue::from_static("1")));
    }

    #[tokio::test]
    async fn problems_are_named_for_programs() {
        let (.., body) = read(
            Fault::from(Error::rejected(ProblemCode::TooLong, "name", "Shorter, please.")).into_response(),
        )
        .await;
        assert_eq!(
            body["problems"],
            json!([{"code": "too_long", "field": "name", "message": "Shorter, please."}])
        );
    }

    #[tokio::test]
    async fn people_get_a_page_and_programs_get_problem_details() {
        let html = |fault: &Fault| Some(format!("<p>{}</p>", fault.code));
        let (status, headers, _) =
            read(error_response(Error::Busy(Duration::from_secs(5)), false, "default-src 'none'", html))
                .await;
        assert_eq!(
            (status.as_u16(), &headers[CONTENT_SECURITY_POLICY], &headers[RETRY_AFTER]),
            (503, &HeaderValue::from_static("default-src 'none'"), &HeaderValue::from(5))
        );
        let (.., body) = read(error_response(Error::NotFound, true, "", html)).await;
        assert_eq!(body["code"], "not_found");
        let (.., body) = read(error_response(BodyFault::TooLarge, false, "", |_| None)).await;
        assert_eq!(body["code"], "too_large");
        assert_eq!(
            page(String::new(), "bad\npolicy", StatusCode::OK).headers()[CONTENT_SECURITY_POLICY],
            "default-src 'none'; frame-ancestors 'none'"
        );
    }

    #[test]
    fn browsers_get_pages_and_scripts_get_json() {
        let asks = |accept: &'static str, kind: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT, HeaderValue::from_static(accept));
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
            wants_json(&headers)
        };
        assert!(!asks(
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "application/x-www-form-urlencoded"
        ));
        assert!(asks("application/json", "application/x-www-form-urlencoded"));
        assert!(asks("application/problem+json, application/json;q=0.9", ""));
        assert!(!asks("text/html, application/json;q=0.9", "application/json"));
        assert!(asks("*/*", "application/json; charset=utf-8"));
        assert!(!asks("*/*", "application/x-www-form-urlencoded"));
    }
}
