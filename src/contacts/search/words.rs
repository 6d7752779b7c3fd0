//! How texts become words, for rows and for what is asked: folded, cut at everything that is neither letter nor digit.
//!
//! "O’Brien" is found as `o brien` and as `obrien`; a telephone number with and without its country's code, and by how it ends.

use std::collections::BTreeMap;

use crate::platform::fold::fold;

/// The most words of a row.
const MOST_WORDS: usize = 48;
/// The longest word.
const MOST_LETTERS: usize = 40;
/// The weight of a word in the first text; each further text weighs one less.
const HEAVIEST: i32 = 9;
/// From so many digits on, a number is a telephone number.
const PHONE: usize = 7;
/// So many of its last digits find it.
const ENDING: usize = 4;

/// The words of a row with their weights. A word in several texts has the greatest.
pub(super) fn of_row(texts: &[&str]) -> BTreeMap<String, i32> {
    let mut words = BTreeMap::new();
    for (at, text) in texts.iter().enumerate() {
        let weight = (HEAVIEST - i32::try_from(at).unwrap_or(HEAVIEST)).max(1);
        for word in split(text) {
            if words.len() < MOST_WORDS || words.contains_key(&word) {
                let known = words.entry(word).or_insert(weight);
                *known = weight.max(*known);
            }
        }
    }
    words
}

/// A word's first two letters.
pub(super) fn lead(word: &str) -> String {
    word.chars().take(2).collect()
}

fn cut(word: &str) -> String {
    word.chars().take(MOST_LETTERS).collect()
}

fn split(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    // An extension is no part of what somebody remembers of a number.
    if let Some(number) = phone(text.split_once(";ext=").map_or(text, |(number, _)| number), PHONE) {
        // All its ends: without its country's code, and from its last four digits on.
        words.extend((0..=number.len() - ENDING).filter_map(|start| number.get(start..)).map(cut));
        return words;
    }
    for chunk in fold(text).split(' ') {
        let parts: Vec<&str> = chunk.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).collect();
        words.extend(parts.iter().map(|part| cut(part)));
        if parts.len() > 1 && chunk.chars().all(|c| c.is_alphanumeric() || matches!(c, '\'' | '-')) {
            words.push(cut(&parts.concat()));
        }
    }
    words
}

/// The digits of a text that is a telephone number, or the end of one, of at least so many digits.
fn phone(text: &str, least: usize) -> Option<String> {
    let sign = |c: char| c.is_ascii_digit() || c.is_whitespace() || matches!(c, '+' | '-' | '.' | '/' | '(' | ')');
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    (digits.len() >= least && text.chars().all(sign)).then_some(digits)
}

/// What is asked for: the last word may be a beginning.
pub(super) fn asked(text: &str) -> Vec<String> {
    if let Some(number) = phone(text, PHONE) {
        return vec![cut(number.trim_start_matches('0'))];
    }
    // The last digits in pairs or threes, as they are spoken: "56 78".
    if let Some(number) = phone(text, ENDING).filter(|_| text.split(|c: char| !c.is_ascii_digit()).all(|group| group.len() < ENDING)) {
        return vec![number];
    }
    let mut words: Vec<String> = Vec::new();
    for word in fold(text).split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(cut) {
        if !words.contains(&word) {
            words.push(word);
        }
    }
    words.truncate(MOST_ASKED);
    words
}

/// The most words of a question; the rest is ignored.
const MOST_ASKED: usize = 6;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_become_folded_words() {
        let words = of_row(&["Élodie O’Brien-Œuvré", "ada@lumen.example", "+33612345678", "Élodie"]);
        let of = |word: &str| words.get(word).copied();
        assert_eq!((of("elodie"), of("obrienoeuvre"), of("brien"), of("lumen")), (Some(9), Some(9), Some(9), Some(8)));
        assert_eq!((of("33612345678"), of("612345678"), of("+33612345678")), (Some(7), Some(7), None));
        assert_eq!((of("45678"), of("5678"), of("678")), (Some(7), Some(7), None));
        let ends = of_row(&["+33612345678;ext=12"]);
        assert!(ends.contains_key("5678") && !ends.contains_key("12") && ends.len() == 8);
        assert!(of_row(&["", " ", "—"]).is_empty());
        assert_eq!(of_row(&["李"]).len(), 1);
    }

    #[test]
    fn a_row_has_only_so_many_words_and_letters() {
        let many = (0..500).map(|n| format!("word{n}")).collect::<Vec<_>>().join(" ");
        assert_eq!(of_row(&[&many]).len(), MOST_WORDS);
        assert!(of_row(&[&"é".repeat(300)]).keys().all(|word| word.chars().count() == MOST_LETTERS));
    }

    #[test]
    fn what_is_asked_is_cut_alike() {
        assert_eq!(asked("  O'Brien, ELODIE"), ["o", "brien", "elodie"]);
        assert_eq!(asked("06 12 34 56 78"), ["612345678"]);
        assert_eq!(asked("5678"), ["5678"]);
        assert_eq!(asked("56 78"), ["5678"]);
        assert_eq!(asked("2026 1234"), ["20261234"]);
        assert_eq!(asked("1234 5"), ["1234", "5"]);
        assert_eq!(asked("+33 (0)6.12.34.56.78").len(), 1);
        assert!(asked("… —").is_empty());
    }
}
