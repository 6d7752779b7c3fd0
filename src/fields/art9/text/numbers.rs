//! National identification numbers: the French NIR, the British National Insurance number, the American
//! social security number. A number of their form counts when the words before it say what it is, or when
//! its check digits hold and no word says that it is something else.

use super::tokens::Token;

/// Words that say that a number is one, shortly before it.
const MEANT: [&str; 12] = [
    "secu",
    "securite",
    "insee",
    "nir",
    "security",
    "ssn",
    "insurance",
    "ni",
    "nino",
    "vitale",
    "social",
    "nin",
];
/// Words that say that it is another.
const OTHER: [&str; 16] = [
    "commande",
    "serie",
    "client",
    "facture",
    "order",
    "serial",
    "invoice",
    "customer",
    "ticket",
    "reference",
    "ref",
    "colis",
    "siret",
    "iban",
    "tel",
    "contrat",
];
/// How far before the number such a word stands.
const REACH: usize = 7;
/// Digits and letters of the longest number.
const LONGEST: usize = 15;

/// Whether a national identification number begins at this word.
pub(super) fn is_national_number(tokens: &[Token], at: usize) -> bool {
    let starts = tokens[at].word.as_bytes();
    if !(starts[0].is_ascii_digit() || starts.len() == 2 || starts.len() == 9) {
        return false;
    }
    let said = |words: &[&str]| {
        tokens[at.saturating_sub(REACH)..at].iter().any(|token| words.contains(&token.word.as_str()))
    };
    let (mut number, mut parts) = (String::new(), Vec::new());
    for token in tokens[at..].iter().take_while(|token| token.sentence == tokens[at].sentence) {
        let of_number = token.word.bytes().any(|byte| byte.is_ascii_digit()) || token.word.len() <= 2;
        if !of_number || number.len() + token.word.len() > LONGEST {
            break;
        }
        number.push_str(&token.word);
        parts.push(token.word.len());
        let whole = if is_nir(&number) {
            said(&MEANT) || (has_check_digits(&number) && !said(&OTHER))
        } else {
            (is_national_insurance(&number) || is_social_security(&number, &parts)) && said(&MEANT)
        };
        if whole {
            return true;
        }
    }
    false
}

fn is_nir(number: &str) -> bool {
    let digits = number.bytes().all(|byte| byte.is_ascii_digit());
    let month = number.get(3..5).and_then(|month| month.parse().ok()).unwrap_or(0);
    digits
        && matches!(number.len(), 13 | 15)
        && number.starts_with(['1', '2'])
        && matches!(month, 1..=12 | 20..=42 | 50..=99)
}

fn has_check_digits(number: &str) -> bool {
    let (Some(body), Some(key)) = (number.get(..13), number.get(13..)) else { return false };
    match (body.parse::<u64>(), key.parse::<u64>()) {
        (Ok(body), Ok(key)) => 97 - body % 97 == key,
        _ => false,
    }
}

fn is_national_insurance(number: &str) -> bool {
    let bytes = number.as_bytes();
    bytes.len() == 9
        && bytes[..2].iter().all(u8::is_ascii_alphabetic)
        && bytes[2..8].iter().all(u8::is_ascii_digit)
        && matches!(bytes[8], b'a'..=b'd')
}

fn is_social_security(number: &str, parts: &[usize]) -> bool {
    number.len() == 9
        && number.bytes().all(|byte| byte.is_ascii_digit())
        && (parts == [3, 2, 4] || parts == [9])
}
