//! Hashes of passwords and codes: argon2id with a separate salt each, computed on blocking threads, a few at
//! a time, and never within a unit of work. Verifying against a missing hash costs the same work.

use std::{sync::Arc, time::Duration};

use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use tokio::sync::Semaphore;

use super::keys::random;
use crate::error::{Error, Result};

/// Maximum length of a password, in characters.
pub const LONGEST: usize = 256;
/// How long a request waits for its turn before it is answered as busy.
const PATIENCE: Duration = Duration::from_secs(5);

/// Cost of password hashes (argon2id), and how many are computed at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordCost {
    /// Memory, in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Maximum number of concurrent hashes on this node: each uses a core and the memory.
    pub at_once: usize,
}

impl Default for PasswordCost {
    /// The ASVS recommendation (appendix C) for argon2id with two passes.
    fn default() -> Self {
        Self { memory_kib: 19 * 1024, passes: 2, at_once: 4 }
    }
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
