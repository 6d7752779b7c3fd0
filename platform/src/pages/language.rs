//! Chooses a reader's language, and formats times in it.

use chrono::{Datelike, Timelike};
use entity::Time;
use fluent_langneg::{LanguageIdentifier, NegotiationStrategy, negotiate_languages};

use super::zone::Zone;

/// A language we speak, with what this crate itself says in it. What rooms say is in their `messages.json`.
pub struct Language {
    /// ISO 639-1.
    pub code: &'static str,
    /// What its speakers call it.
    pub name: &'static str,
    months: [&'static str; 12],
    /// Says a day: its number, the month, the year.
    day: fn(u32, &str, i32) -> String,
    /// Says a time: the day in words, hour, minute, the zone's name.
    time: fn(&str, u32, u32, &str) -> String,
}

/// The languages every public text of ours exists in: the one list of them. Who reads none of them gets the
/// first. Without the words of a language named here the program does not compile, or does not start.
pub const SPOKEN: [Language; 2] = [
    Language {
        code: "en",
        name: "English",
        months: [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ],
        day: |day, month, year| format!("{day} {month} {year}"),
        time: |day, hour, minute, zone| format!("{day} at {hour:02}:{minute:02} ({zone})"),
    },
    Language {
        code: "fr",
        name: "Français",
        months: [
            "janvier",
            "février",
            "mars",
            "avril",
            "mai",
            "juin",
            "juillet",
            "août",
            "septembre",
            "octobre",
            "novembre",
            "décembre",
        ],
        day: |day, month, year| format!("{day}{} {month} {year}", if day == 1 { "er" } else { "" }),
        time: |day, hour, minute, zone| format!("{day} à {hour}\u{a0}h\u{a0}{minute:02} ({zone})"),
    },
];

/// Calls a macro with the codes of `SPOKEN` before its other input: for tables of files, which are read when
/// the program is compiled. A test compares the two lists.
#[macro_export]
macro_rules! in_every_language {
    ($call:ident $($rest:tt)*) => {
        $call! { ["en" "fr"] $($rest)* }
    };
}

pub use crate::in_every_language;

/// Their codes.
pub const LANGUAGES: [&str; SPOKEN.len()] = {
    let mut codes = [""; SPOKEN.len()];
    let mut at = 0;
    while at < codes.len() {
        codes[at] = SPOKEN[at].code;
        at += 1;
    }
    codes
};

/// Whether we speak a language.
#[must_use]
pub fn is_spoken(code: &str) -> bool {
    LANGUAGES.contains(&code)
}

/// What its speakers call a language; our first one's name for a language that we do not speak.
#[must_use]
pub fn name_of(code: &str) -> &'static str {
    spoken(code).1.name
}

/// The codes, for an error text: "`en` and `fr`".
#[must_use]
pub fn codes_in_words(and: &str) -> String {
    let codes = LANGUAGES.map(|code| format!("`{code}`"));
    let last = codes.len() - 1;
    format!("{} {and} {}", codes[..last].join(", "), codes[last])
}

/// Chooses the language of an answer: the one requested (`?lang=`), else what the browser accepts
/// (`Accept-Language`), if offered; else the default. Never echoes input: the result is one of `offered`, or
/// `default`.
#[must_use]
pub fn pick_language(
    asked: Option<&str>,
    accept_language: Option<&str>,
    offered: &[String],
    default: &str,
) -> String {
    let choices: Vec<LanguageIdentifier> = offered.iter().filter_map(|code| code.parse().ok()).collect();
    let fits = |wanted: &[LanguageIdentifier]| {
        let found =
            negotiate_languages(wanted, &choices, None, NegotiationStrategy::Lookup).first()?.to_string();
        offered.iter().find(|code| code.eq_ignore_ascii_case(&found)).cloned()
    };
    let asked = asked.filter(|code| code.len() <= 35).and_then(|code| code.parse().ok());
    asked
        .and_then(|asked| fits(&[asked]))
        .or_else(|| fits(&accepted(accept_language.unwrap_or_default())))
        .unwrap_or_else(|| default.to_owned())
}

/// Sorted by weight, without unwanted languages (`;q=0`): fluent's own parser ignores both.
fn accepted(header: &str) -> Vec<LanguageIdentifier> {
    let mut ranges: Vec<(f32, LanguageIdentifier)> = header
        .split(',')
        .take(30)
        .filter_map(|range| {
            let mut parts = range.split(';').map(str::trim);
            let language = parts.next()?.parse().ok()?;
            let weight = parts.find_map(|part| part.strip_prefix("q=")?.parse().ok()).unwrap_or(1.0);
            (weight > 0.0).then_some((weight, language))
        })
        .collect();
    ranges.sort_by(|a, b| b.0.total_cmp(&a.0));
    ranges.into_iter().map(|(_, language)| language).collect()
}

