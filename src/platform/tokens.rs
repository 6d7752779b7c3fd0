//! Signed links: `v1.<kid>.<payload>.<HMAC-SHA-256>`. The MAC covers the whole prefix, with a key derived for
//! each use, and is verified before anything is parsed. A link identifies a workspace and a row; whether it
//! is still valid depends on the row's state. Nothing about a link is stored, and it contains no address.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use entity::WorkspaceId;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use uuid::Uuid;

use super::{keys::derive, vault::Vault};

/// What a link may be used for. A link for one use is invalid for every other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// The row is an opt-in, the extra its `expires_at` in milliseconds.
    ConfirmOptIn,
    /// The row is a contact; the extra is the mail's purpose, or empty.
    Unsubscribe,
    /// The row is a form version; the extra is when it was shown (milliseconds) and a random number.
    FormTicket,
    /// The row is a form; no extra. Only shows that we redirected here.
    Received,
    /// The row is a member, the extra the time of the invitation (milliseconds).
    Join,
    /// The row is a member; the extra is a fingerprint of their credentials and when the link expires
    /// (milliseconds).
    ResetPassword,
    /// The row is a member, the extra when their credentials last changed (milliseconds) and a random number:
    /// marks a browser that has signed in before. Used in a cookie, not in a link.
    Device,
}

const USES: [Use; 7] = [
    Use::ConfirmOptIn,
    Use::Unsubscribe,
    Use::FormTicket,
    Use::Received,
    Use::Join,
    Use::ResetPassword,
    Use::Device,
];

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
    uses: [Hmac<Sha256>; USES.len()],
}

impl LinkKey {
    pub(super) fn new(kid: &str, master: &[u8; 32], retired: bool) -> Self {
        let uses = USES.map(|usage| {
            #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
            Hmac::<Sha256>::new_from_slice(derive(master, &[b"link", &[usage as u8]]).as_slice())
                .expect("any length")
        });
        Self { kid: kid.to_owned(), retired, uses }
    }
}

impl Vault {
    /// Signs a link.
    #[must_use]
    pub fn sign(&self, usage: Use, link: &Link) -> String {
        self.with_links(|keys| {
            let key = &keys[0];
            let payload = [link.workspace.0.as_bytes().as_slice(), link.row.as_bytes(), &link.extra].concat();
            let mut text = format!("v1.{}.{}", key.kid, URL_SAFE_NO_PAD.encode(payload));
            let mut mac = key.uses[usage as usize].clone();
            mac.update(text.as_bytes());
            text.push('.');
            URL_SAFE_NO_PAD.encode_string(mac.finalize().into_bytes(), &mut text);
            text
        })
    }

    /// The link's content, or none when we did not sign it. Does not use the database.
    #[must_use]
    pub fn verify(&self, usage: Use, text: &str) -> Option<Link> {
        if text.len() > 200 {
            return None;
        }
        let (signed, given) = text.rsplit_once('.')?;
        let (kid, payload) = signed.strip_prefix("v1.")?.split_once('.')?;
        let mut tag = [0; 33];
        let length = URL_SAFE_NO_PAD.decode_slice(given, &mut tag).ok()?;
        let genuine = self.with_links(|keys| {
            let key =
                keys.iter().find(|key| key.kid == kid && (!key.retired || usage == Use::Unsubscribe))?;
            let mut mac = key.uses[usage as usize].clone();
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
