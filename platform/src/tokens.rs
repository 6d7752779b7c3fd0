//! Signed links: `v1.<kid>.<payload>.<HMAC-SHA-256>`. The MAC covers the whole prefix, with a key derived for
//! each use, and is verified before anything is parsed. A link identifies a workspace and a row; whether it
//! is still valid depends on the row's state. Nothing about a link is stored, and it contains no address.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use entity::WorkspaceId;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use uuid::Uuid;

use super::{keys::derive, vault::Vault};

/// What a link may be used for. Its number is part of the key derivation, so a link for one use is invalid
/// for every other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkUse {
    /// Below `LinkUse::MOST`, and never reused for another use, because sent mails contain links.
    pub number: u8,
    /// Whether such links stay valid after the key that signed them was replaced.
    pub outlives_its_key: bool,
}

impl LinkUse {
    /// The limit of `number`.
    pub const MOST: usize = 16;
}

/// The content of a valid link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The owning workspace.
    pub workspace: WorkspaceId,
    /// The row.
    pub row: Uuid,
    /// More data, depending on the use; at most 32 bytes.
    pub extra: Vec<u8>,
}

/// A master key for links, with the key for each use derived once.
pub(super) struct LinkKey {
    kid: String,
    pub(super) retired: bool,
    uses: [Hmac<Sha256>; LinkUse::MOST],
}

impl LinkKey {
    pub(super) fn new(kid: &str, master: &[u8; 32], retired: bool) -> Self {
        let uses = std::array::from_fn(|number| {
            let number = u8::try_from(number).unwrap_or(u8::MAX);
            #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
            Hmac::<Sha256>::new_from_slice(derive(master, &[b"link", &[number]]).as_slice())
                .expect("any length")
        });
        Self { kid: kid.to_owned(), retired, uses }
    }
}

impl Vault {
    /// Signs a link.
    #[must_use]
    pub fn sign(&self, usage: impl Into<LinkUse>, link: &Link) -> String {
        let usage = usage.into();
        self.with_links(|keys| {
            let key = &keys[0];
            let payload = [link.workspace.0.as_bytes().as_slice(), link.row.as_bytes(), &link.extra].concat();
            let mut text = format!("v1.{}.{}", key.kid, URL_SAFE_NO_PAD.encode(payload));
            let mut mac = key.uses[usize::from(usage.number)].clone();
            mac.update(text.as_bytes());
            text.push('.');
            URL_SAFE_NO_PAD.encode_string(mac.finalize().into_bytes(), &mut text);
            text
        })
    }

    /// The link's content, or none when we did not sign it. Does not use the database.
    #[must_use]
    pub fn verify(&self, usage: impl Into<LinkUse>, text: &str) -> Option<Link> {
        let usage = usage.into();
        if text.len() > 200 {
            return None;
        }
        let (signed, given) = text.rsplit_once('.')?;
        let (kid, payload) = signed.strip_prefix("v1.")?.split_once('.')?;
        let mut tag = [0; 33];
        let length = URL_SAFE_NO_PAD.decode_slice(given, &mut tag).ok()?;
        let genuine = self.with_links(|keys| {
            let key = keys.iter().find(|key| key.kid == kid && (!key.retired || usage.outlives_its_key))?;
            let mut mac = key.uses[usize::from(usage.number)].clone();
            mac.update(signed.as_bytes());
            mac.verify_slice(&tag[..length]).ok()
        });
        genuine?;
        let payload = URL_SAFE_NO_PAD.decode(payload).ok()?;
        let (workspace, rest) = payload.split_first_chunk::<16>()?;
        let (row, extra) = rest.split_first_chunk::<16>()?;
        Some(Link {
            workspace: WorkspaceId(Uuid::from_bytes(*workspace)),
            row: Uuid::from_bytes(*row),
            extra: extra.to_vec(),
        })
    }
}
