//! Periods in calendar months: when one ends, and which clocks have run out.
//!
//! A period ends on the same day of its last month at the same time, or, where that month has no such day,
//! with the first instant of the next: never early.

use chrono::{Datelike, Days, Months, NaiveTime};
use entity::Time;

/// The latest clock whose period of this many months is over at `now`.
#[must_use]
pub fn cutoff(now: Time, months: i32) -> Time {
    now.checked_sub_months(Months::new(months.unsigned_abs())).unwrap_or(Time::MIN_UTC)
}

/// When the period of a clock is over: the first time at which `cutoff` reaches the clock.
#[must_use]
pub fn end_of(clock: Time, months: i32) -> Time {
    let Some(end) = clock.checked_add_months(Months::new(months.unsigned_abs())) else {
        return Time::MAX_UTC;
    };
    if end.day() == clock.day() {
        return end;
    }
    let next = end.date_naive().checked_add_days(Days::new(1));
    next.map_or(Time::MAX_UTC, |day| day.and_time(NaiveTime::MIN).and_utc())
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> Time {
        text.parse().unwrap()
    }

    #[test]
    fn a_period_ends_on_the_same_day_or_with_the_first_of_the_next_month() {
        for (clock, months, end) in [
            ("2023-11-23T12:00:00Z", 36, "2026-11-23T12:00:00Z"),
            ("2026-11-30T12:00:00Z", 3, "2027-03-01T00:00:00Z"),
            ("2024-02-29T08:00:00Z", 12, "2025-03-01T00:00:00Z"),
            ("2024-02-29T08:00:00Z", 48, "2028-02-29T08:00:00Z"),
            ("2026-01-31T00:00:00Z", 0, "2026-01-31T00:00:00Z"),
        ] {
            assert_eq!(end_of(at(clock), months), at(end), "{clock} and {months} months");
        }
    }

    proptest! {
        #[test]
        fn a_clock_has_run_out_exactly_from_its_end_on(ms in 0_i64..4_102_444_800_000, months in 0_i32..240) {
            let clock = chrono::DateTime::from_timestamp_millis(ms).unwrap();
            let end = end_of(clock, months);
            prop_assert!(cutoff(end, months) >= clock);
            prop_assert!(cutoff(end - TimeDelta::milliseconds(1), months) < clock);
        }
    }
}
