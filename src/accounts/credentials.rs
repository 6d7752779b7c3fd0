//! The text of a credential: `<prefix><base64url(workspace ‖ row ‖ 256-bit secret)>`. It contains its
//! workspace and row id, so the row is found by primary key; only the secret's hash is stored. The prefix
//! lets secret scanners recognise leaked credentials.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use entity::WorkspaceId;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::platform::keys::random;

/// A new credential: the text that is shown once, and the hash that is stored.
pub(super) struct Minted {
    pub text: String,
    /// SHA-256 of the secret.
    pub hash: Vec<u8>,
}

/// Creates the credential for a row.
pub(super) fn mint(prefix: &str, workspace: WorkspaceId, row: Uuid) -> Minted {
    let secret = random::<32>();
    let text = URL_SAFE_NO_PAD.encode([workspace.0.as_bytes().as_slice(), row.as_bytes(), &secret].concat());
    Minted { text: format!("{prefix}{text}"), hash: hash(&secret) }
}

/// The workspace and row of a credential, and the hash of its secret.
pub(super) fn read(prefix: &str, text: &str) -> Option<(WorkspaceId, Uuid, Vec<u8>)> {
    let bytes = URL_SAFE_NO_PAD.decode(text.strip_prefix(prefix)?).ok()?;
    let bytes: [u8; 64] = bytes.try_into().ok()?;
    let (workspace, rest) = bytes.split_first_chunk::<16>()?;
    let (row, secret) = rest.split_first_chunk::<16>()?;
    Some((WorkspaceId(Uuid::from_bytes(*workspace)), Uuid::from_bytes(*row), hash(secret)))
}

fn hash(secret: &[u8]) -> Vec<u8> {
    Sha256::digest(secret).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credential_says_its_row_and_only_under_its_own_prefix() {
        let (workspace, row) = (WorkspaceId::new(), WorkspaceId::new().0);
        let minted = mint("accord_test_", workspace, row);
        assert_eq!(read("accord_test_", &minted.text), Some((workspace, row, minted.hash)));
        assert_eq!(read("accord_other_", &minted.text), None);
        assert_eq!(read("accord_test_", &minted.text[..minted.text.len() - 1]), None);
        assert_ne!(mint("", workspace, row).text, mint("", workspace, row).text);
    }
}
