use entity::{DataClass, EntityKind, FieldId, WorkspaceId, field};
use proptest::prelude::*;

use super::*;
use crate::fields::shape::{Choice, Texts, Validation};

fn shape(kind: FieldType, validation: Validation) -> Shape {
    let row = field::Model {
        workspace_id: WorkspaceId::new(),
        id: FieldId::new(),
        entity: EntityKind::Contact,
        key: "f".to_owned(),
        label: "{}".to_owned(),
        kind,
        class: DataClass::Open,
        reason: String::new(),
        required: false,
        options: "[]".to_owned(),
        validation: "{}".to_owned(),
        position: 0,
        version: 1,
        created_at: chrono::DateTime::UNIX_EPOCH,
        archived_at: None,
    };
    let options = ["red", "green", "blue"].map(|value| Choice {
        value: value.to_owned(),
        label: Texts::new(),
        retired: false,
    });
    Shape { row, options: options.into(), validation }
}

fn read(kind: FieldType, raw: &str) -> Result<String, ProblemCode> {
    canonical(&shape(kind, Validation::default()), raw, "FR", None)
        .map(|value| value.text)
        .map_err(|fault| fault.0)
}

#[test]
fn every_type_has_one_way_to_write_a_value() {
    for (kind, raw, text) in [
        (FieldType::Text, "  Ada \u{7}Lovelace ", "Ada Lovelace"),
        (FieldType::Number, "+0012.500", "12.5"),
        (FieldType::Number, "-0.0", "0"),
        (FieldType::Number, "-0.5", "-0.5"),
        (FieldType::Number, "123456789012345", "123456789012345"),
        (FieldType::Money, "eur 12.3", "EUR 12.30"),
        (FieldType::Money, "JPY 1200", "JPY 1200"),
        (FieldType::Money, "KWD 1.234", "KWD 1.234"),
        (FieldType::Money, "EUR -0.05", "EUR -0.05"),
        (FieldType::Date, "2024-02-29", "2024-02-29"),
        (FieldType::Choice, "green", "green"),
        (FieldType::Choices, "blue\nred\nblue\n", "red\nblue"),
        (FieldType::Boolean, "true", "true"),
        (FieldType::Url, "HTTPS://Example.org/A?b=c", "https://example.org/A?b=c"),
        (FieldType::Phone, "01 23 45 67 89", "+33123456789"),
        (FieldType::Phone, "+44 20 7946 0018", "+442079460018"),
        (FieldType::Iban, "fr76 3000 6000 0112 3456 7890 189", "FR7630006000011234567890189"),
        (FieldType::Email, " Ada@Example.org ", "Ada@example.org"),
    ] {
        assert_eq!(read(kind, raw).as_deref(), Ok(text), "{kind} {raw}");
        assert_eq!(
            read(kind, text).as_deref(),
            Ok(text),
            "{kind} {raw}: canonical text is its own canonical text"
        );
    }
}

#[test]
fn an_amount_before_its_currency_is_told_how_to_write_it() {
    for raw in ["12 EUR", "12.34 EUR", "-12 EUR", "12,50 EUR"] {
        let (code, message) = Amount::read(raw).unwrap_err();
        assert!(code == ProblemCode::Invalid && message.contains("write EUR 12.00"), "{raw}: {message}");
    }
    let (_, message) = Amount::read("XYZ 1").unwrap_err();
    assert!(message.contains("Unknown currency"), "{message}");
}

#[test]
fn what_does_not_fit_is_named() {
    use ProblemCode::{Invalid, NotOffered, TooLong};
    for (kind, raw, code) in [
        (FieldType::Number, "12,5", Invalid),
        (FieldType::Number, "1e3", Invalid),
        (FieldType::Number, "NaN", Invalid),
        (FieldType::Number, "--1", Invalid),
        (FieldType::Number, "1.", Invalid),
        (FieldType::Number, ".5", Invalid),
        (FieldType::Number, "", Invalid),
        (FieldType::Number, "1234567890123456", TooLong),
        (FieldType::Number, "0.1234567", TooLong),
        (FieldType::Money, "EUR 12.345", TooLong),
        (FieldType::Money, "JPY 1.5", TooLong),
        (FieldType::Money, "XYZ 1", NotOffered),
        (FieldType::Money, "12.34", Invalid),
        (FieldType::Money, "EUR 1,234.00", Invalid),
        (FieldType::Money, "EUR --1", Invalid),
        (FieldType::Money, "EUR ", Invalid),
        (FieldType::Money, "EUR 90071992547409.92", TooLong),
        (FieldType::Money, "EUR 999999999999999999999999", TooLong),
        (FieldType::Date, "2026-02-29", Invalid),
        (FieldType::Date, "24/11/2026", Invalid),
        (FieldType::Date, "2026-1-1", Invalid),
        (FieldType::Choice, "yellow", NotOffered),
        (FieldType::Choices, "red\nyellow", NotOffered),
        (FieldType::Boolean, "yes", Invalid),
        (FieldType::Url, "javascript:alert(1)", Invalid),
        (FieldType::Url, "https://ada:secret@example.org/", Invalid),
        (FieldType::Url, "example.org", Invalid),
        (FieldType::Phone, "12", Invalid),
        (FieldType::Iban, "FR7630006000011234567890188", Invalid),
        (FieldType::Iban, "FR76 3000", Invalid),
        (FieldType::Email, "ada", Invalid),
    ] {
        assert_eq!(read(kind, raw), Err(code), "{kind} {raw}");
    }
    assert_eq!(read(FieldType::Text, &"x".repeat(4_001)), Err(TooLong));
}

