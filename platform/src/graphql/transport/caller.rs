//! Identifies the caller: the credential of a request, and whether a browser sent it from one of our own
//! pages.
//!
//! A program sends a bearer token on purpose. A browser sends cookies by itself, so a cookie counts only if
//! the browser names one of our own pages, or an app that the operator lists, as the sender (ASVS 3.5); a
//! request with both uses the bearer token. Whether a credential is valid is decided elsewhere.

use std::net::SocketAddr;

use axum::{
    extract::ConnectInfo,
    http::{Extensions, HeaderMap, header},
};
use ipnet::IpNet;

use crate::web::{AppOrigins, Cookies, browser_family, client_ip, ip_prefix};

/// The credential of a request.
#[derive(Clone, PartialEq, Eq)]
pub enum Credential {
    /// The value after `Bearer` in `Authorization`, or in the payload of `connection_init`.
    Bearer(String),
    /// The value of the session cookie, sent by one of our own pages or a listed app.
    Cookie(String),
}

/// What resolvers may know about the sender of a request.
#[derive(Clone, Debug, Default)]
pub struct Peer {
    /// The network prefix that shares a rate limit; only used for counting, neither stored nor logged.
    pub network: String,
    /// Browser family and major version, or `other`.
    pub browser: String,
    /// How the answer sets cookies; none on a WebSocket, which cannot set them.
    pub takes_cookies: Option<Cookies>,
    cookies: Vec<(String, String)>,
}

impl Peer {
    /// Reads the request's address and headers.
    #[must_use]
    pub fn read(
        extensions: &Extensions,
        headers: &HeaderMap,
        trusted: &[IpNet],
        takes_cookies: Option<Cookies>,
    ) -> Self {
        let address =
            extensions.get::<ConnectInfo<SocketAddr>>().map(|peer| client_ip(peer.0, headers, trusted));
        let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
        let cookies = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
        Self {
            network: address.map(ip_prefix).unwrap_or_default(),
            browser: browser_family(agent),
            takes_cookies,
            cookies: cookies.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        }
    }

    /// A cookie's value; none if there are two of that name, since one of them is not ours.
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<&str> {
        let mut found =
            self.cookies.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str());
        match (found.next(), found.next()) {
            (only, None) => only,
            _ => None,
        }
    }
}

/// The page that a request comes from, according to the browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::enum_variant_names, reason = "they are pages, or none")]
pub(in crate::graphql) enum From {
    /// One of our own pages.
    OurPage,
    /// A page of a listed app.
    AppPage(Cookies),
    /// A page of another site.
    AnotherPage,
    /// Neither `Origin` nor `Sec-Fetch-Site` was sent: a program.
    NoPage,
}

impl From {
    /// Whether a cookie sent from this page counts.
    pub(in crate::graphql) fn may_send_cookies(self) -> bool {
        matches!(self, Self::OurPage | Self::AppPage(_))
    }

    /// The attributes of cookies that are set for it.
    pub(super) fn cookies(self) -> Cookies {
        match self {
            Self::AppPage(cookies) => cookies,
            _ => Cookies::OneSite,
        }
    }
}

/// Reads `Origin` and `Sec-Fetch-Site`, which no page can set. If both are present, both must be ours. An app
/// is recognised by its `Origin` alone; `Sec-Fetch-Site` then only decides how cookies are set.
pub(super) fn from(headers: &HeaderMap, ours: &[String], apps: &AppOrigins) -> From {
    let only = |name: header::HeaderName| -> Result<Option<&str>, ()> {
        let mut values = headers.get_all(name).iter();
        match (values.next(), values.next()) {
            (None, _) => Ok(None),
            (Some(value), None) => value.to_str().map(Some).map_err(|_| ()),
            _ => Err(()),
        }
    };
    let (Ok(origin), Ok(site)) =
        (only(header::ORIGIN), only(header::HeaderName::from_static("sec-fetch-site")))
    else {
        return From::AnotherPage;
    };
    if origin.is_some_and(|origin| apps.contains(origin)) {
        return From::AppPage(if site == Some("cross-site") {
            Cookies::AcrossSites
        } else {
            Cookies::OneSite
        });
    }
    let origin_is_ours = origin.map(|origin| ours.iter().any(|known| known.eq_ignore_ascii_case(origin)));
    let site_is_ours = site.map(|site| site == "same-origin");
    match (origin_is_ours, site_is_ours) {
        (Some(false), _) | (_, Some(false)) => From::AnotherPage,
        (None, None) => From::NoPage,
        _ => From::OurPage,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, value.parse().unwrap());
        }
        headers
    }

    #[test]
    fn only_our_own_pages_are_ours() {
        let ours = ["https://crm.example".to_owned()];
        for (lines, expected) in [
            (&[][..], From::NoPage),
            (&[("origin", "https://crm.example")], From::OurPage),
            (&[("sec-fetch-site", "same-origin")], From::OurPage),
            (&[("origin", "https://crm.example"), ("sec-fetch-site", "same-origin")], From::OurPage),
            (&[("origin", "https://evil.example")], From::AnotherPage),
            (&[("origin", "null")], From::AnotherPage),
            (&[("origin", "https://crm.example.evil.example")], From::AnotherPage),
            (&[("origin", "http://crm.example")], From::AnotherPage),
            (&[("origin", "https://crm.example"), ("origin", "https://evil.example")], From::AnotherPage),
            (&[("sec-fetch-site", "same-site")], From::AnotherPage),
            (&[("sec-fetch-site", "none")], From::AnotherPage),
            (&[("origin", "https://crm.example"), ("sec-fetch-site", "cross-site")], From::AnotherPage),
        ] {
            assert_eq!(from(&headers(lines), &ours, &AppOrigins::default()), expected, "{lines:?}");
        }
    }

    #[test]
    fn an_app_is_known_by_its_origin_and_by_nothing_else() {
        let (ours, apps) =
            (["https://crm.example".to_owned()], AppOrigins::parse("https://app.example", false).unwrap());
        let app = ("origin", "https://app.example");
        for (lines, expected) in [
            (&[app][..], From::AppPage(Cookies::OneSite)),
            (&[app, ("sec-fetch-site", "same-site")], From::AppPage(Cookies::OneSite)),
            (&[app, ("sec-fetch-site", "same-origin")], From::AppPage(Cookies::OneSite)),
            (&[app, ("sec-fetch-site", "cross-site")], From::AppPage(Cookies::AcrossSites)),
            (&[("origin", "https://crm.example"), ("sec-fetch-site", "same-origin")], From::OurPage),
            (&[("origin", "https://crm.example"), ("sec-fetch-site", "cross-site")], From::AnotherPage),
            (&[("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")], From::AnotherPage),
            (&[app, ("origin", "https://evil.example")], From::AnotherPage),
            (&[("sec-fetch-site", "cross-site")], From::AnotherPage),
            (&[("referer", "https://app.example/")], From::NoPage),
        ] {
            assert_eq!(from(&headers(lines), &ours, &apps), expected, "{lines:?}");
        }
    }

    #[test]
    fn a_cookie_is_read_and_two_of_one_name_are_none() {
        let peer =
            |lines: &[(&'static str, &str)]| Peer::read(&Extensions::new(), &headers(lines), &[], None);
        assert_eq!(peer(&[("cookie", "a=1; b=2=3")]).cookie("b"), Some("2=3"));
        assert_eq!(peer(&[("cookie", "a=1"), ("cookie", "b=2")]).cookie("b"), Some("2"));
        assert_eq!(peer(&[("cookie", "a=1; a=2")]).cookie("a"), None);
        assert_eq!(peer(&[]).cookie("a"), None);
    }
}
