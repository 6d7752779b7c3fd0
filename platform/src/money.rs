//! Amounts of money: a whole number of minor units (cents, yen, thousandths of a dinar) and an ISO 4217
//! currency. Never a floating-point number, and never so large that the sum of a hundred thousand of them
//! overflows 64 bits.
//!
//! `iso_currency` knows the currencies. `rusty-money` would add decimal arithmetic, which nothing here does.

use iso_currency::Currency;

use crate::error::{Problem, ProblemCode};

/// Most digits of an amount: a trillion euros in cents.
pub const MOST_DIGITS: usize = 14;

/// An amount as entered.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct MoneyInput {
    /// Minor units, in decimal digits.
    pub minor: String,
    /// ISO 4217 code; none = the default currency of the object.
    pub currency: Option<String>,
}

/// An amount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Money {
    /// Minor units.
    pub minor: i64,
    /// ISO 4217 code.
    pub currency: String,
}

/// The currency with this upper-case code.
#[must_use]
pub fn read_currency(code: &str) -> Option<Currency> {
    Currency::from_code(code).filter(|currency| currency.exponent().is_some())
}

/// Currencies that are no longer in use anywhere but still have a code: existing amounts stay, new ones are
/// refused.
const ENDED: [Currency; 5] = [Currency::BGN, Currency::CUC, Currency::HRK, Currency::SLL, Currency::ZWL];

/// The successor of a currency that has ended; none if it is still in use.
#[must_use]
pub fn successor(code: &str) -> Option<&'static str> {
    let ended = read_currency(code).filter(|currency| ENDED.contains(currency))?;
    Some(ended.is_superseded().map_or("USD", |currency| currency.code()))
}

/// The currency, or its successor if it has ended: for a new object without an amount.
#[must_use]
pub fn current(code: &str) -> String {
    successor(code).unwrap_or(code).to_owned()
}

/// The number of decimals of a currency: 2 for euros, 0 for yen, 3 for dinars.
#[must_use]
pub fn decimals(code: &str) -> u16 {
    read_currency(code).and_then(iso_currency::Currency::exponent).unwrap_or(0)
}

/// Parses an amount, or returns its problems; `field` is its path in the input. `held` is the object's
/// present currency, which may have ended since.
pub fn read_money(
    input: &MoneyInput,
    default_currency: &str,
    held: Option<&str>,
    field: &str,
) -> Result<Money, Vec<Problem>> {
    let mut problems = Vec::new();
    let currency = input.currency.as_deref().unwrap_or(default_currency);
    problems.extend(check_currency(currency, held, &format!("{field}.currency")));
    let place = format!("{field}.amountMinor");
    let digits = input.minor.trim_start_matches('0').len();
    let minor = if input.minor.is_empty() || !input.minor.bytes().all(|byte| byte.is_ascii_digit()) {
        let message =
            "Give a whole number of the currency's minor units, in digits only: 12.50 euros are 1250.";
        problems.push(Problem::new(ProblemCode::Invalid, place, message));
        0
    } else if digits > MOST_DIGITS {
        problems.push(Problem::new(
            ProblemCode::TooLong,
            place,
            "An amount has at most 14 digits: check that it is in minor units only once.",
        ));
        0
    } else {
        input.minor.parse().unwrap_or_default()
    };
    if problems.is_empty() { Ok(Money { minor, currency: currency.to_owned() }) } else { Err(problems) }
}

/// The problem with a currency, if any; the object's present currency is always accepted.
#[must_use]
pub fn check_currency(code: &str, held: Option<&str>, field: &str) -> Option<Problem> {
    if read_currency(code).is_none() {
        let message = "Give a currency by its ISO 4217 code in capitals, like EUR.";
        return Some(Problem::new(ProblemCode::NotOffered, field, message));
    }
    let successor = successor(code).filter(|_| held != Some(code))?;
    let message = format!(
        "{code} is no longer in use: give the amount in {successor}. What is in {code} already can stay so."
    );
    Some(Problem::new(ProblemCode::NotOffered, field, message))
}

