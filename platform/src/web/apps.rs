//! The operator's own apps on other origins (`ACCORD_APP_ORIGINS`): their pages may use the API with the
//! session of the signed-in user (CORS, Fetch standard). No other page may: only a listed origin is echoed,
//! never `*`.

use std::sync::Arc;

use anyhow::bail;
use axum::{
    Router,
    extract::{Request, State},
    http::{
        HeaderMap, HeaderValue, Method, StatusCode,
        header::{
            ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
            ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
            ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
        },
    },
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
};
use url::Url;

/// The listed origins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AppOrigins(Vec<Listed>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Listed {
    One(String),
    /// An origin with any port, stored without it: `http://localhost`.
    AnyPort(String),
}

impl AppOrigins {
    /// Parses a comma-separated list. `local`: whether our own public URL is on this machine.
    ///
    /// # Errors
    /// One line that says what is wrong.
    pub fn parse(text: &str, local: bool) -> anyhow::Result<Self> {
        let listed = text
            .split(',')
            .map(str::trim)
            .filter(|origin| !origin.is_empty())
            .map(|origin| Listed::parse(origin, local));
        listed.collect::<anyhow::Result<_>>().map(Self)
    }

    /// Whether this origin is listed. Compared as text, because browsers write an origin in only one way.
    #[must_use]
    pub fn contains(&self, origin: &str) -> bool {
        self.0.iter().any(|listed| match listed {
            Listed::One(one) => one == origin,
            Listed::AnyPort(start) => origin.strip_prefix(start.as_str()).is_some_and(|port| {
                port.is_empty()
                    || port.strip_prefix(':').is_some_and(|port| {
                        !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit())
                    })
            }),
        })
    }
}

impl Listed {
    fn parse(text: &str, local: bool) -> anyhow::Result<Self> {
        let (origin, any_port) = match text.strip_suffix(":*") {
            Some(start) => (start, true),
            None => (text, false),
        };
        let url = Url::parse(origin).ok().filter(|url| is_origin(url) && !origin.contains('*'));
        let Some(url) = url else {
            bail!(
                "ACCORD_APP_ORIGINS lists origins like https://app.example.org, with commas between them: `{text}` is none"
            );
        };
        let on_this_machine = url.host_str().is_some_and(is_local);
        match url.scheme() {
            "https" => {}
            "http" if on_this_machine => {}
            _ => bail!(
                "ACCORD_APP_ORIGINS: {text} must begin with https:// (http:// is for this machine only): its pages act for who is signed in"
            ),
        }
        if any_port && !(on_this_machine && local) {
            bail!(
                "ACCORD_APP_ORIGINS: {text} takes any port, which is for trying on one machine only: name the port"
            );
        }
        let origin = url.origin().ascii_serialization();
        Ok(if any_port { Self::AnyPort(origin) } else { Self::One(origin) })
    }
}

/// Whether a URL consists of an origin only.
#[must_use]
pub fn is_origin(url: &Url) -> bool {
    let more = url.query().is_some()
        || url.fragment().is_some()
        || !url.username().is_empty()
        || url.password().is_some();
    matches!(url.scheme(), "http" | "https") && matches!(url.path(), "" | "/") && !more
}

/// Whether a host name means this machine.
#[must_use]
pub fn is_local(host: &str) -> bool {
    let host = host.trim_matches(['[', ']']).to_ascii_lowercase();
    host == "localhost"
        || host.ends_with(".localhost")
        || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// The path that is open to the apps.
type Open = (&'static str, Arc<AppOrigins>);

/// Opens one path of a router to the apps.
pub fn open_to_apps<S: Clone + Send + Sync + 'static>(
    router: Router<S>,
    path: &'static str,
    origins: AppOrigins,
) -> Router<S> {
    router.layer(from_fn_with_state((path, Arc::new(origins)), answer))
}

/// The response headers that a script may read.
const EXPOSED: &str = "retry-after, www-authenticate, x-request-id";

/// Answers preflight requests, and echoes an app's origin on every response of the path, also on refusals, so
/// that the app can read the reason.
async fn answer(State((path, origins)): State<Open>, request: Request, next: Next) -> Response {
    if origins.0.is_empty() || request.uri().path() != path {
        return next.run(request).await;
    }
    let origin = sole_origin(request.headers())
        .filter(|origin| origin.to_str().is_ok_and(|origin| origins.contains(origin)))
        .cloned();
    let asks_before =
        request.method() == Method::OPTIONS && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = match &origin {
        Some(_) if asks_before => may_ask(request.headers()),
        _ => next.run(request).await,
    };
    let headers = response.headers_mut();
    headers.append(VARY, HeaderValue::from_static("origin"));
    if let Some(origin) = origin {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED));
    }
    response
}

