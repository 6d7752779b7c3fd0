//! Invisible characters. They are copied along from web pages, PDFs and spreadsheets, and make two values
//! differ that look the same.

/// Whether this character shows nothing and takes no space: format characters, variation selectors, fillers
/// and whatever else Unicode calls default-ignorable, but not white space and control characters.
#[must_use]
pub const fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// The text without white space and invisible characters at either end.
#[must_use]
pub fn trim_unseen(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || is_invisible(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_seen_at_the_ends_is_taken_off_and_what_is_inside_stays() {
        for unseen in [
            " ", "\u{a0}", "\u{202f}", "\u{3000}", "\u{200b}", "\u{200e}", "\u{feff}", "\u{2060}", "\u{ad}",
            "\u{fe0f}", "\n",
        ] {
            assert_eq!(
                trim_unseen(&format!("{unseen}{unseen}a{unseen}b{unseen}")),
                format!("a{unseen}b"),
                "{unseen:?}"
            );
        }
        assert_eq!(trim_unseen("\u{200b} \u{feff}"), "");
        assert_eq!(
            trim_unseen("\0a\u{7}"),
            "\0a\u{7}",
            "a control character is an error, not something to overlook"
        );
    }
}
