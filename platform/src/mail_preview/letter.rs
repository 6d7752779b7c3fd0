//! A mail as the preview shows it, rendered as a mail client would.

use std::collections::BTreeMap;

use entity::JobId;
use mail_parser::{Address, HeaderValue, MessageParser, PartType};
use serde::Serialize;

/// A mail, parsed.
#[derive(Clone, Debug, Serialize)]
pub(super) struct PreviewedMail {
    id: JobId,
    /// Addresses, with names if given.
    to: String,
    from: String,
    subject: String,
    /// RFC 3339, or empty.
    date: String,
    /// By name as written; values unfolded, repeated headers joined by a comma.
    headers: BTreeMap<String, String>,
    pub(super) text: String,
    pub(super) html: String,
    /// Every link once, in reading order.
    links: Vec<String>,
}

impl PreviewedMail {
    pub(super) fn parse(id: JobId, raw: &[u8]) -> Option<Self> {
        let message = MessageParser::default().parse(raw)?;
        let part = |ids: &[u32], is_html: bool| {
            // `text_body` refers to the HTML part when there is no text part, and the other way round.
            ids.iter().filter_map(|id| message.part(*id)).find_map(|part| match &part.body {
                PartType::Text(text) if !is_html => Some(text.to_string()),
                PartType::Html(html) if is_html => Some(html.to_string()),
                _ => None,
            })
        };
        let text = part(&message.text_body, false).unwrap_or_default().replace("\r\n", "\n");
        let html = part(&message.html_body, true).unwrap_or_default();
        let mut headers: BTreeMap<String, String> = BTreeMap::new();
        for (name, value) in message.headers_raw() {
            let value = readable(message.header(name.to_owned()), value);
            headers.entry(name.to_owned()).and_modify(|known| known.extend([", ", &value])).or_insert(value);
        }
        let mut links = Vec::new();
        let from_text = pieces(&text).into_iter().filter_map(|piece| piece.link.then_some(piece.text));
        for link in from_text.chain(hrefs(&html)) {
            if !links.contains(&link) {
                links.push(link);
            }
        }
        Some(Self {
            id,
            to: message.to().map(people).unwrap_or_default(),
            from: message.from().map(people).unwrap_or_default(),
            subject: message.subject().unwrap_or_default().to_owned(),
            date: message.date().map(mail_parser::DateTime::to_rfc3339).unwrap_or_default(),
            headers,
            text,
            html,
            links,
        })
    }
}

/// Decodes encoded-words where they are allowed; headers with their own syntax are shown as they are, on one
/// line.
fn readable(value: Option<&HeaderValue<'_>>, raw: &str) -> String {
    match value {
        Some(HeaderValue::Text(text)) if raw.contains("=?") => text.to_string(),
        Some(HeaderValue::Address(address)) if raw.contains("=?") => people(address),
        _ => raw
            .split(['\r', '\n'])
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .collect::<Vec<_>>()
            .join(" "),
    }
}

fn people(address: &Address<'_>) -> String {
    let one = |person: &mail_parser::Addr<'_>| match (person.name(), person.address()) {
        (Some(name), Some(address)) => format!("{name} <{address}>"),
        (name, address) => address.or(name).unwrap_or_default().to_owned(),
    };
    address.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// A piece of a text: a link, or the text between links.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) link: bool,
}

/// Splits a text at its links as mail clients do: a link ends at white space or a character that links do not
/// contain, without the sentence's punctuation.
pub(super) fn pieces(text: &str) -> Vec<Piece> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(start) = ["https://", "http://"].iter().filter_map(|scheme| rest.find(scheme)).min() {
        let (before, from) = rest.split_at(start);
        let end = from
            .find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '»' | '”'))
            .unwrap_or(from.len());
        let link = from[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '\'', '’']);
        if !before.is_empty() {
            found.push(Piece { text: before.to_owned(), link: false });
        }
        found.push(Piece { text: link.to_owned(), link: true });
        rest = &from[link.len()..];
    }
    if !rest.is_empty() {
        found.push(Piece { text: rest.to_owned(), link: false });
    }
    found
}

fn hrefs(html: &str) -> impl Iterator<Item = String> {
    let values = html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    values.filter(|link| link.starts_with("http://") || link.starts_with("https://")).map(|link| {
        let plain = link.replace("&#x2F;", "/").replace("&#39;", "'").replace("&#x27;", "'");
        plain.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    })
}

/// Makes links open in a new tab: inside the preview's frame, most pages refuse to be displayed.
pub(super) fn links_open_beside(html: &str) -> String {
    const BASE: &str = "<base target=\"_blank\">";
    match html.find("<head>") {
        Some(at) => format!("{}{BASE}{}", &html[..at + 6], &html[at + 6..]),
        None => format!("<!doctype html>{BASE}{html}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_found_as_a_reader_would_click_them() {
        let cut =
            |text: &str| pieces(text).into_iter().map(|piece| (piece.text, piece.link)).collect::<Vec<_>>();
        let piece = |text: &str, link| (text.to_owned(), link);
        assert_eq!(
            cut("Open:\nhttps://a.example/x_-y\n\nBye"),
            [piece("Open:\n", false), piece("https://a.example/x_-y", true), piece("\n\nBye", false)]
        );
        assert_eq!(
            cut("(http://a.example?b=1&c=2)."),
            [piece("(", false), piece("http://a.example?b=1&c=2", true), piece(").", false)]
        );
        assert_eq!(cut("«\u{a0}https://a.example\u{a0}»").len(), 3);
        assert_eq!(cut("no link, http only"), [piece("no link, http only", false)]);
        assert_eq!(cut(""), []);
        assert_eq!(cut("https://https://http://.").iter().filter(|(_, link)| *link).count(), 1);
    }

    #[test]
    fn links_of_html_are_unescaped_and_other_schemes_left_out() {
        let html = r#"<a href="https://a.example/?b=1&amp;c=2">x</a><a href="mailto:a@b.example">y</a><a href="https:&#x2F;&#x2F;b.example">z</a>"#;
        assert_eq!(hrefs(html).collect::<Vec<_>>(), ["https://a.example/?b=1&c=2"]);
        assert_eq!(
            links_open_beside("<html><head><title>x</title>"),
            "<html><head><base target=\"_blank\"><title>x</title>"
        );
    }
}
