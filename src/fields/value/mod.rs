//! Values of custom fields in their canonical text, by type. Pure: no database, no clock.
//!
//! Numbers have at most 15 digits, 6 of them after the point: a double holds them exactly, so filters and
//! order agree with what is shown. NUMBER, MONEY and DATE take ASCII digits, as they are written by programs;
//! only telephone numbers accept digits of any script. Amounts are stored in minor units within ±9 007 199
//! 254 740 991, for the same reason.

mod iban;

use std::cmp::Ordering;

use entity::{EmailAddress, FieldType};
use iso_currency::Currency;

use super::shape::Shape;
use crate::{
    error::ProblemCode,
    platform::{
        fold::fold,
        links,
        money::successor,
        phones,
        text::without_unseen,
        times::{NO_DAY, is_day},
    },
};

/// Limit on the characters of a text.
pub const LONGEST_TEXT: usize = 4_000;
/// Characters of a text that filters use.
const INDEXED: usize = 200;
/// Digits of a number.
const DIGITS: usize = 15;
/// Digits after the point.
const DECIMALS: usize = 6;
/// The largest amount in minor units that a double holds exactly.
const MOST_MINOR: i64 = 9_007_199_254_740_991;

/// Why a value does not fit: code and remedy. Never contains the value.
pub type Fault = (ProblemCode, String);

/// A value that fits its field.
#[derive(Clone, Debug, PartialEq)]
pub struct Canonical {
    /// The text that is stored and shown; several options one per line.
    pub text: String,
    /// What filters and order use: text and number, one per option.
    pub indexed: Vec<(Option<String>, Option<f64>)>,
}

/// An amount of money in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amount {
    /// Minor units: cents, or the currency's equivalent.
    pub minor: i64,
    /// Currency (ISO 4217).
    pub currency: Currency,
}

fn fault<T>(code: ProblemCode, message: impl Into<String>) -> Result<T, Fault> {
    Err((code, message.into()))
}

/// Normalises a value. `country` is for telephone numbers without a country code; `held` is the current
/// value, whose options may stay even if they are no longer offered.
pub fn canonical(shape: &Shape, raw: &str, country: &str, held: Option<&str>) -> Result<Canonical, Fault> {
    let raw = raw.trim();
    let text = |text: String| Canonical { indexed: vec![(Some(cut(&fold(&text))), None)], text };
    let exact = |text: String| Canonical { indexed: vec![(Some(text.clone()), None)], text };
    match shape.row.kind {
        FieldType::Text => written(shape, raw).map(text),
        FieldType::Number => {
            let number = number(raw)?;
            within(shape, &number)?;
            Ok(Canonical { indexed: vec![(None, number.parse().ok())], text: number })
        }
        FieldType::Money => {
            let amount = Amount::read(raw)?;
            let held = held.and_then(|held| held.get(..3));
            if let Some(successor) =
                successor(amount.currency.code()).filter(|_| held != Some(amount.currency.code()))
            {
                return fault(
                    ProblemCode::NotOffered,
                    format!(
                        "{} is no longer in use: give the amount in {successor}.",
                        amount.currency.code()
                    ),
                );
            }
            within(shape, &amount.decimal())?;
            #[expect(clippy::cast_precision_loss, reason = "amounts stay within what a double holds exactly")]
            let number = amount.minor as f64;
            Ok(Canonical {
                indexed: vec![(Some(amount.currency.code().to_owned()), Some(number))],
                text: amount.to_text(),
            })
        }
        FieldType::Date => {
            let date = date(raw)?;
            within(shape, &date)?;
            Ok(exact(date))
        }
        FieldType::Choice => offered(shape, raw, held).map(exact),
        FieldType::Choices => choices(shape, raw, held),
        FieldType::Boolean => match raw {
            "true" | "false" => Ok(exact(raw.to_owned())),
            _ => fault(ProblemCode::Invalid, "Say `true` or `false`."),
        },
        FieldType::Url => url(raw).map(text),
        FieldType::Phone => phone(raw, country).map(exact),
        FieldType::Iban => {
            iban(raw).map(|iban| Canonical { indexed: vec![(Some(fold(&iban)), None)], text: iban })
        }
        FieldType::Email => match EmailAddress::parse(raw) {
            Ok(address) => Ok(text(address.as_entered().to_owned())),
            Err(_) => fault(ProblemCode::Invalid, "Give a whole e-mail address, like ada@example.org."),
        },
    }
}

