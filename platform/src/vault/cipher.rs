//! XChaCha20-Poly1305 and HMAC-SHA-256.

use anyhow::{Context, anyhow};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305,
    aead::{Aead, Payload},
};
use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::keys::random;

const NONCE: usize = 24;

pub(super) fn seal(key: &[u8; 32], associated: &[u8], plain: &[u8]) -> anyhow::Result<Vec<u8>> {
    let nonce = random::<NONCE>();
    let sealed = XChaCha20Poly1305::new(&(*key).into())
        .encrypt(&nonce.into(), Payload { msg: plain, aad: associated })
        .map_err(|_| anyhow!("sealing failed"))?;
    Ok([nonce.as_slice(), &sealed].concat())
}

pub(super) fn open(key: &[u8; 32], associated: &[u8], sealed: &[u8]) -> anyhow::Result<Vec<u8>> {
    let (nonce, sealed) = sealed.split_first_chunk::<NONCE>().context("a sealed value is too short")?;
    XChaCha20Poly1305::new(&(*key).into())
        .decrypt(&(*nonce).into(), Payload { msg: sealed, aad: associated })
        .map_err(|_| anyhow!("a sealed value does not open here"))
}

pub(super) fn mac(key: &[u8; 32], message: &[u8]) -> [u8; 32] {
    use hmac::KeyInit as _;
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any length");
    mac.update(message);
    mac.finalize().into_bytes().into()
}
