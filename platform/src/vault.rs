//! Keys and encryption. `ACCORD_SECRET_KEY` only wraps a few random master keys of the instance; from these
//! HKDF-SHA-256 (RFC 5869) derives one key per workspace and use. Values are sealed (encrypted and
//! authenticated) with XChaCha20-Poly1305, with their place (workspace, table, column, row) as associated
//! data, so a sealed value that is moved to another row cannot be opened. Keys are wiped from memory when
//! they are dropped.

use std::sync::{Arc, PoisonError, RwLock};

use anyhow::{Context, anyhow, bail};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305,
    aead::{Aead, Payload},
};
use entity::{DataKeyId, Time, WorkspaceId, instance_key};
use hmac::{Hmac, Mac};
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, IntoActiveModel};
use sha2::{Digest, Sha256};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{
    keys::{Key, derive, random},
    tokens::LinkKey,
};

const NONCE: usize = 24;

/// Delay until a new link key is used to sign, so that every node has loaded it by then.
const LINK_KEY_SETTLES: chrono::TimeDelta = chrono::TimeDelta::minutes(2);

/// The instance's keys, unwrapped. Cheap to clone; a reload replaces them for all clones.
#[derive(Clone)]
pub struct Vault(Arc<RwLock<Arc<Keys>>>);

struct Keys {
    links: Vec<LinkKey>,
    fingerprint: Key,
    seal: Key,
}

