//! Until when a request must be answered (GDPR Art. 12(3)), by the calendar of Regulation 1182/71: the day of
//! receipt does not count; a period of months ends with the last hour of the day that has the same number, or
//! of the month's last day; and one that would end on a Saturday, Sunday or public holiday ends with the next
//! working day.

use chrono::{Datelike, Days, Months, NaiveDate, TimeDelta, Weekday};
use entity::Time;

use crate::platform::pages::Zone;

/// Months in which a request is answered.
pub const MONTHS: u32 = 1;
/// Months in which an extended one is answered.
pub const MONTHS_EXTENDED: u32 = 3;
/// Until when after receipt the clock stands still for who is asked to prove who they are: the question has
/// to come without delay (EDPB guidelines 01/2022).
pub const WITHOUT_DELAY: TimeDelta = TimeDelta::days(7);

/// When a request is due that was received then. `stood_still`: the days on which the clock stood still.
#[must_use]
pub fn due_at(received: Time, months: u32, stood_still: i32, jurisdiction: &str) -> Time {
    let zone = Zone::of(jurisdiction);
    let from = zone.day_of(received);
    let day = from
        .checked_add_months(Months::new(months))
        .and_then(|day| day.checked_add_days(Days::new(u64::try_from(stood_still).unwrap_or(0))))
        .unwrap_or(from);
    zone.end_of(working_day(day, jurisdiction))
}

/// On how many days the clock stood still between these two times: midnights that passed.
#[must_use]
pub fn days_between(from: Time, to: Time, jurisdiction: &str) -> i32 {
    let zone = Zone::of(jurisdiction);
    let days = zone.day_of(to).signed_duration_since(zone.day_of(from)).num_days();
    i32::try_from(days.max(0)).unwrap_or(i32::MAX)
}

/// This day, or the next on which people work.
fn working_day(day: NaiveDate, jurisdiction: &str) -> NaiveDate {
    day.iter_days().take(15).find(|day| works(*day, jurisdiction)).unwrap_or(day)
}

fn works(day: NaiveDate, jurisdiction: &str) -> bool {
    !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && !is_holiday(day, jurisdiction)
}

/// Whether it is a public holiday: in France all eleven of them (Code du travail, L3133-1); elsewhere the two
/// that every member state keeps, so that the due date is at most too early.
fn is_holiday(day: NaiveDate, jurisdiction: &str) -> bool {
    let date = (day.month(), day.day());
    if jurisdiction != "FR" {
        return matches!(date, (1, 1) | (12, 25));
    }
    let after_easter = day.signed_duration_since(easter(day.year()).unwrap_or(day)).num_days();
    matches!(date, (1 | 5 | 11, 1) | (5, 8) | (7, 14) | (8, 15) | (11, 11) | (12, 25))
        // Easter Monday, Ascension Day, Whit Monday.
        || matches!(after_easter, 1 | 39 | 50)
}

