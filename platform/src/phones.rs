//! Telephone numbers, parsed with the numbering plans of libphonenumber: the only parser for staff,
//! integrations, custom fields, forms and filters. Numbers without a country code are read as those of the
//! workspace's country.
//!
//! Stored in E.164 (ITU-T) with an extension as in RFC 3966: `+33199001234;ext=12`, which is a link when
//! prefixed with `tel:`. Two numbers are the same when number and extension are. The plans are decoded on
//! first use.

use entity::is_invisible;
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat, Region};
use unicode_normalization::UnicodeNormalization;

use super::filter::Test;

/// The message for a number that is rejected.
pub const REMEDY: &str =
    "Give a telephone number that can be dialled, like +33 1 99 00 12 34 or +33 1 99 00 12 34 ext. 5.";
/// Characters of a text that may be a number: the longest number has 15 digits, and this leaves room for any
/// formatting.
const MOST_TEXT: usize = 100;
/// Words that may accompany a number, as they add nothing. A text with any other word is more than a number,
/// and would lose it.
const WORDS: [&str; 15] = [
    "tel",
    "tél",
    "phone",
    "context",
    "x",
    "ext",
    "extn",
    "xt",
    "xtn",
    "extension",
    "extensión",
    "poste",
    "anexo",
    "int",
    "доб",
];

/// The number as it is stored; `None` when it fits no numbering plan, or is more than a number.
#[must_use]
pub fn read_phone(text: &str, country: &str) -> Option<String> {
    if text.chars().count() > MOST_TEXT {
        return None;
    }
    // Right-to-left pages and emoji keypads leave invisible characters between the digits.
    let text: String =
        text.chars().filter(|c| !is_invisible(*c)).map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    let lower = text.to_lowercase().nfc().collect::<String>();
    if lower.split(|c: char| !c.is_alphabetic()).any(|word| !word.is_empty() && !WORDS.contains(&word)) {
        return None;
    }
    // The plans know `ext`, `anexo` and others, but not the French word.
    let text = lower.replace("poste", "ext");
    let number = PHONE_NUMBER_UTIL.parse(&text, country.parse::<Region>().ok()).ok()?;
    if !number.is_valid() {
        return None;
    }
    let mut kept = number.format_as(PhoneNumberFormat::E164).into_owned();
    if let Some(extension) = number.extension.as_deref().filter(|extension| !extension.is_empty()) {
        kept.push_str(";ext=");
        kept.push_str(&PHONE_NUMBER_UTIL.normalize_digits_only(extension));
    }
    Some(kept)
}

/// Normalises a test on numbers: complete numbers are parsed, beginnings only lose their formatting.
#[must_use]
pub fn test_as_kept(test: Test<String>, country: &str) -> Test<String> {
    let whole = |text: String| read_phone(&text, country).unwrap_or(text);
    match test {
        Test::Eq(text) => Test::Eq(whole(text)),
        Test::In(texts) => Test::In(texts.into_iter().map(whole).collect()),
        Test::StartsWith(text) => Test::StartsWith(bare(text)),
        Test::Contains(text) => Test::Contains(bare(text)),
        other => other,
    }
}

