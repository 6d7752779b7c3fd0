//! Parses URLs that somebody typed or pasted: a company's website, custom fields, privacy notices and the
//! page after a form.

use entity::trim_unseen;
use url::Url;

use super::text;

/// Longest URL, in bytes.
pub const LONGEST: usize = 2_000;
/// The advice when a URL is refused.
pub const REMEDY: &str = "Give a whole web address, like https://lumen.example, without user name and password, of at most 2000 characters.";

/// The URL as browsers normalise it (WHATWG URL): lower-case ASCII host, other non-ASCII characters
/// percent-encoded. None when it is not http(s), has no host, contains credentials that everybody would see,
/// or characters that hide or reorder text.
#[must_use]
pub fn read_web_address(typed: &str) -> Option<String> {
    let typed = trim_unseen(typed);
    let url = Url::parse(typed).ok().filter(|_| text::is_line(typed))?;
    let fits = matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.username().is_empty()
        && url.password().is_none();
    Some(String::from(url)).filter(|url| fits && url.len() <= LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_pages_are_read_as_browsers_write_them() {
        for (typed, kept) in [
            (" https://lumen.example\u{a0}", Some("https://lumen.example/")),
            ("\u{200b}HTTP://Société.example/à?q=1#x", Some("http://xn--socit-esab.example/%C3%A0?q=1#x")),
            ("https://example.org/\u{202e}txt", None),
            ("https://exam\nple.org/", None),
            ("https://user:pw@example.org", None),
            ("https://user@example.org", None),
            ("javascript:alert(1)", None),
            ("mailto:ada@example.org", None),
            ("lumen.example", None),
            ("https://", None),
            ("https://exa mple.org", None),
            ("", None),
        ] {
            assert_eq!(read_web_address(typed).as_deref(), kept, "{typed:?}");
        }
        assert_eq!(
            read_web_address(&format!("https://lumen.example/{}", "é".repeat(400))),
            None,
            "too long once it is encoded"
        );
    }
}
