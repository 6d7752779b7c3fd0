//! Which characters are allowed in texts from users. Letters, symbols and emoji of every script are;
//! invisible characters, and those that make people see something other than what is stored, are not: a
//! person consents to what they read.
//!
//! GraphQL checks every string with [`read`]; public forms drop invisible characters ([`without_unseen`]);
//! names and titles must be one line ([`is_line`]).

use std::borrow::Cow;

/// Normalises a text: `\r\n` becomes `\n`, and the marks (of direction, of byte order) that some programs put
/// around copied text are removed. None when it contains a character that is not allowed.
#[must_use]
pub fn read(text: &str) -> Option<Cow<'_, str>> {
    let text = unwrapped(text.trim_matches('\u{feff}'));
    let text =
        if text.contains("\r\n") { Cow::Owned(text.replace("\r\n", "\n")) } else { Cow::Borrowed(text) };
    is_block(&text).then_some(text)
}

/// The text without invisible characters.
#[must_use]
pub fn without_unseen(text: &str) -> String {
    let mut is_hidden = hidden();
    text.chars().filter(|c| !is_hidden(*c)).collect()
}

/// A predicate to be called with each character in turn. The flags of England, Scotland and Wales are a black
/// flag followed by tag characters, which are invisible elsewhere.
fn hidden() -> impl FnMut(char) -> bool {
    let mut in_flag = false;
    move |c| {
        let hidden = is_unseen(c) && !(in_flag && is_tag(c));
        in_flag = c == '\u{1f3f4}' || (in_flag && is_tag(c));
        hidden
    }
}

/// Whether this character is invisible or reorders the text around it: control characters except tab and line
/// feed, direction controls that affect more than one character, the byte order mark, line and paragraph
/// separators, annotations, tags, and noncharacters.
fn is_unseen(c: char) -> bool {
    (c.is_control() && !matches!(c, '\t' | '\n'))
        || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fdd0}'..='\u{fdef}')
        || c == '\u{e0001}'
        || is_tag(c)
        || u32::from(c) & 0xfffe == 0xfffe
}

/// Whether this is one line without forbidden characters: a name, a title.
#[must_use]
pub fn is_line(text: &str) -> bool {
    is_block(text) && !text.contains(char::is_control)
}

/// Whether this is a text of one or more lines without forbidden characters.
#[must_use]
pub fn is_block(text: &str) -> bool {
    !text.chars().any(hidden())
}

/// The text as one line, whatever it contains: for headers.
#[must_use]
pub fn one_line(text: &str) -> String {
    without_unseen(text).chars().filter(|c| !c.is_control()).collect()
}

fn is_tag(c: char) -> bool {
    matches!(c, '\u{e0020}'..='\u{e007f}')
}

/// Address books wrap phone numbers in direction marks, which are copied along.
fn unwrapped(text: &str) -> &str {
    let inner =
        text.trim().strip_prefix(['\u{202a}', '\u{202b}', '\u{202d}', '\u{2066}', '\u{2067}', '\u{2068}']);
    inner.and_then(|inner| inner.strip_suffix(['\u{202c}', '\u{2069}'])).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_is_kept_as_it_is() {
        for text in [
            "",
            "Ada\tLovelace\nCountess",
            "Ægir 李 عائشة नरगिस نرگس\u{200c}جان",
            "\u{200e}+33 1\u{a0}02",
            "👩\u{200d}💻 🏳️\u{200d}🌈",
            "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}!",
        ] {
            assert_eq!(read(text).as_deref(), Some(text));
        }
        assert_eq!(
            without_unseen("A\0d\u{202e}a 🏴\u{e0067}\u{e007f} \u{e0061}"),
            "Ada 🏴\u{e0067}\u{e007f} "
        );
        assert_eq!(read("one\r\ntwo").as_deref(), Some("one\ntwo"));
        assert_eq!(read("\u{feff}Ada\u{feff}").as_deref(), Some("Ada"));
        assert_eq!(read("\u{202a}+33 1 02 03 04 05\u{202c}").as_deref(), Some("+33 1 02 03 04 05"));
    }

    #[test]
    fn what_hides_or_turns_text_is_not_read() {
        for text in [
            "a\0",
            "a\u{1b}[31m",
            "a\rb",
            "\u{7f}",
            "a\u{85}b",
            "pay\u{202e}lap",
            "\u{202e}abc",
            "a\u{2066}b",
            "a\u{2028}b",
            "a\u{feff}b",
            "a\u{fff9}b",
            "a\u{e0061}",
            "🏴a\u{e0061}",
            "a\u{ffff}",
            "a\u{1fffe}",
        ] {
            assert_eq!(read(text), None, "{text:?}");
        }
        assert!(
            is_line("Élan 🏴\u{e0067}\u{e007f}")
                && !is_line("a\nb")
                && !is_line("a\tb")
                && !is_line("a\u{2028}b")
        );
        assert!(is_block("a\n\tb") && !is_block("a\rb"));
        assert_eq!(one_line("a\r\nBcc: b\u{202e}"), "aBcc: b");
    }
}
