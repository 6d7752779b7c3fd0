//! Passwords (ASVS 6.2): 12 to 256 visible characters of any kind, taken literally; no composition rules, no
//! forced change. Passwords that attackers try first are refused: words of a list of leaked passwords
//! (`common.txt`), also with digits or punctuation around them, one piece repeated, and the names of the
//! workspace, the product and the person.
//!
//! An argon2id hash is stored (`platform/hasher.rs`). An unknown account costs the same work as a known one.

use std::{collections::HashSet, sync::LazyLock};

pub use crate::platform::hasher::LONGEST;
use crate::{
    error::{Error, ProblemCode, Result},
    platform::fold::fold,
};

/// Minimum length. ASVS requires 8 and recommends 15; because the list also covers words with affixes, 12 is
/// a middle way.
pub const SHORTEST: usize = 12;
/// Letters and digits that must remain once the known names are removed.
const OWN: usize = 8;

static COMMON: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| include_str!("common.txt").lines().filter(|line| !line.starts_with("# ")).collect());

/// Why a password is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weakness {
    /// Fewer than `SHORTEST` characters.
    TooShort,
    /// More than `LONGEST` characters.
    TooLong,
    /// On the list of leaked passwords, possibly with digits or punctuation around it.
    Common,
    /// One piece repeated.
    Repeats,
    /// Mostly made of names of the person, the workspace or the product.
    Names,
}

impl Weakness {
    /// The key of its text on the pages.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TooShort => "too_short",
            Self::TooLong => "too_long",
            Self::Common => "common",
            Self::Repeats => "repeats",
            Self::Names => "names",
        }
    }

    fn message(self) -> &'static str {
        match self {
            Self::TooShort => {
                "Use at least 12 characters; a few words that do not belong together are easy to remember."
            }
            Self::TooLong => "Use at most 256 characters.",
            Self::Common => "This password is too common: choose another.",
            Self::Repeats => {
                "This password repeats the same characters over and over: choose a less regular one."
            }
            Self::Names => {
                "This password is mostly your name, your e-mail address, the workspace's name or ours: choose one that is harder to guess."
            }
        }
    }
}

/// What is weak about a password, if anything. `names`: names of the workspace and the person.
#[must_use]
pub fn weakness(password: &str, names: &[&str]) -> Option<Weakness> {
    let length = password.chars().count();
    let lower = password.to_lowercase();
    let stem = lower.trim_matches(|c: char| !c.is_alphabetic());
    if length < SHORTEST {
        Some(Weakness::TooShort)
    } else if length > LONGEST {
        Some(Weakness::TooLong)
    } else if COMMON.contains(lower.as_str()) || COMMON.contains(stem) {
        Some(Weakness::Common)
    } else if repeats(&lower) {
        Some(Weakness::Repeats)
    } else {
        (own_part(password, names) < OWN).then_some(Weakness::Names)
    }
}

/// Checks that a password is allowed.
///
/// # Errors
/// What is wrong, on `field`. Never repeats the password.
pub fn check_password(password: &str, field: &str, names: &[&str]) -> Result<()> {
    let Some(weakness) = weakness(password, names) else { return Ok(()) };
    let code = if weakness == Weakness::TooLong { ProblemCode::TooLong } else { ProblemCode::Invalid };
    Err(Error::rejected(code, field, weakness.message()))
}

/// One piece repeated, like `abcabcabcabc`.
fn repeats(text: &str) -> bool {
    let letters: Vec<char> = text.chars().collect();
    (1..=letters.len() / 2).any(|piece| letters.iter().zip(&letters[piece..]).all(|(one, next)| one == next))
}

/// Number of letters and digits that remain once the names are removed.
fn own_part(password: &str, names: &[&str]) -> usize {
    let mut rest = fold(password);
    let names = names.iter().copied().chain(["accord"]);
    let words: Vec<String> = names
        .flat_map(|name| {
            fold(name).split(|c: char| !c.is_alphanumeric()).map(str::to_owned).collect::<Vec<_>>()
        })
        .collect();
    for word in words.iter().filter(|word| word.chars().count() >= 4) {
        rest = rest.replace(word.as_str(), "");
    }
    rest.chars().filter(|c| c.is_alphanumeric()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fine(password: &str) -> bool {
        check_password(
            password,
            "password",
            &["Atelier Lumen", "lumen", "ada.lovelace@lumen.example", "Ada Lovelace"],
        )
        .is_ok()
    }

    #[test]
    fn long_passwords_of_any_kind_may_be_chosen() {
        for password in [
            "correct horse battery staple",
            "ünïcödé îs fïne töö",
            "            a word with blanks",
            "🐘🐘🐪🐪🦒🦒 zoo at night",
            "3141592653589793",
        ] {
            assert!(fine(password), "{password}");
        }
        assert!(
            fine(&"a word and another ".repeat(14)[..256].replacen('a', "x", 1))
                && !fine(&"b word and another ".repeat(14))
        );
    }

    #[test]
    fn what_is_guessed_first_is_refused() {
        for password in [
            "short",
            "elevenchars",
            "1234567890123",
            "password2026!",
            "Sunshine!!!!!",
            "!!!!PASSWORD1234",
            "abcabcabcabc",
            "aaaaaaaaaaaa",
            "passwordpassword",
        ] {
            assert!(!fine(password), "{password}");
        }
    }

    #[test]
    fn each_weakness_is_told_from_the_others() {
        let names = ["Atelier Lumen", "ada.lovelace@lumen.example"];
        for (password, found) in [
            ("elevenchars", Some(Weakness::TooShort)),
            ("password2026!", Some(Weakness::Common)),
            ("abcabcabcabc", Some(Weakness::Repeats)),
            ("ada.lovelace@lumen", Some(Weakness::Names)),
            ("correct horse battery staple", None),
        ] {
            assert_eq!(weakness(password, &names), found, "{password}");
        }
        assert_eq!(weakness(&"a word and another ".repeat(14), &names), Some(Weakness::TooLong));
    }

    #[test]
    fn names_that_others_know_are_no_secret() {
        for password in ["AtelierLumen1", "lovelace-lumen", "Accord-Accord1", "ada.lovelace@lumen"] {
            assert!(!fine(password), "{password}");
        }
        assert!(fine("lumen is where I forget my umbrella"));
    }

    #[test]
    fn the_list_holds_more_than_the_first_three_thousand() {
        assert!(COMMON.len() > 15_000 && COMMON.contains("password") && COMMON.contains("1234567890"));
    }
}
