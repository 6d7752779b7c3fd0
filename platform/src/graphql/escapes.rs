//! Replaces string escapes that the GraphQL parser does not read: `\u{1F600}`, and a character above U+FFFF
//! as a JSON surrogate pair (allowed by GraphQL, September 2025; Python's `json.dumps` writes nothing else).
//! Each is replaced by its character before parsing.
//!
//! The replacement is shorter; spaces after the string make up for it, so that later errors still report the
//! right position.

use std::borrow::Cow;

use async_graphql::{Pos, ServerError};

use super::user_error::GraphqlErrorCode as Code;

/// The document without such escapes.
///
/// # Errors
/// An escape that is no character: half a surrogate pair, a number that Unicode does not have, braces without
/// a number.
pub(super) fn plain(document: &str) -> Result<Cow<'_, str>, Box<ServerError>> {
    if !document.contains("\\u") {
        return Ok(Cow::Borrowed(document));
    }
    let mut written = String::with_capacity(document.len());
    let mut rest = document;
    while let Some(sign) = rest.chars().next() {
        let length = match sign {
            '#' => rest.find(['\n', '\r']).unwrap_or(rest.len()),
            '"' if rest.starts_with("\"\"\"") => block_length(rest),
            '"' => {
                let place = |inside: usize| position(document, document.len() - rest.len() + inside);
                let (text, length) =
                    string(rest).map_err(|(inside, message)| Box::new(refusal(message, place(inside))))?;
                written.push_str(&text);
                rest = &rest[length..];
                continue;
            }
            sign => sign.len_utf8(),
        };
        let (same, further) = rest.split_at(length);
        written.push_str(same);
        rest = further;
    }
    Ok(Cow::Owned(written))
}

/// The string as the parser will read it, padded with spaces to its old length, and its length in the source;
/// or where and why it is invalid. An unterminated string is left for the parser to refuse.
fn string(text: &str) -> Result<(String, usize), (usize, &'static str)> {
    let (mut written, mut lost, mut at) = ("\"".to_owned(), 0, 1);
    while let Some(sign) = text[at..].chars().next() {
        match sign {
            '"' => {
                written.push('"');
                written.extend(std::iter::repeat_n(' ', lost));
                return Ok((written, at + 1));
            }
            '\n' | '\r' => break,
            '\\' if text[at..].starts_with("\\u") => {
                let (character, length) = unicode(&text[at..]).map_err(|message| (at, message))?;
                let before = written.len();
                match character {
                    '"' => written.push_str("\\\""),
                    '\\' => written.push_str("\\\\"),
                    '\n' => written.push_str("\\n"),
                    '\r' => written.push_str("\\r"),
                    other => written.push(other),
                }
                lost += length - written[before..].chars().count();
                at += length;
            }
            '\\' => {
                let escaped = text[at + 1..].chars().next().map_or(0, char::len_utf8);
                written.push_str(&text[at..at + 1 + escaped]);
                at += 1 + escaped;
            }
            other => {
                written.push(other);
                at += other.len_utf8();
            }
        }
    }
    Ok((text[..at].to_owned(), at))
}

/// The character that an escape stands for, and the escape's length.
fn unicode(text: &str) -> Result<(char, usize), &'static str> {
    const NO_NUMBER: &str = "\\u takes four hexadecimal digits, or the number of a character in braces";
    const NO_CHARACTER: &str = "this escape is no character of Unicode: surrogates stand in pairs only";
    let number = |digits: &str| {
        digits
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit())
            .then(|| u32::from_str_radix(digits, 16).ok())
            .flatten()
    };
    let four = |text: &str| text.strip_prefix("\\u").and_then(|text| text.get(..4)).and_then(number);
    if let Some(braced) = text.strip_prefix("\\u{") {
        let digits = braced
            .split_once('}')
            .map(|(digits, _)| digits)
            .filter(|digits| !digits.is_empty())
            .ok_or(NO_NUMBER)?;
        // There may be many leading zeros.
        let significant = digits.trim_start_matches('0');
        let code = if significant.is_empty() { number("0") } else { number(significant) };
        let code = code.ok_or(if digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            NO_CHARACTER
        } else {
            NO_NUMBER
        })?;
        return Ok((char::from_u32(code).ok_or(NO_CHARACTER)?, "\\u{}".len() + digits.len()));
    }
    let high = four(text).ok_or(NO_NUMBER)?;
    if let Some(character) = char::from_u32(high) {
        return Ok((character, 6));
    }
    let low = four(text.get(6..).unwrap_or_default());
    match (high, low) {
        (0xD800..0xDC00, Some(low @ 0xDC00..0xE000)) => {
            let code = 0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00);
            Ok((char::from_u32(code).ok_or(NO_CHARACTER)?, 12))
        }
        _ => Err(NO_CHARACTER),
    }
}