/// The amount in major units with the currency's decimals and a point: 1250 cents become `12.50`.
#[must_use]
pub fn in_decimals(minor: i128, code: &str) -> String {
    let decimals = usize::from(decimals(code));
    let sign = if minor < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", minor.unsigned_abs(), width = decimals + 1);
    let (whole, rest) = digits.split_at(digits.len() - decimals);
    if rest.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{rest}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(minor: &str, currency: &str) -> Result<Money, Vec<(ProblemCode, String)>> {
        let input = MoneyInput { minor: minor.to_owned(), currency: Some(currency.to_owned()) };
        read_money(&input, "EUR", None, "amount")
            .map_err(|problems| problems.into_iter().map(|p| (p.code, p.field.unwrap_or_default())).collect())
    }

    #[test]
    fn amounts_are_whole_minor_units_of_a_known_currency() {
        assert_eq!(read("1250", "EUR"), Ok(Money { minor: 1250, currency: "EUR".to_owned() }));
        assert_eq!(read("99999999999999", "JPY").map(|money| money.minor), Ok(99_999_999_999_999));
        assert_eq!(read("000000000000000000012", "EUR").map(|money| money.minor), Ok(12));
        let amount = |code| Err(vec![(code, "amount.amountMinor".to_owned())]);
        for text in ["", "-1", "+1", "12.50", "1e3", "١٢", "1 000", "0x10"] {
            assert_eq!(read(text, "EUR"), amount(ProblemCode::Invalid), "{text}");
        }
        assert_eq!(read("100000000000000", "EUR"), amount(ProblemCode::TooLong));
        assert_eq!(read(&"9".repeat(400), "EUR"), amount(ProblemCode::TooLong));
        for code in ["", "eur", "EURO", "ABC", "XXX", "€", "HRK", "ZWL", "BGN"] {
            assert_eq!(
                read("1", code),
                Err(vec![(ProblemCode::NotOffered, "amount.currency".to_owned())]),
                "{code}"
            );
        }
    }

    #[test]
    fn a_currency_that_has_ended_stays_where_it_is_and_names_its_successor() {
        assert!(check_currency("HRK", Some("HRK"), "currency").is_none());
        let refused = check_currency("HRK", Some("EUR"), "currency").unwrap();
        assert!(refused.message.contains("EUR"), "{}", refused.message);
        assert_eq!(
            (successor("SLL"), successor("ZWL"), successor("EUR"), successor("ABC")),
            (Some("SLE"), Some("ZWG"), None, None)
        );
        // Venezuela's currency has two codes, and both are in use.
        let letters = || 'A'..='Z';
        let codes =
            letters().flat_map(|a| letters().flat_map(move |b| letters().map(move |c| format!("{a}{b}{c}"))));
        for known in codes
            .filter_map(|code| read_currency(&code))
            .filter(|known| known.is_superseded().is_some() && *known != Currency::VES)
        {
            assert!(ENDED.contains(&known), "{} has ended too", known.code());
        }
    }

    #[test]
    fn decimals_are_the_currencys() {
        assert_eq!(in_decimals(1250, "EUR"), "12.50");
        assert_eq!(in_decimals(5, "EUR"), "0.05");
        assert_eq!(in_decimals(-5, "EUR"), "-0.05");
        assert_eq!(in_decimals(1250, "JPY"), "1250");
        assert_eq!(in_decimals(1250, "TND"), "1.250");
    }

    proptest::proptest! {
        #[test]
        fn what_is_read_is_shown_again(minor in 0_i64..100_000_000_000_000) {
            let money = read(&minor.to_string(), "EUR").unwrap();
            let digits = in_decimals(money.minor.into(), "EUR").replace('.', "");
            let expected = if minor == 0 { String::new() } else { minor.to_string() };
            proptest::prop_assert_eq!(digits.trim_start_matches('0'), expected);
        }
    }
}