fn cut(text: &str) -> String {
    text.chars().take(INDEXED).collect()
}

/// Compiles a pattern that must match a whole text. Matching is linear in the text's length, and size is
/// limited.
pub(super) fn whole(pattern: &str) -> Result<regex::Regex, regex::Error> {
    regex::RegexBuilder::new(&format!(r"\A(?:{pattern})\z"))
        .size_limit(128 * 1024)
        .dfa_size_limit(128 * 1024)
        .nest_limit(20)
        .build()
}

fn written(shape: &Shape, raw: &str) -> Result<String, Fault> {
    let text: String = without_unseen(&raw.replace("\r\n", "\n"));
    let most = shape.validation.max_length.map_or(LONGEST_TEXT, |most| most as usize);
    let text = text.trim().to_owned();
    if text.chars().count() > most {
        return fault(ProblemCode::TooLong, format!("Use at most {most} characters."));
    }
    if let Some(pattern) = &shape.validation.pattern
        && !whole(pattern).is_ok_and(|pattern| pattern.is_match(&text))
    {
        return fault(
            ProblemCode::Invalid,
            "This does not match the pattern of the field (`validation.pattern`).",
        );
    }
    Ok(text)
}

/// The canonical form of a decimal number: no plus sign, no redundant zeros, `0` and not `-0`.
pub fn number(raw: &str) -> Result<String, Fault> {
    const REMEDY: &str =
        "Give a number like 12.5: at most 15 digits, 6 of them after the point, and no separators.";
    let invalid = || (ProblemCode::Invalid, REMEDY.to_owned());
    let (negative, digits) = match raw.as_bytes().first() {
        Some(b'-') => (true, &raw[1..]),
        Some(b'+') => (false, &raw[1..]),
        _ => (false, raw),
    };
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !all_digits(whole) || !all_digits(decimals) || digits.ends_with('.') {
        return Err(invalid());
    }
    let (whole, decimals) = (whole.trim_start_matches('0'), decimals.trim_end_matches('0'));
    if whole.len() + decimals.len() > DIGITS || decimals.len() > DECIMALS {
        return fault(ProblemCode::TooLong, REMEDY);
    }
    let whole = if whole.is_empty() { "0" } else { whole };
    let sign = if negative && (whole != "0" || !decimals.is_empty()) { "-" } else { "" };
    Ok(if decimals.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{decimals}") })
}

/// Checks a day as `YYYY-MM-DD`.
pub fn date(raw: &str) -> Result<String, Fault> {
    if is_day(raw) { Ok(raw.to_owned()) } else { fault(ProblemCode::Invalid, NO_DAY) }
}

impl Amount {
    /// Parses `EUR 12.34`.
    ///
    /// # Errors
    /// An unknown currency, more decimals than it has, or too large an amount.
    pub fn read(raw: &str) -> Result<Self, Fault> {
        let Some((code, decimal)) = raw.split_once(' ') else {
            return fault(ProblemCode::Invalid, "Give a currency and an amount, like EUR 12.34.");
        };
        if code.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+')) {
            return fault(
                ProblemCode::Invalid,
                "Put the currency before the amount: write EUR 12.00, not 12 EUR.",
            );
        }
        let Some((currency, exponent)) = Currency::from_code(&code.to_ascii_uppercase())
            .and_then(|currency| Some((currency, currency.exponent()?)))
        else {
            return fault(
                ProblemCode::NotOffered,
                "Unknown currency: use its ISO 4217 code, three letters like EUR.",
            );
        };
        let decimal = decimal.trim();
        let negative = decimal.starts_with('-');
        let digits = decimal.trim_start_matches('-');
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty()
            || !all_digits(whole)
            || !all_digits(fraction)
            || digits.ends_with('.')
            || decimal.len() > digits.len() + 1
        {
            return fault(ProblemCode::Invalid, "Give the amount like 12.34, without separators.");
        }
        let exponent = usize::from(exponent);
        if fraction.len() > exponent {
            return fault(
                ProblemCode::TooLong,
                format!("{} has {exponent} digits after the point, not more.", currency.code()),
            );
        }
        let minor =
            format!("{whole}{fraction:0<exponent$}").parse::<i64>().ok().filter(|minor| *minor <= MOST_MINOR);
        match minor {
            Some(minor) => Ok(Self { minor: if negative { -minor } else { minor }, currency }),
            None => {
                fault(ProblemCode::TooLong, "The amount is too large: at most 9007199254740991 minor units.")
            }
        }
    }

    /// Parses a limit on amounts: a number, in any currency.
    pub(super) fn bound(raw: &str) -> Option<String> {
        number(raw).ok()
    }

    /// The amount without its currency: `12.34`.
    #[must_use]
    pub fn decimal(self) -> String {
        let exponent = usize::from(self.currency.exponent().unwrap_or(0));
        let digits = format!("{:0>width$}", self.minor.unsigned_abs(), width = exponent + 1);
        let (whole, fraction) = digits.split_at(digits.len() - exponent);
        let sign = if self.minor < 0 { "-" } else { "" };
        if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
    }

    /// The canonical text: `EUR 12.34`.
    #[must_use]
    pub fn to_text(self) -> String {
        format!("{} {}", self.currency.code(), self.decimal())
    }
}

