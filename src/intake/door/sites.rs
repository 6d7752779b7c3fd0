//! The sites a form stands on: which may post, which may read our answers, which may frame the page, and
//! where a visitor goes afterwards.

use axum::{
    http::{HeaderName, HeaderValue, header},
    response::Response,
};
use url::Url;

use super::Door;
use crate::{
    consent::evidence::Page,
    forms::{cache::Open, read_redirect},
    platform::{
        origin::{origin_of, read_origin},
        text::one_line,
    },
};

/// The parameters of a page's address that are kept.
const UTM: [&str; 5] = ["utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"];

impl Door {
    pub(super) fn is_allowed(&self, open: &Open, origin: &str) -> bool {
        origin == self.app().config.public_url || origins(open).any(|allowed| allowed == origin)
    }

    /// The page as evidence: origin, path and the allowed UTM parameters. Only if it is on one of the form's
    /// sites, because an e-mail names the host.
    pub(super) fn page_of(&self, open: &Open, claimed: &str) -> Page {
        let referer = self.desk.header(header::REFERER);
        let Some((origin, url)) = [claimed, referer]
            .into_iter()
            .filter_map(|text| Url::parse(text).ok())
            .find_map(|url| Some((origin_of(&url).filter(|origin| self.is_allowed(open, origin))?, url)))
        else {
            return Page::default();
        };
        let short = |text: &str| one_line(text).chars().take(200).collect::<String>();
        let utm = url
            .query_pairs()
            .filter(|(name, _)| UTM.contains(&name.as_ref()))
            .map(|(name, value)| (name.into_owned(), short(&value)))
            .collect();
        Page { origin, path: short(url.path()), utm }
    }

    /// CORS: only the form's own sites may read the answer, and never with credentials.
    pub(super) fn share(&self, open: &Open, mut response: Response) -> Response {
        let headers = response.headers_mut();
        headers.insert(header::VARY, HeaderValue::from_static("Origin, Accept, Accept-Language"));
        if let Some(origin) = self.desk.headers.get(header::ORIGIN)
            && origin.to_str().is_ok_and(|origin| self.is_allowed(open, origin))
        {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
            headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("retry-after"));
            headers.insert(
                HeaderName::from_static("cross-origin-resource-policy"),
                HeaderValue::from_static("cross-origin"),
            );
        }
        response
    }
}

/// The answer that the form does not exist: it tells nothing about anybody, so any site may read it.
pub(super) fn allow_reading(mut response: Response) -> Response {
    response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

/// The origins of the form's sites, parsed again: a version published by an older Accord may contain invalid
/// ones.
fn origins(open: &Open) -> impl Iterator<Item = String> {
    open.published.definition.allowed_origins.iter().filter_map(|origin| read_origin(origin).ok())
}

/// Where a visitor is sent after submitting, parsed again for the same reason.
pub(super) fn redirect(open: &Open) -> Option<Url> {
    open.published.definition.redirect_url.as_deref().and_then(read_redirect)
}

/// Content security policy of the hosted page: only the form's sites may frame it; it may post to us and be
/// redirected. The values were parsed as origins, so nobody can inject a directive.
pub(super) fn csp(open: &Open) -> String {
    let ancestors: Vec<String> = origins(open).collect();
    let ancestors = if ancestors.is_empty() { "'none'".to_owned() } else { ancestors.join(" ") };
    let redirect =
        redirect(open).and_then(|url| origin_of(&url)).map(|origin| format!(" {origin}")).unwrap_or_default();
    format!(
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'{redirect}; base-uri 'none'; frame-ancestors {ancestors}"
    )
}
