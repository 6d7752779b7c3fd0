//! The time zone of a country, in which mails state times; they always name it.
//!
//! We do not know where a reader is. The country of the workspace is the best guess, and the zone's name
//! beside the time makes it correct for everybody. A country with several zones gets UTC, by its full name.

use chrono::{NaiveDate, NaiveTime, TimeDelta, TimeZone};
use chrono_tz::{Europe, Tz};
use entity::Time;

use super::LANGUAGES;

/// A time zone and its everyday name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zone {
    pub(super) tz: Tz,
    /// In each of our languages, in their order.
    pub(super) names: [&'static str; LANGUAGES.len()],
}

const UTC: Zone =
    Zone { tz: Tz::UTC, names: ["Coordinated Universal Time, UTC", "temps universel coordonné, UTC"] };

/// ISO 3166-1 alpha-2 codes of countries with one time zone, remote islands aside.
const ZONES: [(&str, Zone); 31] = [
    ("AT", zone(Europe::Vienna, ["Vienna time", "heure de Vienne"])),
    ("BE", zone(Europe::Brussels, ["Brussels time", "heure de Bruxelles"])),
    ("BG", zone(Europe::Sofia, ["Sofia time", "heure de Sofia"])),
    ("CH", zone(Europe::Zurich, ["Zurich time", "heure de Zurich"])),
    ("CY", zone(Tz::Asia__Nicosia, ["Nicosia time", "heure de Nicosie"])),
    ("CZ", zone(Europe::Prague, ["Prague time", "heure de Prague"])),
    ("DE", zone(Europe::Berlin, ["Berlin time", "heure de Berlin"])),
    ("DK", zone(Europe::Copenhagen, ["Copenhagen time", "heure de Copenhague"])),
    ("EE", zone(Europe::Tallinn, ["Tallinn time", "heure de Tallinn"])),
    ("ES", zone(Europe::Madrid, ["Madrid time", "heure de Madrid"])),
    ("FI", zone(Europe::Helsinki, ["Helsinki time", "heure d’Helsinki"])),
    ("FR", zone(Europe::Paris, ["Paris time", "heure de Paris"])),
    ("GB", zone(Europe::London, ["London time", "heure de Londres"])),
    ("GR", zone(Europe::Athens, ["Athens time", "heure d’Athènes"])),
    ("HR", zone(Europe::Zagreb, ["Zagreb time", "heure de Zagreb"])),
    ("HU", zone(Europe::Budapest, ["Budapest time", "heure de Budapest"])),
    ("IE", zone(Europe::Dublin, ["Dublin time", "heure de Dublin"])),
    ("IS", zone(Tz::Atlantic__Reykjavik, ["Reykjavik time", "heure de Reykjavik"])),
    ("IT", zone(Europe::Rome, ["Rome time", "heure de Rome"])),
    ("LT", zone(Europe::Vilnius, ["Vilnius time", "heure de Vilnius"])),
    ("LU", zone(Europe::Luxembourg, ["Luxembourg time", "heure de Luxembourg"])),
    ("LV", zone(Europe::Riga, ["Riga time", "heure de Riga"])),
    ("MT", zone(Europe::Malta, ["Malta time", "heure de Malte"])),
    ("NL", zone(Europe::Amsterdam, ["Amsterdam time", "heure d’Amsterdam"])),
    ("NO", zone(Europe::Oslo, ["Oslo time", "heure d’Oslo"])),
    ("PL", zone(Europe::Warsaw, ["Warsaw time", "heure de Varsovie"])),
    ("PT", zone(Europe::Lisbon, ["Lisbon time", "heure de Lisbonne"])),
    ("RO", zone(Europe::Bucharest, ["Bucharest time", "heure de Bucarest"])),
    ("SE", zone(Europe::Stockholm, ["Stockholm time", "heure de Stockholm"])),
    ("SI", zone(Europe::Ljubljana, ["Ljubljana time", "heure de Ljubljana"])),
    ("SK", zone(Europe::Bratislava, ["Bratislava time", "heure de Bratislava"])),
];

const fn zone(tz: Tz, names: [&'static str; LANGUAGES.len()]) -> Zone {
    Zone { tz, names }
}

impl Zone {
    /// The time zone of a workspace, by its `jurisdiction`.
    #[must_use]
    pub fn of(jurisdiction: &str) -> Self {
        ZONES.iter().find(|(country, _)| *country == jurisdiction).map_or(UTC, |(_, zone)| *zone)
    }

    /// The day on this clock's calendar.
    #[must_use]
    pub fn day_of(self, at: Time) -> NaiveDate {
        at.with_timezone(&self.tz).date_naive()
    }

    /// The last second of a day.
    #[must_use]
    pub fn end_of(self, day: NaiveDate) -> Time {
        let midnight = day.succ_opt().unwrap_or(day).and_time(NaiveTime::MIN);
        // Where clocks are put forward at midnight, the day begins an hour later.
        let next = (0..=2)
            .find_map(|hour| self.tz.from_local_datetime(&(midnight + TimeDelta::hours(hour))).earliest())
            .map_or_else(|| midnight.and_utc(), |next| next.to_utc());
        next - TimeDelta::seconds(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::format_time;

    #[test]
    fn a_day_ends_at_midnight_on_the_clock_of_the_country() {
        let paris = Zone::of("FR");
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(paris.day_of("2026-11-29T23:30:00Z".parse().unwrap()), day("2026-11-30"));
        for (on, end) in [
            ("2026-11-30", "2026-11-30T22:59:59Z"),
            ("2026-07-14", "2026-07-14T21:59:59Z"),
            // The day on which clocks change has 23 or 25 hours.
            ("2026-03-29", "2026-03-29T21:59:59Z"),
            ("2026-10-25", "2026-10-25T22:59:59Z"),
        ] {
            assert_eq!(paris.end_of(day(on)), end.parse::<Time>().unwrap(), "{on}");
        }
        assert_eq!(Zone::of("US").end_of(day("2026-11-30")), "2026-11-30T23:59:59Z".parse::<Time>().unwrap());
    }

    #[test]
    fn a_time_is_said_by_the_clock_of_the_country_in_summer_and_in_winter_and_names_it() {
        let say = |time: &str, country: &str, language: &str| {
            format_time(time.parse().unwrap(), Zone::of(country), language)
        };
        assert_eq!(say("2026-01-15T12:00:00Z", "PT", "en"), "15 January 2026 at 12:00 (Lisbon time)");
        assert_eq!(say("2026-07-15T12:00:00Z", "PT", "en"), "15 July 2026 at 13:00 (Lisbon time)");
        assert_eq!(
            say("2026-07-15T22:30:00Z", "FI", "fr"),
            "16 juillet 2026 à 1\u{a0}h\u{a0}30 (heure d’Helsinki)"
        );
        assert_eq!(
            say("2026-07-15T22:30:00Z", "US", "en"),
            "15 July 2026 at 22:30 (Coordinated Universal Time, UTC)"
        );
        assert_eq!(
            say("2026-07-15T22:30:00Z", "", "fr"),
            "15 juillet 2026 à 22\u{a0}h\u{a0}30 (temps universel coordonné, UTC)"
        );
    }
}
