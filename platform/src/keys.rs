//! Random bytes, and keys derived from keys.

use hkdf::Hkdf;
use rand::Rng;
use sha2::Sha256;
use zeroize::Zeroizing;

/// A key in memory, which is overwritten when it is dropped.
pub(crate) type Key = Zeroizing<[u8; 32]>;

/// Random bytes from the operating system's generator (through rand's reseeding CSPRNG).
#[must_use]
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::rng().fill_bytes(&mut bytes);
    bytes
}

/// HKDF-SHA-256 with the parts as info, each preceded by its length.
pub(super) fn derive(master: &[u8; 32], info: &[&[u8]]) -> Zeroizing<[u8; 32]> {
    let mut text = b"accord/1".to_vec();
    for part in info {
        text.push(u8::try_from(part.len()).unwrap_or(u8::MAX));
        text.extend_from_slice(part);
    }
    let mut key = Key::new([0; 32]);
    let expanded = Hkdf::<Sha256>::new(None, master).expand(&text, key.as_mut_slice());
    debug_assert!(expanded.is_ok(), "32 bytes are always within HKDF's bound");
    key
}
