//! Signed links: `v1.<kid>.<payload>.<HMAC-SHA-256>` (D-04, product.md §5). The MAC covers the whole prefix under a key derived
//! per use, and is checked before anything is parsed. A link names a workspace and a row; whether it is still good is the
//! row's state. Nothing about a link is stored, and no address stands in it.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use entity::WorkspaceId;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use uuid::Uuid;

use super::{keys::derive, vault::Vault};

/// What a link may be used for. A link for one use is a forgery for every other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// The row is an opt-in, the extra its `expires_at` in ms.
    ConfirmOptIn,
    /// The row is a contact; the extra is the purpose the mail was about, or nothing.
    Unsubscribe,
    /// The row is a form version; the extra is when it was shown (ms) and a random number.
    FormTicket,
    /// The row is a form; nothing more. Only says that we redirected here.
    Received,
    /// The row is a member, the extra the time of the invitation (ms).
    Join,
    /// The row is a member; the extra is a stamp of their credentials and when the link ends (ms).
    ResetPassword,
    /// The row is a member, the extra when their credentials changed last (ms) and a random number: a browser that signed in before. No
    /// link, but a cookie.
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

/// What a genuine link says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Whose.
    pub workspace: WorkspaceId,
    /// Which row.
    pub row: Uuid,
    /// More, by use; at most 32 bytes.
    pub extra: Vec<u8>,
}

/// A link master with its key schedule per use worked out once.
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

    /// What the link says, or none when it is not ours. Touches no database.
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
