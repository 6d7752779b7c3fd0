//! The keys that seal people's data, and the place that each sealed value is bound to.

use anyhow::anyhow;
use entity::{DataKeyId, WorkspaceId};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::cipher::{mac, open, seal};
use crate::keys::{Key, derive, random};

/// A key that seals the data of one person or submission.
pub struct DataKey {
    /// The ID of its row.
    pub id: DataKeyId,
    key: Key,
}

/// The location of a sealed value; part of the authenticated data.
#[derive(Clone, Copy)]
pub struct Place {
    /// The owning workspace.
    pub workspace: WorkspaceId,
    /// Table name.
    pub table: &'static str,
    /// Column name.
    pub column: &'static str,
    /// The row's ID.
    pub row: Uuid,
}

impl DataKey {
    /// A new key, and its form wrapped by `wrapping`.
    pub(super) fn wrapped_by(wrapping: &Key, workspace: WorkspaceId) -> anyhow::Result<(Self, Vec<u8>)> {
        let key = Self { id: DataKeyId::new(), key: Key::new(random()) };
        let wrapped = seal(wrapping, &data_key_place(workspace, key.id), key.key.as_slice())?;
        Ok((key, wrapped))
    }

    /// The key that `wrapping` wrapped.
    pub(super) fn unwrap(
        wrapping: &Key,
        workspace: WorkspaceId,
        id: DataKeyId,
        wrapped: &[u8],
    ) -> anyhow::Result<Self> {
        let key = Zeroizing::new(open(wrapping, &data_key_place(workspace, id), wrapped)?);
        let key = <[u8; 32]>::try_from(key.as_slice()).map_err(|_| anyhow!("a data key is not 32 bytes"))?;
        Ok(Self { id, key: Key::new(key) })
    }

    /// Seals `plain` for its place.
    ///
    /// # Errors
    /// Only when the cipher fails.
    pub fn seal(&self, place: &Place, plain: &[u8]) -> anyhow::Result<Vec<u8>> {
        seal(&self.key, &self.associated(place), plain)
    }

    /// Opens a value that was sealed for this place.
    ///
    /// # Errors
    /// When it was changed, moved or sealed with another key.
    pub fn open(&self, place: &Place, sealed: &[u8]) -> anyhow::Result<Vec<u8>> {
        open(&self.key, &self.associated(place), sealed)
    }

    /// The commitment to sealed evidence that a journal entry stores: HMAC-SHA-256 with this key.
    #[must_use]
    pub fn commitment(&self, plain: &[u8]) -> Vec<u8> {
        mac(&derive(&self.key, &[b"commitment"]), plain).to_vec()
    }

    fn associated(&self, place: &Place) -> Vec<u8> {
        let mut data = Vec::with_capacity(96);
        data.extend_from_slice(b"accord/sealed/1");
        data.extend_from_slice(place.workspace.0.as_bytes());
        data.extend_from_slice(self.id.0.as_bytes());
        data.extend_from_slice(place.row.as_bytes());
        data.extend_from_slice(place.table.as_bytes());
        data.push(0);
        data.extend_from_slice(place.column.as_bytes());
        data
    }
}

fn data_key_place(workspace: WorkspaceId, id: DataKeyId) -> Vec<u8> {
    [b"accord/data-key/1".as_slice(), workspace.0.as_bytes(), id.0.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(row: u128) -> Place {
        Place {
            workspace: WorkspaceId(Uuid::from_u128(1)),
            table: "submission",
            column: "sealed",
            row: Uuid::from_u128(row),
        }
    }

    #[test]
    fn a_sealed_value_opens_only_where_it_was_put() {
        let key = DataKey { id: DataKeyId::new(), key: Key::new(random()) };
        let sealed = key.seal(&place(1), b"ada").unwrap();
        assert_eq!(key.open(&place(1), &sealed).unwrap(), b"ada");
        assert!(key.open(&place(2), &sealed).is_err());
        let other = DataKey { id: DataKeyId::new(), key: key.key.clone() };
        assert!(other.open(&place(1), &sealed).is_err());
        for position in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[position] ^= 1;
            assert!(key.open(&place(1), &changed).is_err());
        }
        assert!(key.open(&place(1), &sealed[..10]).is_err());
    }
}
