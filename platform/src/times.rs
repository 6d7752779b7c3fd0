//! Parses times and days in inputs: one parser for each, wherever they come from.
//!
//! A time must be RFC 3339, so that every program can read it in our answers: no leap seconds, which
//! JavaScript rejects, and no years before 1 or after 9999, which need a sign. It is stored in milliseconds.

use chrono::{DateTime, NaiveDate};
use entity::Time;

use super::keyset::TIMES;

/// The error message for a text that is not a time.
pub const NO_TIME: &str = "Give a time as RFC 3339 writes it, with its offset from UTC, like 2026-11-24T09:30:00Z or 2026-11-24T10:30:00+01:00, \
     in a year from 1 to 9999.";

/// The error message for a text that is not a day.
pub const NO_DAY: &str = "Give a day that exists, in a year from 1 to 9999, like 2026-11-24.";

/// Parses a time, truncated to the millisecond.
#[must_use]
pub fn read_time(text: &str) -> Option<Time> {
    let (date_time, rest) = text.split_at_checked(19)?;
    let zone = match rest.strip_prefix('.') {
        Some(fraction) => fraction.trim_start_matches(|c: char| c.is_ascii_digit()),
        None => rest,
    };
    let written =
        fits(date_time, "dddd-dd-ddTdd:dd:dd") && (zone.eq_ignore_ascii_case("z") || fits(zone, "+dd:dd"));
    // The library's parser accepts a leap second anywhere.
    if !written || &date_time[17..] == "60" {
        return None;
    }
    let millis = DateTime::parse_from_rfc3339(text).ok()?.timestamp_millis();
    if TIMES.contains(&millis) { DateTime::from_timestamp_millis(millis) } else { None }
}

/// Whether this text is an existing day, as `YYYY-MM-DD`.
#[must_use]
pub fn is_day(text: &str) -> bool {
    fits(text, "dddd-dd-dd")
        && !text.starts_with("0000")
        && NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok()
}

/// Whether a text has a digit for each `d`, a plus or minus for `+`, and every other character as given.
fn fits(text: &str, shape: &str) -> bool {
    text.len() == shape.len()
        && text.bytes().zip(shape.bytes()).all(|(sign, wanted)| match wanted {
            b'd' => sign.is_ascii_digit(),
            b'+' => matches!(sign, b'+' | b'-'),
            _ => sign.eq_ignore_ascii_case(&wanted),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_rfc_3339_and_nothing_else() {
        for (text, read) in [
            ("2026-11-24T09:30:00Z", "2026-11-24T09:30:00+00:00"),
            ("2026-11-24t09:30:00z", "2026-11-24T09:30:00+00:00"),
            ("2026-11-24T10:30:00.5+01:00", "2026-11-24T09:30:00.500+00:00"),
            ("2026-11-24T09:30:00.123999999999-00:00", "2026-11-24T09:30:00.123+00:00"),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00+00:00"),
            ("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999+00:00"),
            ("2024-02-29T00:00:00Z", "2024-02-29T00:00:00+00:00"),
        ] {
            assert_eq!(read_time(text).map(|at| at.to_rfc3339()).as_deref(), Some(read), "{text}");
        }
        for text in [
            "",
            "2026-11-24",
            "2026-11-24T09:30:00",
            "2026-11-24T09:30Z",
            "2026-11-24 09:30:00Z",
            "2026-11-24T09:30:00 Z",
            " 2026-11-24T09:30:00Z",
            "2026-11-24T09:30:00Z ",
            "2026-11-24T09:30:00+0100",
            "2026-11-24T09:30:00+01",
            "2026-11-24T09:30:00+1:00",
            "2026-11-24T09:30:00.Z",
            "2026-11-24T09:30:00,5Z",
            "2026-1-4T1:0:0Z",
            "26-11-24T09:30:00Z",
            "+2026-11-24T09:30:00Z",
            "+12026-11-24T09:30:00Z",
            "-0001-11-24T09:30:00Z",
            "0000-11-24T09:30:00Z",
            "2026-12-24T23:59:60Z",
            "2016-12-31T23:59:60Z",
            "2026-12-24T24:00:00Z",
            "2026-12-24T10:60:00Z",
            "2026-02-29T00:00:00Z",
            "2026-11-24T09:30:00+24:00",
            "2026-11-24T09:30:00+01:60",
            "9999-12-31T23:59:59-00:01",
            "0001-01-01T00:00:00+00:01",
            "２０２６-11-24T09:30:00Z",
            "Tue, 24 Nov 2026 09:30:00 GMT",
            "1795512600",
            "ééééééééééééééé",
        ] {
            assert_eq!(read_time(text), None, "{text}");
        }
    }

    #[test]
    fn a_day_exists_and_has_a_year_of_four_digits() {
        for text in ["2026-11-24", "2024-02-29", "0001-01-01", "9999-12-31"] {
            assert!(is_day(text), "{text}");
        }
        for text in [
            "",
            "2026-02-29",
            "2026-1-4",
            "+12026-11-24",
            "12026-11-24",
            "0000-01-01",
            "-001-01-01",
            " 2026-11-24",
            "2026-11-24Z",
            "2026/11/24",
        ] {
            assert!(!is_day(text), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn every_time_that_is_answered_is_read_again(millis in TIMES) {
            let at = DateTime::from_timestamp_millis(millis).unwrap();
            proptest::prop_assert_eq!(read_time(&at.to_rfc3339()), Some(at));
        }

        #[test]
        fn no_text_breaks_the_readers(text in "[-+0-9TZ:. ]{0,30}|.*") {
            let _ = (read_time(&text), is_day(&text));
        }
    }
}
