//! Passwords (ASVS 6.2): 12 to 256 visible characters of any kind, taken literally; no composition rules, no
//! forced change. Passwords that attackers try first are refused: words of a list of leaked passwords
//! (`common.txt`), also with digits or punctuation around them, one piece repeated, and the names of the
//! workspace, the product and the person.
//!
//! An argon2id hash with its own salt is stored. It is computed on a blocking thread, a few at a time, and
//! never within a unit of work. An unknown account costs the same work as a known one.

use std::{
    collections::HashSet,
    sync::{Arc, LazyLock},
    time::Duration,
};

use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use tokio::sync::Semaphore;

use crate::{
    config::PasswordCost,
    error::{Error, ProblemCode, Result},
    platform::{fold::fold, vault::random},
};

/// Minimum length. ASVS requires 8 and recommends 15; because the list also covers words with affixes, 12 is
/// a middle way.
pub const SHORTEST: usize = 12;
/// Maximum length.
pub const LONGEST: usize = 256;
/// Letters and digits that must remain once the known names are removed.
const OWN: usize = 8;
/// How long a request waits for its turn before it is answered as busy.
const PATIENCE: Duration = Duration::from_secs(5);

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

/// Computes password hashes. Cheap to clone.
#[derive(Clone)]
pub struct Hasher {
    cost: PasswordCost,
    seats: Arc<Semaphore>,
}

impl Hasher {
    /// `cost` applies to new hashes.
    #[must_use]
    pub fn new(cost: PasswordCost) -> Self {
        Self { cost, seats: Arc::new(Semaphore::new(cost.at_once)) }
    }

    /// The hash to store, as a PHC string.
    ///
    /// # Errors
    /// `Busy` when too many requests wait.
    pub async fn hash(&self, password: &str) -> Result<String> {
        Ok(self.hash_all(vec![password.to_owned()]).await?.pop().unwrap_or_default())
    }

    /// The hashes of several secrets, each with its own salt.
    ///
    /// # Errors
    /// `Busy` when too many requests wait.
    pub async fn hash_all(&self, secrets: Vec<String>) -> Result<Vec<String>> {
        self.work(move |argon| secrets.iter().map(|secret| hash(argon, secret)).collect()).await?
    }

    /// Whether the password matches the hash. Without a hash the answer is no, after the same work.
    ///
    /// # Errors
    /// `Busy` when too many requests wait.
    pub async fn verify(&self, password: &str, known: Option<String>) -> Result<bool> {
        // No valid password is that long; hashing it would only waste CPU time.
        let (password, fits) = if password.chars().count() > LONGEST {
            (String::new(), false)
        } else {
            (password.to_owned(), true)
        };
        let right = self.work(move |argon| match known {
            Some(known) => Ok(matches(argon, &password, &known)),
            None => hash(argon, &password).map(|_| false),
        });
        Ok(right.await?? && fits)
    }

    /// The index of the hash that the secret matches.
    ///
    /// # Errors
    /// `Busy` when too many requests wait.
    pub async fn find(&self, secret: &str, known: Vec<String>) -> Result<Option<usize>> {
        let secret = secret.to_owned();
        self.work(move |argon| known.iter().position(|known| matches(argon, &secret, known))).await
    }

    /// Whether a hash was made with other cost parameters than today's.
    #[must_use]
    pub fn is_outdated(&self, known: &str) -> bool {
        !known.starts_with(&format!("$argon2id$v=19$m={},t={},p=1$", self.cost.memory_kib, self.cost.passes))
    }

    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Argon2<'static>) -> T + Send + 'static,
    ) -> Result<T> {
        let seat = tokio::time::timeout(PATIENCE, Arc::clone(&self.seats).acquire_owned())
            .await
            .map_err(|_| Error::Busy(PATIENCE))?;
        let params = Params::new(self.cost.memory_kib, self.cost.passes, 1, None)
            .map_err(|_| Error::internal("argon2 refuses the cost"))?;
        let done = tokio::task::spawn_blocking(move || {
            let _seat = seat;
            work(&Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
        });
        done.await.map_err(|_| Error::internal("hashing panicked"))
    }
}

fn hash(argon: &Argon2<'_>, secret: &str) -> Result<String> {
    let hashed = argon
        .hash_password_with_salt(secret.as_bytes(), &random::<16>())
        .map_err(|_| Error::internal("argon2 failed"))?;
    Ok(hashed.to_string())
}

fn matches(argon: &Argon2<'_>, secret: &str, known: &str) -> bool {
    // The cost and the salt are read from `known`.
    PasswordVerifier::<str>::verify_password(argon, secret.as_bytes(), known).is_ok()
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

    #[tokio::test]
    async fn a_hash_fits_its_password_only_and_says_its_cost() {
        let hasher = Hasher::new(PasswordCost { memory_kib: 64, passes: 1, at_once: 1 });
        let known = hasher.hash("exactly as received ").await.unwrap();
        assert!(known.starts_with("$argon2id$v=19$m=64,t=1,p=1$") && !hasher.is_outdated(&known));
        assert!(Hasher::new(PasswordCost::default()).is_outdated(&known));
        assert!(hasher.verify("exactly as received ", Some(known.clone())).await.unwrap());
        assert!(!hasher.verify("exactly as received", Some(known.clone())).await.unwrap());
        assert!(!hasher.verify("exactly as received ", None).await.unwrap());
        assert_ne!(
            hasher.hash("exactly as received ").await.unwrap(),
            known,
            "every hash has a salt of its own"
        );
        assert_eq!(
            hasher.find("exactly as received ", vec![hasher.hash("x").await.unwrap(), known]).await.unwrap(),
            Some(1)
        );
    }
}
