//! The file that holds the key of an SQLite database.

use std::{io::Write, os::unix::fs::OpenOptionsExt, path::Path};

use anyhow::{Context, bail};
use zeroize::Zeroizing;

use crate::platform::{files, vault::SecretKey};

/// The embedded database's secret key: created on the first start, readable by its owner only. The file
/// appears completely or not at all, even when two processes start at once. An existing database was created
/// with a key, and no other key opens its data.
pub(super) fn key_file(folder: &Path, database: &Path) -> anyhow::Result<SecretKey> {
    let path = folder.join("secret.key");
    if !path.exists() {
        let holds_rows = database.metadata().is_ok_and(|found| found.len() > 0);
        // Checked again: another process that starts at the same moment creates the key before the database.
        if holds_rows && !path.exists() {
            bail!(
                "{} is missing: restore it from your backup; without it nothing that is sealed in the database opens",
                path.display()
            );
        }
        let not_writable =
            |error| anyhow::anyhow!(files::not_writable(folder, &error, "ACCORD_DATABASE_URL"));
        files::make_folder(folder).map_err(not_writable)?;
        let half = folder.join(format!(".secret.key.{}", std::process::id()));
        let written = std::fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&half)
            .and_then(|mut file| {
                file.write_all(SecretKey::generate().to_text().as_bytes()).and_then(|()| file.sync_all())
            });
        written.map_err(not_writable)?;
        match std::fs::hard_link(&half, &path) {
            Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
                return Err(error).with_context(|| format!("cannot write {}", path.display()));
            }
            _ => std::fs::remove_file(&half).with_context(|| format!("cannot remove {}", half.display()))?,
        }
    }
    let text = Zeroizing::new(
        std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?,
    );
    SecretKey::parse(&text).with_context(|| format!("{} does not hold a key", path.display()))
}
