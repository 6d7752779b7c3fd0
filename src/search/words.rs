//! Splits texts into search words, for rows and for queries: folded, and split at everything that is neither
//! letter nor digit.
//!
//! "O’Brien" is found as `o brien` and as `obrien`; a telephone number with and without country code, and by
//! its last digits. In scripts without spaces, every two adjacent characters are a word, so that parts of a
//! name are found: 山田 in 小山田商店.

use std::{collections::BTreeMap, ops::Range};

use unicode_normalization::char::is_combining_mark;

use crate::platform::fold::{fold, is_of_word, joins_words};

/// Limit on a row's words.
const MOST_WORDS: usize = 96;
/// Limit on a word, in characters.
const MOST_LETTERS: usize = 40;
/// Weight of a word in the first text; each further text weighs one less.
const HEAVIEST: i32 = 9;
/// How much less a word inside a longer one weighs: a family name of two characters ranks before a company
/// name that contains them.
const LIGHTER_INSIDE: i32 = 2;
/// A number with at least this many digits is a telephone number.
const PHONE: usize = 7;
/// How many of its last digits find it.
const ENDING: usize = 4;
/// Limit on a query's words; the rest is ignored.
const MOST_ASKED: usize = 6;

/// The words of a row with their weights; a word in several texts has the highest.
pub(super) fn of_row(texts: &[&str]) -> BTreeMap<String, i32> {
    let mut words = BTreeMap::new();
    for (at, text) in texts.iter().enumerate() {
        let weight = HEAVIEST - i32::try_from(at).unwrap_or(HEAVIEST);
        for (word, inside) in split(text) {
            if words.len() < MOST_WORDS || words.contains_key(&word) {
                let weight = (weight - if inside { LIGHTER_INSIDE } else { 0 }).max(1);
                let known = words.entry(word).or_insert(weight);
                *known = weight.max(*known);
            }
        }
    }
    words
}

pub(super) fn lead(word: &str) -> String {
    word.chars().take(2).collect()
}

fn cut(word: &str) -> String {
    word.chars().take(MOST_LETTERS).collect()
}

/// The words of a text, and whether each occurs only inside a longer one.
fn split(text: &str) -> Vec<(String, bool)> {
    let mut words = Vec::new();
    // People do not search by extension.
    let text = text.split_once(";ext=").map_or(text, |(number, _)| number);
    for (_, number) in numbers(text) {
        // All its suffixes, so that it is found without country code, as dialled nationally, and by its last
        // four digits.
        let ends = (0..=number.len().saturating_sub(ENDING)).filter_map(|start| number.get(start..));
        words.extend(ends.map(|rest| (cut(rest), false)));
    }
    let folded = fold(text);
    // The last character of a run without spaces: what a row writes apart may be typed as one word.
    let mut before = None;
    for chunk in folded.split(' ') {
        let parts: Vec<&str> =
            chunk.split(|c: char| !is_of_word(c)).filter(|part| !part.is_empty()).collect();
        for run in parts.iter().flat_map(|part| runs(part)) {
            words.push((cut(run), false));
            let signs = if run.chars().all(is_joined) { signs(run) } else { Vec::new() };
            words.extend(
                before.into_iter().zip(signs.first()).map(|(last, first)| (format!("{last}{first}"), true)),
            );
            words.extend(signs.windows(2).map(|pair| (pair.concat(), true)));
            words.extend(signs.last().map(|last| ((*last).to_owned(), true)));
            before = signs.last().copied();
        }
        if parts.len() > 1 && chunk.chars().all(|c| is_of_word(c) || matches!(c, '\'' | '-')) {
            words.push((cut(&parts.concat()), false));
        }
    }
    words.retain(|(word, _)| !word.is_empty());
    words
}

/// Splits a folded text where a script without spaces starts or ends.
fn runs(part: &str) -> Vec<&str> {
    let mut runs = Vec::new();
    let (mut begin, mut joined) = (0, None);
    for (at, c) in part.char_indices().filter(|(_, c)| !is_combining_mark(*c)) {
        if joined.replace(joins_words(c)).is_some_and(|before| before != joins_words(c)) {
            runs.push(&part[begin..at]);
            begin = at;
        }
    }
    runs.push(&part[begin..]);
    runs
}

fn is_joined(c: char) -> bool {
    joins_words(c) || is_combining_mark(c)
}

