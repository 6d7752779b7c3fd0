//! Account numbers (IBAN, ISO 13616): the countries of the SWIFT registry, and some whose banks use the
//! format without being in it.
//!
//! `iban_validate` 5.0.1 knows the registry except Pakistan and Honduras, which are added here. West and
//! Central Africa and the Maghreb are not in the registry, but banks of the West and Central African franc
//! zones, of Morocco and of Algeria print numbers of this form, with the same check digits, and companies
//! paying there have no other. Lengths are those that the banks publish; the inner structure is not known, so
//! only digits and letters are checked.

use entity::is_invisible;
use unicode_normalization::UnicodeNormalization;

/// Country, length, and how many characters after the check digits may be letters.
const BESIDE_THE_CRATE: [(&str, usize, usize); 18] = [
    // In the registry.
    ("HN", 28, 4),
    ("PK", 24, 20),
    // West African franc (BCEAO).
    ("BF", 28, 2),
    ("BJ", 28, 2),
    ("CI", 28, 2),
    ("GW", 25, 2),
    ("ML", 28, 2),
    ("NE", 28, 2),
    ("SN", 28, 2),
    ("TG", 28, 2),
    // Central African franc (BEAC).
    ("CF", 27, 0),
    ("CG", 27, 0),
    ("CM", 27, 0),
    ("GA", 27, 0),
    ("GQ", 27, 0),
    ("TD", 27, 0),
    // Maghreb countries outside the registry.
    ("DZ", 26, 0),
    ("MA", 28, 0),
];

/// The number without spaces, in capitals; `None` when the country has no such numbers, or the length or
/// check digits are wrong.
#[must_use]
pub fn read_iban(typed: &str) -> Option<String> {
    let seen = typed.nfkc().filter(|c| !c.is_whitespace() && !is_invisible(*c));
    let electronic: String = seen.map(|c| c.to_ascii_uppercase()).collect();
    (electronic.parse::<iban::Iban>().is_ok() || is_beside(&electronic)).then_some(electronic)
}

fn is_beside(iban: &str) -> bool {
    let known =
        iban.get(..2).and_then(|country| BESIDE_THE_CRATE.iter().find(|(known, ..)| *known == country));
    let Some((_, length, letters)) = known else { return false };
    iban.len() == *length
        && iban
            .bytes()
            .enumerate()
            .skip(2)
            .all(|(at, b)| b.is_ascii_digit() || (b.is_ascii_uppercase() && (4..4 + letters).contains(&at)))
        && remainder(iban) == 1
}

/// ISO 7064 MOD 97-10: the first four characters move to the end, and A counts as 10.
fn remainder(iban: &str) -> u32 {
    let (head, tail) = iban.split_at(4);
    tail.chars().chain(head.chars()).filter_map(|c| c.to_digit(36)).fold(0, |rest, value| {
        let shifted = if value > 9 { rest * 100 } else { rest * 10 };
        (shifted + value) % 97
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A valid number of this country that ends in `tail`.
    fn with_check_digits(country: &str, tail: &str) -> String {
        format!("{country}{:02}{tail}", 98 - remainder(&format!("{country}00{tail}")))
    }

    #[test]
    fn numbers_of_countries_in_and_beside_the_registry_are_taken() {
        for (typed, kept) in [
            ("fr76 3000 6000 0112 3456 7890 189", "FR7630006000011234567890189"),
            ("FR76\u{a0}3000\u{202f}6000\u{200b}0112 3456 7890 189", "FR7630006000011234567890189"),
            ("ＦＲ７６ 3000 6000 0112 3456 7890 189", "FR7630006000011234567890189"),
            ("PK36SCBL0000001123456702", "PK36SCBL0000001123456702"),
            ("HN88CABF00000000000250005469", "HN88CABF00000000000250005469"),
            // Published by banks.
            ("BJ66 BJ06 1010 0100 1443 9000 0769", "BJ66BJ0610100100144390000769"),
            ("BF42 BF08 4010 1300 4635 7400 0390", "BF42BF0840101300463574000390"),
            ("SN08 SN01 0015 2000 0485 0000 3035", "SN08SN0100152000048500003035"),
            ("MA64 0115 1900 0001 2050 0053 4921", "MA64011519000001205000534921"),
            ("CM21 1000 2000 3002 7797 6315 008", "CM2110002000300277976315008"),
        ] {
            assert_eq!(read_iban(typed).as_deref(), Some(kept), "{typed}");
        }
        for (country, length, letters) in BESIDE_THE_CRATE {
            let tail = format!("{}{}", "A".repeat(letters), "7".repeat(length - 4 - letters));
            let iban = with_check_digits(country, &tail);
            assert_eq!(read_iban(&iban), Some(iban.clone()), "{country}");
        }
    }

    #[test]
    fn a_wrong_digit_length_or_country_is_refused() {
        for wrong in [
            "PK37SCBL0000001123456702",
            "PK36SCBL000000112345670",
            "HN88CABF0000000000025000546A",
            "MA64011519000001205000534922",
            "GP1420041010050500013M02606",
            "US64011519000001205000534921",
            "PK",
            "é",
            "",
        ] {
            assert_eq!(read_iban(wrong), None, "{wrong}");
        }
        for (country, length, letters) in BESIDE_THE_CRATE {
            let short = with_check_digits(country, &"7".repeat(length - 5));
            assert_eq!(read_iban(&short), None, "{country}: one too short");
            // Pakistan allows letters everywhere.
            if let Some(digits) = (length - 4 - letters).checked_sub(1) {
                let letter =
                    with_check_digits(country, &format!("{}A{}", "7".repeat(letters), "7".repeat(digits)));
                assert_eq!(read_iban(&letter), None, "{country}: a letter where digits stand");
            }
        }
    }
}