/// Allows every header that the app's libraries want to send: none of them matters to us.
fn may_ask(asked: &HeaderMap) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST"));
    if let Some(names) = asked.get(ACCESS_CONTROL_REQUEST_HEADERS) {
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, names.clone());
    }
    headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    headers.append(VARY, HeaderValue::from_static("access-control-request-headers"));
    response
}

fn sole_origin(headers: &HeaderMap) -> Option<&HeaderValue> {
    let mut origins = headers.get_all(ORIGIN).iter();
    origins.next().filter(|_| origins.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_listed_as_browsers_write_it_and_nothing_else_is_let_in() {
        let apps = AppOrigins::parse(
            " https://App.Example.org:443/ , http://localhost:5173,https://x.example:8443 ",
            false,
        )
        .unwrap();
        for (origin, listed) in [
            ("https://app.example.org", true),
            ("http://localhost:5173", true),
            ("https://x.example:8443", true),
            ("http://app.example.org", false),
            ("https://app.example.org:8443", false),
            ("https://app.example.org.evil.example", false),
            ("https://evil-app.example.org", false),
            ("http://localhost:5174", false),
            ("http://localhost", false),
            ("https://x.example", false),
            ("null", false),
            ("*", false),
            ("", false),
        ] {
            assert_eq!(apps.contains(origin), listed, "{origin}");
        }
    }

    #[test]
    fn this_machine_is_told_from_every_other() {
        for host in ["localhost", "LOCALHOST", "mail.localhost", "127.0.0.1", "127.8.0.1", "::1", "[::1]"] {
            assert!(is_local(host), "{host}");
        }
        for host in ["", "localhost.example", "notlocalhost", "10.0.0.1", "0.0.0.0", "::2", "crm.example.org"]
        {
            assert!(!is_local(host), "{host}");
        }
    }

    #[test]
    fn any_port_is_for_one_machine() {
        let apps = AppOrigins::parse("http://localhost:*", true).unwrap();
        for (origin, listed) in [
            ("http://localhost", true),
            ("http://localhost:5173", true),
            ("https://localhost:5173", false),
            ("http://localhost:", false),
            ("http://localhost:80.evil.example", false),
            ("http://localhost.evil.example", false),
            ("http://127.0.0.1:5173", false),
        ] {
            assert_eq!(apps.contains(origin), listed, "{origin}");
        }
        assert!(AppOrigins::parse("http://localhost:*", false).is_err());
        assert!(AppOrigins::parse("https://app.example.org:*", true).is_err());
    }

    #[test]
    fn what_is_no_origin_or_lets_in_too_many_is_refused() {
        for text in [
            "*",
            "null",
            "https://*.example.org",
            "https://*",
            "app.example.org",
            "http://app.example.org",
            "https://app.example.org/path",
            "https://app.example.org?x",
            "https://me@app.example.org",
            "file:///tmp",
            "ftp://localhost",
        ] {
            let error = AppOrigins::parse(text, true).unwrap_err().to_string();
            assert!(error.contains("ACCORD_APP_ORIGINS") && !error.contains('\n'), "{text}: {error}");
        }
        assert_eq!(AppOrigins::parse(" , ", true).unwrap(), AppOrigins::default());
    }
}
