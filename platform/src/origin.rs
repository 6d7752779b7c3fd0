//! Origins: the scheme, host and port of a page, as browsers send them in `Origin`. The only parser for the
//! origins of forms (the operator's are parsed in `web/apps.rs`): for what staff type, for stored values, and
//! for values in headers. A host consists of labels of letters, digits and hyphens, or is an IP address, so
//! that no typed text can end one part of a header and begin another.

use unicode_security::{RestrictionLevel, RestrictionLevelDetection, skeleton};
use url::{Host, Url};

/// Why a text is not an origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoOrigin {
    /// It contains an asterisk.
    Wildcard,
    /// Anything else.
    Malformed,
}

/// Parses an origin as people write it: with capitals, international characters, the scheme's default port, a
/// trailing slash or a trailing dot.
///
/// # Errors
/// Whether the problem is a wildcard or something else.
pub fn read_origin(typed: &str) -> Result<String, NoOrigin> {
    let typed = typed.trim();
    if typed.contains('*') {
        return Err(NoOrigin::Wildcard);
    }
    let (_, rest) = typed.split_once("://").ok_or(NoOrigin::Malformed)?;
    // Characters that a URL parser would silently fix or drop.
    let odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '@' | '?' | '#' | '\\');
    let host = rest.strip_suffix('/').unwrap_or(rest);
    if rest.contains(odd) || host.contains('/') {
        return Err(NoOrigin::Malformed);
    }
    let url = Url::parse(typed).map_err(|_| NoOrigin::Malformed)?;
    origin_of(&url).ok_or(NoOrigin::Malformed)
}

/// The origin of a URL; none if a browser would not send one for it.
#[must_use]
pub fn origin_of(url: &Url) -> Option<String> {
    if !matches!(url.scheme(), "http" | "https") {
        return None;
    }
    let host = match url.host()? {
        Host::Domain(domain) => {
            let domain = domain.strip_suffix('.').unwrap_or(domain);
            if !is_host_name(domain) {
                return None;
            }
            domain.to_owned()
        }
        address => address.to_string(),
    };
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    Some(format!("{}://{host}{port}", url.scheme()))
}

/// Labels of letters, digits and hyphens (RFC 1123, 2.1).
fn is_host_name(domain: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    domain.len() <= 253 && domain.split('.').all(is_label)
}

/// A host for people to read: in Unicode unless it could be confused with another one, otherwise in its ASCII
/// form.
#[must_use]
pub fn in_letters(host: &str) -> String {
    let (letters, read) = idna::domain_to_unicode(host);
    if read.is_ok() && letters.split('.').all(is_plain) { letters } else { host.to_owned() }
}

/// Whether a label cannot be confused with an ASCII one (UTS #39): one script, or scripts that are commonly
/// mixed.
fn is_plain(label: &str) -> bool {
    let level = label.detect_restriction_level();
    label.is_ascii()
        || (level <= RestrictionLevel::HighlyRestrictive && !skeleton(label).all(|c| c.is_ascii()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_read_as_people_have_them_and_kept_as_browsers_send_them() {
        for (typed, kept) in [
            ("https://site.example", "https://site.example"),
            (" https://site.example/ ", "https://site.example"),
            ("HTTPS://WWW.Example.org", "https://www.example.org"),
            ("https://www.example.org:443", "https://www.example.org"),
            ("http://www.example.org:80/", "http://www.example.org"),
            ("https://www.example.org:8443", "https://www.example.org:8443"),
            ("https://example.org.", "https://example.org"),
            ("https://société.example", "https://xn--socit-esab.example"),
            ("https://SOCIÉTÉ.example/", "https://xn--socit-esab.example"),
            ("http://localhost:3000", "http://localhost:3000"),
            ("http://127.0.0.1:8081", "http://127.0.0.1:8081"),
            ("http://[::1]:8081", "http://[::1]:8081"),
        ] {
            assert_eq!(read_origin(typed).as_deref(), Ok(kept), "{typed}");
            assert_eq!(read_origin(kept).as_deref(), Ok(kept), "read again, it is the same");
        }
    }

    #[test]
    fn what_could_write_a_header_or_match_many_hosts_is_no_origin() {
        for star in
            ["*", "https://*", "https://*.example.org", "https://www.*.org", "https://www.example.org:*"]
        {
            assert_eq!(read_origin(star), Err(NoOrigin::Wildcard), "{star}");
        }
        for typed in [
            "",
            "null",
            "site.example",
            "https:site.example",
            "https://",
            "https://a;script-src",
            "https://a;script-src 'unsafe-inline'",
            "https://a,b.example",
            "https://a'b.example",
            "https://a\"b.example",
            "https://a_b.example",
            "https://-a.example",
            "https://a-.example",
            "https://a..example",
            "https://.example",
            "https://site.example..",
            "https://site.example/page",
            "https://site.example//",
            "https://site.example?x",
            "https://site.example#x",
            "https://user@site.example",
            "https://@site.example",
            "https:\\\\site.example",
            "https://a.example https://b.example",
            "https://a.example\nx.example",
            "https://site\u{202e}.example",
            "ftp://site.example",
            "javascript://site.example",
            "https://site.example:99999",
        ] {
            assert_eq!(read_origin(typed), Err(NoOrigin::Malformed), "{typed:?}");
        }
        assert!(read_origin(&format!("https://{}.example", "a".repeat(64))).is_err());
    }

    #[test]
    fn letters_are_shown_where_nobody_takes_them_for_others() {
        for (host, shown) in [
            ("www.example.org", "www.example.org"),
            ("xn--socit-esab.example", "société.example"),
            ("xn--bcher-kva.example", "bücher.example"),
            ("xn--r8jz45g.example", "例え.example"),
            // All Cyrillic, but looks like "apple"; a dotless ı; not a valid label.
            ("xn--80ak6aa92e.com", "xn--80ak6aa92e.com"),
            ("xn--pypal-4ve.com", "xn--pypal-4ve.com"),
            ("xn--zzzzzz.example", "xn--zzzzzz.example"),
            ("127.0.0.1", "127.0.0.1"),
            ("localhost", "localhost"),
        ] {
            assert_eq!(in_letters(host), shown, "{host}");
        }
    }
}
