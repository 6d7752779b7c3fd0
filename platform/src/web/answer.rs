//! HTTP responses: pages, problem details (RFC 9457), files compiled into the binary.
//!
//! A `Fault` is an error to be sent: its status, and a text that tells only what the caller may know. Pages
//! in people's languages are written by the rooms; the English texts here are for programs.

use std::{io::Write, time::Duration};

use axum::{
    body::Bytes,
    http::{
        HeaderMap, HeaderName, HeaderValue, StatusCode,
        header::{
            ACCEPT, ACCEPT_ENCODING, ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_ENCODING,
            CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH, RETRY_AFTER, VARY, WWW_AUTHENTICATE,
        },
    },
    response::{IntoResponse, Response},
};
use flate2::{Compression, write::GzEncoder};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

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

/// A file compiled into the binary.
#[derive(Clone, Debug)]
pub struct Asset {
    plain: Variant,
    /// None when compression would not make it smaller.
    gzip: Option<Variant>,
    content_type: &'static str,
    for_everyone: bool,
}

/// A file in one encoding. Each encoding has its own entity tag, because the bytes differ.
#[derive(Clone, Debug)]
struct Variant {
    bytes: Bytes,
    etag: HeaderValue,
}

impl Variant {
    fn new(bytes: Bytes, of: &[u8], suffix: &str) -> Self {
        let etag = format!("\"{}{suffix}\"", hex::encode(&Sha256::digest(of)[..12]));
        Self {
            bytes,
            etag: HeaderValue::from_str(&etag).unwrap_or_else(|_| HeaderValue::from_static("\"\"")),
        }
    }
}

/// Called once per file, when it is first requested.
fn gzip(bytes: &[u8]) -> Option<Bytes> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).ok()?;
    let packed = encoder.finish().ok()?;
    (packed.len() < bytes.len()).then(|| packed.into())
}

impl Asset {
    /// A file for our own pages.
    #[must_use]
    pub fn new(bytes: &'static [u8], content_type: &'static str) -> Self {
        let gzip = gzip(bytes).map(|packed| Variant::new(packed, bytes, "-gzip"));
        Self {
            plain: Variant::new(Bytes::from_static(bytes), bytes, ""),
            gzip,
            content_type,
            for_everyone: false,
        }
    }

    /// Allows pages of other origins to load it: the embed script. CORS also lets them check its integrity
    /// (SRI).
    #[must_use]
    pub fn for_everyone(self) -> Self {
        Self { for_everyone: true, ..self }
    }
}

const CORP: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// Responds with a file, or with 304 if the caller has it. Cached for ten minutes only, because the URL has
/// no version.
#[must_use]
pub fn static_asset(headers: &HeaderMap, asset: &Asset) -> Response {
    let packed = asset.gzip.as_ref().filter(|_| accepts_gzip(headers));
    let variant = packed.unwrap_or(&asset.plain);
    let etag = variant.etag.to_str().unwrap_or_default();
    let mut known = headers
        .get_all(IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    let unchanged = known.any(|tag| matches!(tag.trim(), "*") || tag.trim().trim_start_matches("W/") == etag);
    let mut response = if unchanged {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let mut whole =
            ([(CONTENT_TYPE, HeaderValue::from_static(asset.content_type))], variant.bytes.clone())
                .into_response();
        if packed.is_some() {
            whole.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        whole
    };
    let out = response.headers_mut();
    out.insert(ETAG, variant.etag.clone());
    if asset.gzip.is_some() {
        out.insert(VARY, HeaderValue::from_static("accept-encoding"));
    }
    out.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=600"));
    if asset.for_everyone {
        out.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        out.insert(CORP, HeaderValue::from_static("cross-origin"));
    }
    response
}

/// Accepts `gzip`, or `*` if gzip is not named, with a weight above zero.
fn accepts_gzip(headers: &HeaderMap) -> bool {
    let (mut named, mut any) = (None, None);
    for coding in headers
        .get_all(ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
    {
        let mut parts = coding.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default().to_ascii_lowercase();
        let weight = parts.find_map(|part| part.strip_prefix("q=")?.parse::<f32>().ok()).unwrap_or(1.0);
        match name.as_str() {
            "gzip" | "x-gzip" => named = Some(weight),
            "*" => any = Some(weight),
            _ => {}
        }
    }
    named.or(any).is_some_and(|weight| weight > 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ProblemCode;

    #[test]
    fn only_a_caller_that_takes_gzip_gets_gzip() {
        let accepts = |value: &'static str| {
            accepts_gzip(&HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static(value))]))
        };
        for taken in ["gzip", "deflate, GZIP;q=0.5", "br;q=1.0, gzip;q=0.8, *;q=0.1", "*", "x-gzip"] {
            assert!(accepts(taken), "{taken}");
        }
        for refused in ["", "identity", "br", "gzip;q=0", "gzip;q=0.0, *", "*;q=0"] {
            assert!(!accepts(refused), "{refused}");
        }
        assert!(!accepts_gzip(&HeaderMap::new()));
    }

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

    #[test]
    fn files_are_cached_by_their_content() {
        let asset = Asset::new(b"x", "text/javascript; charset=utf-8").for_everyone();
        let first = static_asset(&HeaderMap::new(), &asset);
        assert_eq!(
            (first.status(), &first.headers()[ACCESS_CONTROL_ALLOW_ORIGIN], &first.headers()[CORP]),
            (StatusCode::OK, &HeaderValue::from_static("*"), &HeaderValue::from_static("cross-origin"))
        );
        let etag = first.headers()[ETAG].clone();
        for (known, status) in [
            (etag.to_str().unwrap().to_owned(), 304),
            (format!("\"a\", W/{}", etag.to_str().unwrap()), 304),
            ("*".to_owned(), 304),
            ("\"a\"".to_owned(), 200),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(IF_NONE_MATCH, known.parse().unwrap());
            let answer = static_asset(&headers, &asset);
            assert_eq!((answer.status().as_u16(), &answer.headers()[ETAG]), (status, &etag), "{known}");
        }
        assert!(
            !static_asset(&HeaderMap::new(), &Asset::new(b"x", "text/css"))
                .headers()
                .contains_key(ACCESS_CONTROL_ALLOW_ORIGIN)
        );
    }
}
