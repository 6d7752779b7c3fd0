//! The time zone of a country, in which mails state times; they always name it.
//!
//! We do not know where a reader is. The country of the workspace is the best guess, and the zone's name
//! beside the time makes it correct for everybody. A country with several zones gets UTC, by its full name.

use chrono_tz::{Europe, Tz};

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
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::format_time;

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