#[test]
fn bounds_lengths_and_patterns_hold() {
    let bounds = |min: &str, max: &str| Validation {
        min: Some(min.to_owned()),
        max: Some(max.to_owned()),
        ..Validation::default()
    };
    let fits = |kind, validation: &Validation, raw: &str| {
        canonical(&shape(kind, validation.clone()), raw, "FR", None).is_ok()
    };
    let number = bounds("-1.5", "10");
    assert!(
        fits(FieldType::Number, &number, "-1.5")
            && fits(FieldType::Number, &number, "10")
            && fits(FieldType::Number, &number, "9.999999")
    );
    assert!(!fits(FieldType::Number, &number, "-1.500001") && !fits(FieldType::Number, &number, "10.1"));
    let money = bounds("0", "100");
    assert!(
        fits(FieldType::Money, &money, "EUR 100.00")
            && !fits(FieldType::Money, &money, "EUR 100.01")
            && !fits(FieldType::Money, &money, "EUR -1")
    );
    let date = bounds("2026-01-01", "2026-12-31");
    assert!(fits(FieldType::Date, &date, "2026-12-31") && !fits(FieldType::Date, &date, "2027-01-01"));
    let text = Validation {
        max_length: Some(6),
        pattern: Some("[A-Z]{2}|[0-9]+".to_owned()),
        ..Validation::default()
    };
    assert!(fits(FieldType::Text, &text, "AB") && fits(FieldType::Text, &text, "123456"));
    assert!(
        !fits(FieldType::Text, &text, "1234567") && !fits(FieldType::Text, &text, "ABC"),
        "a pattern fits the whole text"
    );
    assert!(whole("(?:a{1000}){1000}").is_err(), "patterns are bounded in size");
}

#[test]
fn a_choice_that_is_held_may_stay_although_it_is_no_longer_offered() {
    let shape = shape(FieldType::Choices, Validation::default());
    assert_eq!(canonical(&shape, "old\nred", "FR", Some("old\nblue")).unwrap().text, "red\nold");
    assert!(canonical(&shape, "old", "FR", None).is_err());
}

#[test]
fn a_mask_shows_four_characters_of_an_iban_and_nothing_of_others() {
    assert_eq!(mask(FieldType::Iban, Some("FR7630006000011234567890189")), "•••• 0189");
    assert_eq!(mask(FieldType::Text, Some("a contract of 2026")), "••••");
    assert_eq!(mask(FieldType::Iban, None), "••••");
}

proptest! {
    #[test]
    fn reading_never_panics_and_reading_twice_is_reading_once(raw in ".{0,60}", kind in 0..FieldType::ALL.len()) {
        let kind = FieldType::ALL[kind];
        if let Ok(text) = read(kind, &raw) {
            prop_assert_eq!(read(kind, &text), Ok(text.clone()), "{}", kind);
        }
    }

    #[test]
    fn amounts_survive_their_text(minor in -9_007_199_254_740_991_i64..=9_007_199_254_740_991, at in 0..4_usize) {
        let currency = [Currency::EUR, Currency::JPY, Currency::KWD, Currency::CLF][at];
        let amount = Amount { minor, currency };
        prop_assert_eq!(Amount::read(&amount.to_text()), Ok(amount));
    }

    #[test]
    fn numbers_order_as_doubles_order_them(a in -99_999_999_999_i64..99_999_999_999, b in -99_999_999_999_i64..99_999_999_999) {
        let text = |n: i64| number(&format!("{}{}.{:04}", if n < 0 { "-" } else { "" }, n.unsigned_abs() / 10_000, n.unsigned_abs() % 10_000)).unwrap();
        let double = |text: &str| text.parse::<f64>().unwrap();
        let (a, b) = (text(a), text(b));
        prop_assert_eq!(compare(FieldType::Number, &a, &b), double(&a).partial_cmp(&double(&b)));
    }
}