/// Easter Sunday in the Gregorian calendar (the method of Meeus, Jones and Butcher).
fn easter(year: i32) -> Option<NaiveDate> {
    let (golden, century, of_century) = (year % 19, year / 100, year % 100);
    let leaps = (century + 8) / 25;
    let moon = (19 * golden + century - century / 4 - (century - leaps + 1) / 3 + 15) % 30;
    let weekday = (32 + 2 * (century % 4) + 2 * (of_century / 4) - moon - of_century % 4) % 7;
    let late = (golden + 11 * moon + 22 * weekday) / 451;
    let days = moon + weekday - 7 * late + 114;
    NaiveDate::from_ymd_opt(year, u32::try_from(days / 31).ok()?, u32::try_from(days % 31 + 1).ok()?)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn due(received: &str, months: u32, stood_still: i32, country: &str) -> NaiveDate {
        let zone = Zone::of(country);
        let at = due_at(received.parse().unwrap(), months, stood_still, country);
        assert_eq!(at, zone.end_of(zone.day_of(at)), "the last hour of the day counts");
        zone.day_of(at)
    }

    #[test]
    fn a_request_is_due_on_the_day_with_the_same_number_or_the_months_last() {
        assert_eq!(due("2026-11-23T12:00:00Z", 1, 0, "FR"), day("2026-12-23"));
        assert_eq!(due("2027-01-28T12:00:00Z", 1, 0, "FR"), day("2027-03-01"), "28 February is a Sunday");
        assert_eq!(due("2028-01-31T12:00:00Z", 1, 0, "FR"), day("2028-02-29"));
        assert_eq!(due("2026-03-31T12:00:00Z", 1, 0, "FR"), day("2026-04-30"));
        assert_eq!(due("2026-11-23T12:00:00Z", 3, 0, "FR"), day("2027-02-23"));
        assert_eq!(due("2026-11-30T12:00:00Z", 3, 0, "FR"), day("2027-03-01"));
    }

    #[test]
    fn the_day_of_receipt_is_that_of_the_country() {
        // Half past midnight in Paris, while it is still the 22nd in UTC.
        assert_eq!(due("2026-11-22T23:30:00Z", 1, 0, "FR"), day("2026-12-23"));
        assert_eq!(due("2026-11-22T23:30:00Z", 1, 0, "GB"), day("2026-12-22"));
    }

    #[test]
    fn weekends_and_holidays_move_it_to_the_next_working_day() {
        // 25 December 2026 is a Friday.
        assert_eq!(due("2026-11-25T12:00:00Z", 1, 0, "FR"), day("2026-12-28"));
        assert_eq!(due("2026-12-01T12:00:00Z", 1, 0, "DE"), day("2027-01-04"));
        // 14 July is a holiday in France only.
        assert_eq!(due("2026-06-14T12:00:00Z", 1, 0, "FR"), day("2026-07-15"));
        assert_eq!(due("2026-06-14T12:00:00Z", 1, 0, "BE"), day("2026-07-14"));
        // Good Friday works; Saturday to Easter Monday do not.
        assert_eq!(due("2026-03-03T12:00:00Z", 1, 0, "FR"), day("2026-04-03"));
        assert_eq!(due("2026-03-04T12:00:00Z", 1, 0, "FR"), day("2026-04-07"));
    }

    #[test]
    fn the_clock_stands_still_by_days() {
        assert_eq!(due("2026-11-23T12:00:00Z", 1, 5, "FR"), day("2026-12-28"));
        let days = |from: &str, to: &str| days_between(from.parse().unwrap(), to.parse().unwrap(), "FR");
        assert_eq!(days("2026-11-23T09:00:00Z", "2026-11-23T22:30:00Z"), 0);
        assert_eq!(days("2026-11-23T22:30:00Z", "2026-11-23T23:30:00Z"), 1, "a midnight in Paris");
        assert_eq!(days("2026-11-23T12:00:00Z", "2026-11-28T01:00:00Z"), 5);
        assert_eq!(days("2026-11-23T12:00:00Z", "2026-11-20T12:00:00Z"), 0, "a clock set back");
    }

    #[test]
    fn easter_falls_where_almanacs_say() {
        for (year, on) in [
            (1818, "1818-03-22"),
            (1943, "1943-04-25"),
            (2000, "2000-04-23"),
            (2024, "2024-03-31"),
            (2025, "2025-04-20"),
            (2026, "2026-04-05"),
            (2027, "2027-03-28"),
            (2038, "2038-04-25"),
        ] {
            assert_eq!(easter(year), Some(day(on)));
        }
        for holiday in ["2026-04-06", "2026-05-14", "2026-05-25", "2027-05-06", "2027-05-17"] {
            assert!(is_holiday(day(holiday), "FR") && !is_holiday(day(holiday), "DE"), "{holiday}");
        }
    }

    proptest! {
        #[test]
        fn a_due_date_is_a_working_day_at_most_a_few_days_after_the_month(
            second in 946_684_800_i64..4_102_444_800,
            months in 1_u32..=3,
            stood in 0_i32..60,
            country in prop::sample::select(vec!["FR", "DE", "IE", "FI", "US", ""]),
        ) {
            let received = chrono::DateTime::from_timestamp(second, 0).unwrap();
            let zone = Zone::of(country);
            let (from, to) = (zone.day_of(received), zone.day_of(due_at(received, months, stood, country)));
            let raw = from + Months::new(months) + Days::new(u64::try_from(stood).unwrap());
            prop_assert!(works(to, country), "{to} in {country:?}");
            prop_assert!(to >= raw && to <= raw + Days::new(4), "{from} → {raw} → {to}");
            if stood == 0 && to == raw {
                let last = from.day() != to.day();
                prop_assert!(!last || (to + Days::new(1)).day() == 1, "the same number, or the month's last day");
            }
            prop_assert!(due_at(received, months + 1, stood, country) > due_at(received, months, stood, country));
            prop_assert!(due_at(received, months, stood + 1, country) >= due_at(received, months, stood, country));
        }
    }
}