/// The length of the block string that begins here. Its only escape is `\"""`.
fn block_length(text: &str) -> usize {
    let mut at = 3;
    while let Some(found) = text[at..].find("\"\"\"") {
        let end = at + found;
        if !text[..end].ends_with('\\') {
            return end + 3;
        }
        at = end + 3;
    }
    text.len()
}

fn position(document: &str, at: usize) -> Pos {
    let before = document[..at].replace("\r\n", "\n").replace('\r', "\n");
    let (lines, last) = (before.matches('\n').count(), before.rsplit('\n').next().unwrap_or_default());
    Pos { line: lines + 1, column: last.chars().count() + 1 }
}

fn refusal(message: &str, place: Pos) -> ServerError {
    let mut error = Code::ParseFailed.error(message);
    error.locations.push(place);
    error
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    /// The parsed value of the only argument.
    fn read(literal: &str) -> String {
        let document = format!("{{ a(b: {literal}) }}");
        let parsed =
            parse_query(plain(&document).unwrap()).unwrap_or_else(|error| panic!("{literal}: {error}"));
        let written = serde_json::to_value(&parsed).unwrap();
        let text = written
            .pointer("/operations/Single/node/selection_set/node/items/0/node/Field/node/arguments/0/1/node");
        text.and_then(serde_json::Value::as_str).unwrap_or_else(|| panic!("{written}")).to_owned()
    }

    #[test]
    fn every_escape_of_the_specification_is_read() {
        for (literal, expected) in [
            (r#""\ud83d\ude00""#, "😀"),
            (r#""\uD83D\uDE00 and \u00e9""#, "😀 and é"),
            (r#""\u{1F600}""#, "😀"),
            (r#""\u{0000001f600}\u{e9}""#, "😀é"),
            (r#""\u{10FFFF}\uDBFF\uDFFF""#, "\u{10FFFF}\u{10FFFF}"),
            (r#""\u{22}\u{5C}\u{A}\u{d}\u0022\u005C\u000a""#, "\"\\\n\r\"\\\n"),
            (r#""\u{0}\u0001""#, "\0\u{1}"),
            (r#""\\ud83d \" \n \u2603""#, "\\ud83d \" \n ☃"),
            (r#""""\ud83d \u{1F600}""""#, r"\ud83d \u{1F600}"),
        ] {
            assert_eq!(read(literal), expected, "{literal}");
        }
    }

    #[test]
    fn what_is_no_character_is_refused_where_it_stands() {
        for (document, line, column) in [
            (r#"{ a(b: "\ud83d") }"#, 1, 9),
            (r#"{ a(b: "é\ud83dx\ude00") }"#, 1, 10),
            (r#"{ a(b: "\ude00\ud83d") }"#, 1, 9),
            (r#"{ a(b: "\ud83d\u0041") }"#, 1, 9),
            ("{\r\n  a(b: \"\\u{D83D}\") }", 2, 9),
            (r#"{ a(b: "\u{110000}") }"#, 1, 9),
            (r#"{ a(b: "\u{FFFFFFFFFFFFFFFFFFFF}") }"#, 1, 9),
            (r#"{ a(b: "\u{}") }"#, 1, 9),
            (r#"{ a(b: "\u{1F600") }"#, 1, 9),
            (r#"{ a(b: "\u{+41}") }"#, 1, 9),
            (r#"{ a(b: "\u12") }"#, 1, 9),
            (r#"{ a(b: "\u+041") }"#, 1, 9),
        ] {
            let error = plain(document).unwrap_err();
            assert_eq!(error.locations, [Pos { line, column }], "{document}: {}", error.message);
        }
    }

    #[test]
    fn what_comes_after_such_a_string_is_told_where_it_stands() {
        let document = r#"{ a(b: "\ud83d\ude00 \u{1F600}\u{A}") c(? ) } # \ud83d"#;
        let error = ServerError::from(parse_query(plain(document).unwrap()).unwrap_err());
        assert_eq!(error.locations[0].column, document.find('?').unwrap() + 1);
    }

    #[test]
    fn comments_and_what_does_not_end_are_left_to_the_parser() {
        for document in [
            r#"{ a } # "\ud83d"#,
            r#"{ a(b: "\u00e9"#,
            "{ a(b: \"\\u00e9\n\") }",
            r#"{ a(b: """\ud83d"#,
            r#"{ a(b: "\"#,
        ] {
            assert_eq!(plain(document).unwrap(), document);
        }
    }
}
