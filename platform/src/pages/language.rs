//! Chooses a reader's language, and formats times in it.

use chrono::{Datelike, Timelike};
use entity::Time;
use fluent_langneg::{LanguageIdentifier, NegotiationStrategy, negotiate_languages};

use super::zone::Zone;

/// A language we speak.
pub struct Language {
    /// ISO 639-1.
    pub code: &'static str,
    /// What its speakers call it.
    pub name: &'static str,
}

/// The languages every public text of ours exists in. Who reads none of them gets the first.
pub const SPOKEN: [Language; 2] =
    [Language { code: "en", name: "English" }, Language { code: "fr", name: "Français" }];

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
    SPOKEN.iter().find(|spoken| spoken.code == code).unwrap_or(&SPOKEN[0]).name
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

const ENGLISH: [&str; 12] = [
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
];
const FRENCH: [&str; 12] = [
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
];

/// `23 November 2026 at 22:18 (Paris time)`, `23 novembre 2026 à 22 h 18 (heure de Paris)` (no-break spaces
/// around the h). Without article.
#[must_use]
pub fn format_time(time: Time, zone: Zone, language: &str) -> String {
    let local = time.with_timezone(&zone.tz);
    let (day, hour, minute) = (format_local_day(&local, language), local.hour(), local.minute());
    if language == "fr" {
        format!("{day} à {hour}\u{a0}h\u{a0}{minute:02} ({})", zone.french)
    } else {
        format!("{day} at {hour:02}:{minute:02} ({})", zone.english)
    }
}

/// `23 November 2026`, `23 novembre 2026`, `1er août 2026`.
#[must_use]
pub fn format_day(time: Time, zone: Zone, language: &str) -> String {
    format_local_day(&time.with_timezone(&zone.tz), language)
}

fn format_local_day(local: &chrono::DateTime<chrono_tz::Tz>, language: &str) -> String {
    let (year, month, day) = (local.year(), local.month0() as usize, local.day());
    if language == "fr" {
        format!("{day}{} {} {year}", if day == 1 { "er" } else { "" }, FRENCH[month])
    } else {
        format!("{day} {} {year}", ENGLISH[month])
    }
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
