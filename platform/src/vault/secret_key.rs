//! The keys of `ACCORD_SECRET_KEY`, which wrap the master keys.

use anyhow::{Context, anyhow};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::cipher::{open, seal};
use crate::keys::{Key, derive, random};

/// A key-encryption key: one value of `ACCORD_SECRET_KEY`.
#[derive(Clone)]
pub struct SecretKey(Key);

impl SecretKey {
    /// Parses 32 bytes from hex or base64.
    ///
    /// # Errors
    /// When it is neither, or not 32 bytes.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let text = text.trim();
        let bytes = Zeroizing::new(Self::decode(text)?);
        let bytes = <[u8; 32]>::try_from(bytes.as_slice()).map_err(|_| {
            anyhow!("ACCORD_SECRET_KEY must be 32 bytes; make one with `openssl rand -base64 32`")
        })?;
        Ok(Self(Key::new(bytes)))
    }

    fn decode(text: &str) -> anyhow::Result<Vec<u8>> {
        use base64::Engine;
        hex::decode(text)
            .or_else(|_| base64::engine::general_purpose::STANDARD.decode(text))
            .or_else(|_| base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text))
            .map_err(|_| {
                anyhow!(
                    "ACCORD_SECRET_KEY is neither hex nor base64; make one with `openssl rand -base64 32`"
                )
            })
    }

    /// Generates a new random key.
    #[must_use]
    pub fn generate() -> Self {
        Self(Key::new(random()))
    }

    /// The key as base64, for the key file.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        use base64::Engine;
        Zeroizing::new(base64::engine::general_purpose::STANDARD.encode(*self.0))
    }

    fn id(&self) -> [u8; 8] {
        let digest = Sha256::new().chain_update(b"accord/secret-key-id").chain_update(*self.0).finalize();
        let mut id = [0; 8];
        id.copy_from_slice(&digest[..8]);
        id
    }

    pub(super) fn wrap(&self, kid: &str, purpose: &str, master: &[u8; 32]) -> anyhow::Result<Vec<u8>> {
        let mut wrapped = self.id().to_vec();
        wrapped.extend(seal(&derive(&self.0, &[b"wrap"]), &master_place(kid, purpose), master)?);
        Ok(wrapped)
    }

    pub(super) fn unwrap_master(
        keys: &[Self],
        kid: &str,
        purpose: &str,
        wrapped: &[u8],
    ) -> anyhow::Result<Key> {
        let (id, sealed) = wrapped.split_at_checked(8).context("a wrapped master is too short")?;
        let key = keys
            .iter()
            .find(|key| key.id() == id)
            .context("ACCORD_SECRET_KEY is not the key this database was made with; give the right one (or both, newest first, to rotate)")?;
        let master = Zeroizing::new(open(&derive(&key.0, &[b"wrap"]), &master_place(kid, purpose), sealed)?);
        Ok(Key::new(
            <[u8; 32]>::try_from(master.as_slice())
                .map_err(|_| anyhow!("a wrapped master is not 32 bytes"))?,
        ))
    }
}

fn master_place(kid: &str, purpose: &str) -> Vec<u8> {
    [b"accord/master/".as_slice(), purpose.as_bytes(), b"/", kid.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_master_opens_only_under_its_key_and_name() {
        let (old, new) = (SecretKey::generate(), SecretKey::generate());
        let wrapped = old.wrap("a", "link", &[7; 32]).unwrap();
        assert_eq!(
            SecretKey::unwrap_master(&[new.clone(), old.clone()], "a", "link", &wrapped).unwrap(),
            Key::new([7; 32])
        );
        assert!(SecretKey::unwrap_master(std::slice::from_ref(&new), "a", "link", &wrapped).is_err());
        assert!(SecretKey::unwrap_master(&[old], "b", "link", &wrapped).is_err());
    }

    #[test]
    fn a_secret_key_is_32_bytes_of_hex_or_base64() {
        assert!(SecretKey::parse(&SecretKey::generate().to_text()).is_ok());
        assert!(SecretKey::parse(&hex::encode([1; 32])).is_ok());
        assert!(SecretKey::parse("short").is_err());
        assert!(SecretKey::parse("not base64 at all!").is_err());
    }
}