/// A key-encryption key: one value of `ACCORD_SECRET_KEY`.
#[derive(Clone)]
pub struct SecretKey(Key);

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

    fn wrap(&self, kid: &str, purpose: &str, master: &[u8; 32]) -> anyhow::Result<Vec<u8>> {
        let mut wrapped = self.id().to_vec();
        wrapped.extend(seal(&derive(&self.0, &[b"wrap"]), &master_place(kid, purpose), master)?);
        Ok(wrapped)
    }

    fn unwrap_master(keys: &[Self], kid: &str, purpose: &str, wrapped: &[u8]) -> anyhow::Result<Key> {
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

impl Vault {
    /// Loads the master keys, and creates them on the first start.
    ///
    /// # Errors
    /// When none of the secret keys opens them: the process does not start with a wrong key.
    pub async fn open(db: &super::db::Db, secrets: &[SecretKey], now: Time) -> anyhow::Result<Self> {
        if instance_key::Entity::find().one(db.read()).await.map_err(database)?.is_none() {
            let tx = db.begin().await.map_err(database)?;
            // Two nodes may start at the same time on an empty database: the lock decides which one creates
            // the keys.
            if tx.get_database_backend() == sea_orm::DbBackend::Postgres {
                tx.connection()
                    .execute_unprepared("LOCK TABLE instance_key IN EXCLUSIVE MODE")
                    .await
                    .map_err(database)?;
            }
            if instance_key::Entity::find().one(tx.connection()).await.map_err(database)?.is_none() {
                let newest = secrets.first().context("no secret key")?;
                for (kid, purpose) in
                    [("a", "link"), ("fingerprint", "fingerprint"), ("seal", "seal"), ("canary", "canary")]
                {
                    insert_master(tx.connection(), newest, kid, purpose, now - LINK_KEY_SETTLES).await?;
                }
                tx.commit().await.map_err(database)?;
            }
        }
        let keys = Keys::load(db, secrets, now).await?;
        Ok(Self(Arc::new(RwLock::new(Arc::new(keys)))))
    }

    /// Loads the master keys again, to use those of a rotation on another node.
    pub async fn reload(&self, db: &super::db::Db, secrets: &[SecretKey], now: Time) -> anyhow::Result<()> {
        let keys = Arc::new(Keys::load(db, secrets, now).await?);
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = keys;
        Ok(())
    }

    fn keys(&self) -> Arc<Keys> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Calls `work` with the link keys; the first one signs.
    pub(super) fn with_links<T>(&self, work: impl FnOnce(&[LinkKey]) -> T) -> T {
        work(&self.keys().links)
    }

    /// A mailbox's fingerprint in one workspace. Its key is never rotated, because erased addresses could not
    /// be fingerprinted again.
    #[must_use]
    pub fn fingerprint(&self, workspace: WorkspaceId, email_key: &str) -> Vec<u8> {
        mac(&derive(&self.keys().fingerprint, &[b"workspace", workspace.0.as_bytes()]), email_key.as_bytes())
            .to_vec()
    }

    /// A mailbox's fingerprint in the whole instance, only for counters.
    #[must_use]
    pub fn instance_fingerprint(&self, email_key: &str) -> Vec<u8> {
        mac(&derive(&self.keys().fingerprint, &[b"instance"]), email_key.as_bytes()).to_vec()
    }

    /// A keyed hash, in hex, of something that is counted without being stored, such as a network.
    #[must_use]
    pub fn pseudonym(&self, text: &str) -> String {
        hex::encode(mac(&derive(&self.keys().fingerprint, &[b"pseudonym"]), text.as_bytes()))
    }

    /// A keyed hash of a payload, to recognise repeats.
    #[must_use]
    pub fn payload_hash(&self, workspace: WorkspaceId, payload: &[u8]) -> Vec<u8> {
        mac(&derive(&self.keys().seal, &[b"payload", workspace.0.as_bytes()]), payload).to_vec()
    }

    /// Creates a data key, and its wrapped form for the `data_key` table.
    ///
    /// # Errors
    /// Only when the cipher fails.
    pub fn new_data_key(&self, workspace: WorkspaceId) -> anyhow::Result<(DataKey, Vec<u8>)> {
        let key = DataKey { id: DataKeyId::new(), key: Key::new(random()) };
        let wrapped =
            seal(&self.wrapping_key(workspace), &data_key_place(workspace, key.id), key.key.as_slice())?;
        Ok((key, wrapped))
    }

    /// Unwraps the key in a row of `data_key`.
    ///
    /// # Errors
    /// When it was not wrapped by this instance for this workspace and row.
    pub fn open_data_key(
        &self,
        workspace: WorkspaceId,
        id: DataKeyId,
        wrapped: &[u8],
    ) -> anyhow::Result<DataKey> {
        let key =
            Zeroizing::new(open(&self.wrapping_key(workspace), &data_key_place(workspace, id), wrapped)?);
        let key = <[u8; 32]>::try_from(key.as_slice()).map_err(|_| anyhow!("a data key is not 32 bytes"))?;
        Ok(DataKey { id, key: Key::new(key) })
    }

    fn wrapping_key(&self, workspace: WorkspaceId) -> Key {
        derive(&self.keys().seal, &[b"data-key", workspace.0.as_bytes()])
    }
}

impl Keys {
    async fn load(db: &super::db::Db, secrets: &[SecretKey], now: Time) -> anyhow::Result<Self> {
        let (mut links, mut fingerprint, mut sealing) = (Vec::new(), None, None);
        for row in instance_key::Entity::find().all(db.read()).await.map_err(database)? {
            let master = SecretKey::unwrap_master(secrets, &row.kid, &row.purpose, &row.wrapped)?;
            match row.purpose.as_str() {
                "link" => links.push((
                    row.created_at,
                    LinkKey::new(&row.kid, &master, row.retired_at.is_some_and(|at| at <= now)),
                )),
                "fingerprint" => fingerprint = Some(master),
                "seal" => sealing = Some(master),
                _ => {}
            }
        }
        // The signing key comes first: the newest that is older than `LINK_KEY_SETTLES` and not retired.
        links.sort_by_key(|(created_at, key)| {
            (key.retired, *created_at + LINK_KEY_SETTLES > now, std::cmp::Reverse(*created_at))
        });
        if links.is_empty() {
            bail!("the database has no link key");
        }
        Ok(Self {
            links: links.into_iter().map(|(_, key)| key).collect(),
            fingerprint: fingerprint.context("the database has no fingerprint key")?,
            seal: sealing.context("the database has no sealing key")?,
        })
    }
}

/// Re-encrypts every master key with the newest secret key; with `new_link_key`, also creates a new link key
/// and retires the others. Returns the number of re-encrypted keys.
///
/// # Errors
/// When none of the given keys opens a master key; then nothing changes.
pub async fn rotate(
    db: &super::db::Db,
    secrets: &[SecretKey],
    new_link_key: bool,
    now: Time,
) -> anyhow::Result<usize> {
    let newest = secrets.first().context("no secret key")?;
    let tx = db.begin().await.map_err(database)?;
    let rows = instance_key::Entity::find().all(tx.connection()).await.map_err(database)?;
    let count = rows.len();
    for row in rows {
        let master = SecretKey::unwrap_master(secrets, &row.kid, &row.purpose, &row.wrapped)?;
        let retire = new_link_key && row.purpose == "link" && row.retired_at.is_none();
        let wrapped = newest.wrap(&row.kid, &row.purpose, &master)?;
        let mut row = row.into_active_model();
        row.wrapped = Set(wrapped);
        if retire {
            // Sent confirmation links stay valid for their whole lifetime; then only unsubscribing works.
            row.retired_at = Set(Some(now + chrono::TimeDelta::days(14)));
        }
        instance_key::Entity::update(row).exec(tx.connection()).await.map_err(database)?;
    }
    if new_link_key {
        insert_master(tx.connection(), newest, &hex::encode(random::<3>()), "link", now).await?;
    }
    tx.commit().await.map_err(database)?;
    Ok(count)
}

async fn insert_master(
    connection: &impl ConnectionTrait,
    secret: &SecretKey,
    kid: &str,
    purpose: &str,
    created_at: Time,
) -> anyhow::Result<()> {
    let row = instance_key::ActiveModel {
        kid: Set(kid.to_owned()),
        purpose: Set(purpose.to_owned()),
        wrapped: Set(secret.wrap(kid, purpose, &Key::new(random()))?),
        created_at: Set(created_at),
        retired_at: Set(None),
    };
    instance_key::Entity::insert(row).exec_without_returning(connection).await.map_err(database)?;
    Ok(())
}

impl DataKey {
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

fn seal(key: &[u8; 32], associated: &[u8], plain: &[u8]) -> anyhow::Result<Vec<u8>> {
    let nonce = random::<NONCE>();
    let sealed = XChaCha20Poly1305::new(&(*key).into())
        .encrypt(&nonce.into(), Payload { msg: plain, aad: associated })
        .map_err(|_| anyhow!("sealing failed"))?;
    Ok([nonce.as_slice(), &sealed].concat())
}

fn open(key: &[u8; 32], associated: &[u8], sealed: &[u8]) -> anyhow::Result<Vec<u8>> {
    let (nonce, sealed) = sealed.split_first_chunk::<NONCE>().context("a sealed value is too short")?;
    XChaCha20Poly1305::new(&(*key).into())
        .decrypt(&(*nonce).into(), Payload { msg: sealed, aad: associated })
        .map_err(|_| anyhow!("a sealed value does not open here"))
}

fn mac(key: &[u8; 32], message: &[u8]) -> [u8; 32] {
    use hmac::KeyInit as _;
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any length");
    mac.update(message);
    mac.finalize().into_bytes().into()
}

fn database(error: sea_orm::DbErr) -> anyhow::Error {
    anyhow::Error::new(error)
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
