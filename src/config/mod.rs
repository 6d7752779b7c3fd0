//! Every setting, read once from the environment and checked together; secrets are masked.
//!
//! To add a setting: an entry in `settings.rs`, a row in docs/operating.md and a line in
//! packaging/accord.env. Tests compare the three.

mod budgets;
mod key_file;
mod read;
mod settings;
#[cfg(test)]
mod tests;

use std::fmt;

pub use budgets::Budgets;
pub use settings::{Config, SETTINGS, Setting};

use crate::platform::vault::SecretKey;

/// Prefixes of variables for tests and measurements.
const NOT_SETTINGS: [&str; 3] = ["ACCORD_TEST_", "ACCORD_BENCH_", "ACCORD_SERVERS_"];

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("listen", &self.listen)
            .field("public_url", &self.public_url)
            .finish_non_exhaustive()
    }
}

impl Config {
    /// Reads the environment.
    ///
    /// # Errors
    /// One clear line naming the setting and the remedy.
    pub fn from_env() -> anyhow::Result<Self> {
        Self::read(Self::setting)
    }

    /// A setting from the environment; an empty one counts as absent.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    pub fn setting(name: &str) -> Option<String> {
        std::env::var(name).ok().filter(|value| !value.trim().is_empty())
    }

    /// The secret key in this folder: made, if there is none.
    ///
    /// # Errors
    /// When the folder cannot be written, or the file does not hold a key.
    pub fn secret_key_in(folder: &std::path::Path) -> anyhow::Result<SecretKey> {
        key_file::key_file(folder, &folder.join("accord.db"))
    }

    /// Environment variables that look like our settings but are not: typos, or settings of another version.
    #[must_use]
    pub fn unknown_settings() -> Vec<String> {
        unknown(std::env::vars_os().filter_map(|(name, _)| name.into_string().ok()))
    }

    /// The public host name: used in Message-IDs and SMTP greetings.
    #[must_use]
    pub fn public_host(&self) -> String {
        read::host_of(&self.public_url).unwrap_or_else(|| "localhost".to_owned())
    }
}

fn unknown(names: impl Iterator<Item = String>) -> Vec<String> {
    let is_known = |name: &str| {
        SETTINGS.iter().any(|setting| setting.name == name)
            || NOT_SETTINGS.iter().any(|start| name.starts_with(start))
    };
    let mut unknown: Vec<String> =
        names.filter(|name| name.starts_with("ACCORD_") && !is_known(name)).collect();
    unknown.sort_unstable();
    unknown
}