/// The characters of a run, with their combining marks.
fn signs(run: &str) -> Vec<&str> {
    let begins: Vec<usize> =
        run.char_indices().filter(|(at, c)| *at == 0 || !is_combining_mark(*c)).map(|(at, _)| at).collect();
    let ends = begins.iter().skip(1).copied().chain([run.len()]);
    begins.iter().zip(ends).map(|(begin, end)| &run[*begin..end]).collect()
}

/// The telephone numbers in a text: their range and digits.
fn numbers(text: &str) -> Vec<(Range<usize>, String)> {
    // Includes hyphens and dashes of every length.
    let is_sign = |c: char| {
        c.is_ascii_digit()
            || c.is_whitespace()
            || matches!(c, '+' | '-' | '\u{2010}'..='\u{2015}' | '.' | '/' | '(' | ')')
    };
    let mut found = Vec::new();
    let mut rest = 0;
    while let Some(begin) = text[rest..].find(is_sign).map(|at| rest + at) {
        let end = text[begin..].find(|c| !is_sign(c)).map_or(text.len(), |at| begin + at);
        let beside = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        // "AB1234567" is one word.
        let grown = (text[begin..].starts_with(|c: char| c.is_ascii_digit())
            && beside(text[..begin].chars().next_back()))
            || (text[..end].ends_with(|c: char| c.is_ascii_digit()) && beside(text[end..].chars().next()));
        // "(0)" is only dialled nationally: +33 (0)1.
        let digits: String =
            text[begin..end].replace("(0)", "").chars().filter(char::is_ascii_digit).collect();
        if digits.len() >= PHONE && !grown {
            found.push((begin..end, digits));
        }
        rest = end;
    }
    found
}

/// The possible readings of a query, most likely first: with apparent telephone numbers as numbers, and
/// character by character. The last word of each may be a prefix.
pub(super) fn asked(text: &str) -> Vec<Vec<String>> {
    // As for rows, so that a stored number pasted into the search box is found.
    let text = text.split_once(";ext=").map_or(text, |(number, _)| number);
    let numbers = numbers(text);
    let mut words = Vec::new();
    let mut rest = 0;
    for (place, number) in &numbers {
        words.extend(asked_words(&text[rest..place.start]));
        words.push(cut(number.trim_start_matches('0')));
        rest = place.end;
    }
    words.extend(asked_words(&text[rest..]));
    let mut readings = vec![each_once(words)];
    if let Some(end) = ending(text) {
        readings.insert(0, vec![end]);
    }
    if !numbers.is_empty() {
        readings.push(each_once(asked_words(text)));
    }
    readings.dedup();
    readings.retain(|words| !words.is_empty());
    readings
}

/// The last digits of a number in groups of two or three, as people say them: "56 78".
fn ending(text: &str) -> Option<String> {
    let mut groups = text.split_whitespace();
    let spoken = groups.all(|group| group.len() < ENDING && group.bytes().all(|byte| byte.is_ascii_digit()));
    let digits: String = text.split_whitespace().collect();
    (spoken && (ENDING..PHONE).contains(&digits.len())).then_some(digits)
}

fn asked_words(text: &str) -> Vec<String> {
    let folded = fold(text);
    let mut words = Vec::new();
    for run in folded.split(|c: char| !is_of_word(c)).filter(|part| !part.is_empty()).flat_map(runs) {
        if !run.chars().all(is_joined) {
            words.push(cut(run));
            continue;
        }
        // Every pair of characters; of many, every second pair covers the whole.
        let signs = signs(run);
        let pairs = signs.len().saturating_sub(1);
        let wanted = (0..pairs).filter(|at| pairs <= MOST_ASKED || at % 2 == 0 || at + 1 == pairs);
        words.extend(wanted.map(|at| signs[at..at + 2].concat()));
        if pairs == 0 {
            words.push(run.to_owned());
        }
    }
    words
}

fn each_once(words: Vec<String>) -> Vec<String> {
    let mut once: Vec<String> = Vec::new();
    for word in words {
        if !word.is_empty() && !once.contains(&word) && once.len() < MOST_ASKED {
            once.push(word);
        }
    }
    once
}

/// Characters of a text in `field_value`.
const MOST_TEXT: usize = 200;