/// `23 November 2026 at 22:18 (Paris time)`, `23 novembre 2026 à 22 h 18 (heure de Paris)` (no-break spaces
/// around the h). Without article.
#[must_use]
pub fn format_time(time: Time, zone: Zone, language: &str) -> String {
    let local = time.with_timezone(&zone.tz);
    let (at, spoken) = spoken(language);
    let day = format_local_day(&local, spoken);
    (spoken.time)(&day, local.hour(), local.minute(), zone.names[at])
}

/// `23 November 2026`, `23 novembre 2026`, `1er août 2026`.
#[must_use]
pub fn format_day(time: Time, zone: Zone, language: &str) -> String {
    format_local_day(&time.with_timezone(&zone.tz), spoken(language).1)
}

fn format_local_day(local: &chrono::DateTime<chrono_tz::Tz>, language: &Language) -> String {
    (language.day)(local.day(), language.months[local.month0() as usize], local.year())
}

/// A language and its place among ours; the first for one that we do not speak.
fn spoken(code: &str) -> (usize, &'static Language) {
    let ours: &'static [Language] = &SPOKEN;
    let at = ours.iter().position(|language| language.code == code).unwrap_or(0);
    (at, &ours[at])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pick(asked: Option<&str>, accept: Option<&str>) -> String {
        pick_language(asked, accept, &["en".to_owned(), "fr".to_owned()], "en")
    }

    #[test]
    fn what_was_asked_by_name_wins_over_what_the_browser_says() {
        assert_eq!(pick(Some("fr"), Some("en")), "fr");
        assert_eq!(pick(Some("FR-ca"), Some("en")), "fr");
        assert_eq!(pick(Some("de"), Some("fr")), "fr");
        assert_eq!(pick(Some("\"><script>"), None), "en");
    }

    #[test]
    fn the_browsers_languages_count_by_weight() {
        assert_eq!(pick(None, Some("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5")), "fr");
        assert_eq!(pick(None, Some("en;q=0.3, fr;q=0.7")), "fr");
        assert_eq!(pick(None, Some("fr;q=0, de")), "en");
        assert_eq!(pick(None, Some("de-DE,de")), "en");
        assert_eq!(pick(None, Some("*")), "en");
        assert_eq!(pick(None, None), "en");
    }

    #[test]
    fn only_what_a_form_offers_is_picked() {
        assert_eq!(pick_language(Some("en"), Some("en"), &["fr".to_owned()], "fr"), "fr");
        assert_eq!(pick_language(None, Some("pt-PT"), &["pt-BR".to_owned(), "fr".to_owned()], "fr"), "pt-BR");
    }

    #[test]
    fn tables_of_files_know_every_language() {
        macro_rules! codes {
            ([$($code:literal)+]) => { [$($code),+] };
        }
        assert_eq!(in_every_language!(codes), LANGUAGES);
    }

    #[test]
    fn error_texts_name_every_language_and_pages_call_each_by_its_own_name() {
        assert_eq!(codes_in_words("and"), "`en` and `fr`");
        assert_eq!((name_of("fr"), name_of("en"), name_of("xx")), ("Français", "English", "English"));
        assert!(is_spoken("fr") && !is_spoken("FR") && !is_spoken("de") && !is_spoken(""));
    }

    #[test]
    fn times_read_as_in_each_language() {
        let time = |text: &str| text.parse::<Time>().unwrap();
        let paris = Zone::of("FR");
        assert_eq!(
            format_time(time("2026-11-23T21:18:00Z"), paris, "en"),
            "23 November 2026 at 22:18 (Paris time)"
        );
        assert_eq!(
            format_time(time("2026-11-23T21:18:00Z"), paris, "fr"),
            "23 novembre 2026 à 22\u{a0}h\u{a0}18 (heure de Paris)"
        );
        assert_eq!(
            format_time(time("2026-08-01T06:05:00Z"), paris, "fr"),
            "1er août 2026 à 8\u{a0}h\u{a0}05 (heure de Paris)"
        );
        assert_eq!(
            format_time(time("2026-08-01T06:05:00Z"), paris, "en"),
            "1 August 2026 at 08:05 (Paris time)"
        );
        assert_eq!(format_day(time("2026-07-31T22:30:00Z"), paris, "fr"), "1er août 2026");
    }
}