/// Compares two numbers, amounts without currency, or days.
pub(super) fn compare(kind: FieldType, a: &str, b: &str) -> Option<Ordering> {
    match kind {
        FieldType::Date => Some(a.cmp(b)),
        _ => Some(scaled(a)?.cmp(&scaled(b)?)),
    }
}

/// A decimal in millionths.
fn scaled(decimal: &str) -> Option<i128> {
    let (negative, digits) = decimal.strip_prefix('-').map_or((false, decimal), |digits| (true, digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let value: i128 = format!("{whole}{fraction:0<6}").parse().ok()?;
    Some(if negative { -value } else { value })
}

fn within(shape: &Shape, value: &str) -> Result<(), Fault> {
    let (kind, validation) = (shape.row.kind, &shape.validation);
    if let Some(min) = &validation.min
        && compare(kind, value, min).is_some_and(Ordering::is_lt)
    {
        return fault(ProblemCode::Invalid, format!("Give at least {min}."));
    }
    if let Some(max) = &validation.max
        && compare(kind, value, max).is_some_and(Ordering::is_gt)
    {
        return fault(ProblemCode::TooLong, format!("Give at most {max}."));
    }
    Ok(())
}

fn offered(shape: &Shape, choice: &str, held: Option<&str>) -> Result<String, Fault> {
    let known = shape.options.iter().any(|option| option.value == choice && !option.retired)
        || held.is_some_and(|held| held.lines().any(|line| line == choice));
    if known {
        Ok(choice.to_owned())
    } else {
        fault(ProblemCode::NotOffered, "Choose one of the field's `options`.")
    }
}

/// The chosen options, without duplicates, in the field's order; those no longer offered come last.
fn choices(shape: &Shape, raw: &str, held: Option<&str>) -> Result<Canonical, Fault> {
    let mut chosen = Vec::new();
    for line in raw.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let choice = offered(shape, line, held)?;
        if !chosen.contains(&choice) {
            chosen.push(choice);
        }
    }
    chosen.sort_by_key(|choice| {
        shape.options.iter().position(|option| option.value == *choice).unwrap_or(usize::MAX)
    });
    Ok(Canonical {
        text: chosen.join("\n"),
        indexed: chosen.into_iter().map(|choice| (Some(choice), None)).collect(),
    })
}

fn url(raw: &str) -> Result<String, Fault> {
    links::read_web_address(raw).ok_or_else(|| (ProblemCode::Invalid, links::REMEDY.to_owned()))
}

fn phone(raw: &str, country: &str) -> Result<String, Fault> {
    phones::read_phone(raw, country).ok_or_else(|| (ProblemCode::Invalid, phones::REMEDY.to_owned()))
}

fn iban(raw: &str) -> Result<String, Fault> {
    const REMEDY: &str = "This is no IBAN that we know: check its country, its length and its digits, the two after the country among them.";
    iban::read_iban(raw).ok_or_else(|| (ProblemCode::Invalid, REMEDY.to_owned()))
}

/// The mask of a sealed value: the last four characters of an IBAN, nothing of others.
#[must_use]
pub fn mask(kind: FieldType, canonical: Option<&str>) -> String {
    match (kind, canonical) {
        (FieldType::Iban, Some(iban)) if iban.len() > 8 && iban.is_ascii() => {
            format!("•••• {}", &iban[iban.len() - 4..])
        }
        _ => super::HIDDEN.to_owned(),
    }
}

#[cfg(test)]
mod tests;