/// Folds a text as `field_value` stores it.
#[must_use]
pub fn folded(text: &str) -> String {
    crate::platform::fold::fold(text).chars().take(MOST_TEXT).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(text: &str) -> Vec<String> {
        crate::search::words::asked(text).into_iter().next().unwrap_or_default()
    }

    #[test]
    fn texts_become_folded_words() {
        let words = of_row(&["Élodie O’Brien-Œuvré", "ada@lumen.example", "+33612345678", "Élodie"]);
        let of = |word: &str| words.get(word).copied();
        assert_eq!(
            (of("elodie"), of("obrienoeuvre"), of("brien"), of("lumen")),
            (Some(9), Some(9), Some(9), Some(8))
        );
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
        assert_eq!(asked("06\u{2011}12\u{2011}34\u{2011}56\u{2011}78"), ["612345678"]);
        assert_eq!(asked("+33 6–12–34–56–78"), ["33612345678"]);
        assert_eq!(asked("+33612345678;ext=12"), ["33612345678"]);
        assert_eq!(asked("5678"), ["5678"]);
        assert_eq!(asked("56 78"), ["5678"]);
        assert_eq!(asked("2026 1234"), ["20261234"]);
        assert_eq!(asked("1234 5"), ["1234", "5"]);
        assert_eq!(asked("+33 (0)6.12.34.56.78"), ["33612345678"]);
        assert!(asked("… —").is_empty());
        assert_eq!(asked("0000000"), ["0000000"], "no number, but perhaps a word");
    }

    /// Whether a row with these texts matches one reading of the query, its last word perhaps as a prefix.
    fn finds(texts: &[&str], question: &str) -> bool {
        let words = of_row(texts);
        crate::search::words::asked(question).iter().any(|asked| {
            let (last, others) = asked.split_last().expect("no reading is empty");
            others.iter().all(|word| words.contains_key(word))
                && words.keys().any(|word| word.starts_with(last.as_str()))
        })
    }

    #[test]
    fn where_words_have_no_spaces_what_is_inside_is_found() {
        for (text, question) in [
            ("北京字节跳动科技有限公司", "字节跳动"),
            ("北京字节跳动科技有限公司", "北京字节跳动科技有限公司"),
            ("北京字节跳动科技有限公司", "司"),
            ("株式会社山田商店", "山田商店"),
            ("株式会社山田商店", "商店"),
            ("삼성전자주식회사", "전자"),
            ("山田 太郎", "山田太郎"),
            ("山田太郎", "太郎 山田"),
            ("ธนาคารกรุงเทพ", "กรุงเทพ"),
            ("ธนาคารกรุงเทพ", "กร"),
            ("ABC株式会社", "abc 株式"),
            ("第3回", "3"),
            ("ヤマダー", "ﾔﾏﾀﾞ"),
        ] {
            assert!(finds(&[text], question), "{question} in {text}");
        }
        for (text, question) in
            [("山田商店", "田山"), ("バス", "パス"), ("राम", "रमा"), ("삼성", "성삼"), ("ธนาคาร", "นาธ")]
        {
            assert!(!finds(&[text], question), "{question} not in {text}");
        }
        let words = of_row(&["小山田", "山田"]);
        assert!(words["小山田"] > words["小山"], "what is inside weighs less than the whole");
    }

    #[test]
    fn numbers_in_a_text_are_words_too_and_names_stand_beside_telephone_numbers() {
        for (text, question) in [
            ("2026 / 2027", "2027"),
            ("2026 / 2027", "2026 / 2027"),
            ("2027 budget 2026 / 2028", "2026 2027 2028"),
            ("2026-1234", "1234"),
            ("2026-1234", "2026-1234"),
            ("Call +33 6 12 34 56 78 back", "06 12 34 56 78"),
            ("AB1234567", "ab1234567"),
            ("+33612345678;ext=12", "+33612345678;ext=12"),
            ("06–12–34–56–78", "06 12 34 56 78"),
            ("+390612345678", "06 1234 5678"),
            ("+2250712345678", "07 12 34 56 78"),
        ] {
            assert!(finds(&[text], question), "{question} in {text}");
        }
        for question in [
            "Martin 06 12 34 56 78",
            "06 12 34 56 78 martin",
            "martin +33 6 12 34",
            "Martin +33 (0)6 12 34 56 78",
            "élodie 0612345678",
        ] {
            assert!(finds(&["Élodie", "Martin", "+33612345678"], question), "{question}");
            assert!(!finds(&["Élodie", "Dupont", "+33799999999"], question), "{question}");
        }
    }
}