/// Digits without formatting.
fn bare(text: String) -> String {
    let decorates =
        |c: char| c.is_whitespace() || is_invisible(c) || matches!(c, '-' | '.' | '/' | '(' | ')');
    if text.chars().all(|c| c.is_ascii_digit() || c == '+' || decorates(c)) {
        text.replace(decorates, "")
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_by_the_plan_of_the_workspaces_country() {
        for (country, text, kept) in [
            ("FR", "01 99 00 12 34", Some("+33199001234")),
            ("FR", "(0)6 12 34 56 78", Some("+33612345678")),
            ("FR", "+33 (0)6 12 34 56 78", Some("+33612345678")),
            ("FR", "0033 1 99 00 12 34", Some("+33199001234")),
            ("FR", "+44 20 7946 0958", Some("+442079460958")),
            ("FR", "+44 0161 496 0000", Some("+441614960000")),
            ("DE", "030 23125 000", Some("+493023125000")),
            ("FR", "06 12 34 56 78 9", None),
            ("FR", "06 12 34", None),
            ("FR", "hello", None),
            ("FR", "", None),
            ("FR", "+", None),
            ("FR", "+999 12345", None),
            ("XX", "01 99 00 12 34", None),
            ("XX", "+33 1 99 00 12 34", Some("+33199001234")),
        ] {
            assert_eq!(read_phone(text, country).as_deref(), kept, "{country} {text:?}");
        }
    }

    #[test]
    fn a_zero_that_belongs_to_the_number_stays() {
        for (text, kept) in [
            ("+39 02 1234 5678", "+390212345678"),
            ("+39 06 6981 2345", "+390669812345"),
            ("+39 06 698 12345", "+390669812345"),
            ("+378 0549 886377", "+3780549886377"),
            ("+225 01 23 45 6789", "+2250123456789"),
            ("+229 01 95 12 34 56", "+2290195123456"),
            ("+241 01 44 12 34", "+24101441234"),
            ("+242 06 123 4567", "+242061234567"),
        ] {
            assert_eq!(read_phone(text, "FR").as_deref(), Some(kept), "{text:?}");
        }
        assert_eq!(read_phone("02 1234 5678", "IT").as_deref(), Some("+390212345678"));
    }

    #[test]
    fn the_example_number_of_every_region_is_read_in_all_its_spellings() {
        use PhoneNumberFormat::{E164, International, National, RFC3966};
        let util = &*PHONE_NUMBER_UTIL;
        let mut regions = 0;
        for region in util.get_supported_regions() {
            let Ok(number) = util.get_example_number(region) else { panic!("{region} has no example") };
            let kept = number.format_as(E164).into_owned();
            for format in [E164, International, RFC3966] {
                assert_eq!(
                    read_phone(&number.format_as(format), "US"),
                    Some(kept.clone()),
                    "{region} {format:?}"
                );
            }
            assert_eq!(
                read_phone(&number.format_as(National), &region.to_string()),
                Some(kept),
                "{region} from inside"
            );
            regions += 1;
        }
        assert!(regions > 240, "{regions}");
        for code in util.get_supported_global_network_calling_codes() {
            let Ok(number) = util.get_example_number_for_non_geo_entity(code) else {
                panic!("{code} has no example")
            };
            assert_eq!(
                read_phone(&number.format_as(International), "FR"),
                Some(number.format_as(E164).into_owned()),
                "{code}"
            );
        }
    }

    #[test]
    fn an_extension_is_kept_and_what_is_more_than_a_number_is_refused() {
        for (text, kept) in [
            ("+1 415 555 2671 ext. 12", Some("+14155552671;ext=12")),
            ("+33 6 12 34 56 78 x9", Some("+33612345678;ext=9")),
            ("tel:+1-415-555-2671;ext=12", Some("+14155552671;ext=12")),
            ("+1 415 555 2671,,12", Some("+14155552671;ext=12")),
            ("01 99 00 12 34 poste 007", Some("+33199001234;ext=007")),
            ("01 99 00 12 34 Poste 7", Some("+33199001234;ext=7")),
            ("01 99 00 12 34 ext ٤٢", Some("+33199001234;ext=42")),
            ("Tél. : 01 99 00 12 34", Some("+33199001234")),
            ("Te\u{301}l. : 01 99 00 12 34", Some("+33199001234")),
            ("01 99 00 12 34 ask for Ada", None),
            ("Ada 01 99 00 12 34", None),
            ("01 99 00 12 34 / 01 99 00 56 78", None),
            ("tel:+1-415-555-2671;isub=3", None),
        ] {
            assert_eq!(read_phone(text, "FR").as_deref(), kept, "{text:?}");
        }
    }

    #[test]
    fn digits_of_every_script_and_marks_that_come_along_are_read() {
        for text in [
            "٠٦١٢٣٤٥٦٧٨",
            "０６１２３４５６７８",
            "＋３３ ６ １２ ３４ ５６ ７８",
            "+۳۳۶۱۲۳۴۵۶۷۸",
            "०६१२३४५६७८",
            "06\u{a0}12\u{a0}34\u{a0}56\u{a0}78",
            "+33\u{202f}6\u{202f}12\u{202f}34\u{202f}56\u{202f}78",
            "06–12–34–56–78",
            "06\u{2011}12\u{2011}34\u{2011}56\u{2011}78",
            "06.12.34.56.78",
            "(+33) 6 12 34 56 78",
            "\u{200e}+33 6 12 34 56 78\u{202c}",
            "+3\u{fe0f}3 6 12 34 56 78",
            "tel:+33612345678",
        ] {
            assert_eq!(read_phone(text, "FR").as_deref(), Some("+33612345678"), "{text:?}");
        }
    }

    #[test]
    fn filters_read_numbers_as_everybody_does() {
        let eq = |text: &str| test_as_kept(Test::Eq(text.to_owned()), "FR");
        assert_eq!(eq("06 12 34 56 78"), Test::Eq("+33612345678".to_owned()));
        assert_eq!(eq("as they wrote it"), Test::Eq("as they wrote it".to_owned()));
        assert_eq!(
            test_as_kept(Test::StartsWith("+33 6".to_owned()), "FR"),
            Test::StartsWith("+336".to_owned())
        );
    }

    proptest::proptest! {
        #[test]
        fn reading_never_fails_and_is_stable(text in "[+0-9 ().;a-zé٠-٩]{0,20}") {
            if let Some(number) = read_phone(&text, "FR") {
                proptest::prop_assert_eq!(read_phone(&number, "DE"), Some(number));
            }
        }

        #[test]
        fn a_kept_extension_is_read_again(number in "0[1-5]990012[0-9]{2}", extension in "[0-9]{1,12}") {
            let kept = read_phone(&format!("{number} ext. {extension}"), "FR");
            if let Some(kept) = &kept {
                proptest::prop_assert!(kept.ends_with(&format!(";ext={extension}")), "{}", kept);
            }
            proptest::prop_assert_eq!(kept.as_deref().and_then(|kept| read_phone(kept, "US")), kept);
        }
    }
}
