//! Keys and encryption. `ACCORD_SECRET_KEY` only wraps a few random master keys of the instance; from these
//! HKDF-SHA-256 (RFC 5869) derives one key per workspace and use. Values are sealed (encrypted and
//! authenticated) with XChaCha20-Poly1305, with their place (workspace, table, column, row) as associated
//! data, so a sealed value that is moved to another row cannot be opened. Keys are wiped from memory when
//! they are dropped.

mod cipher;
mod data_key;
mod secret_key;

use std::sync::{Arc, PoisonError, RwLock};

use anyhow::{Context, bail};
use entity::{DataKeyId, Time, WorkspaceId, instance_key};
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, IntoActiveModel};

use self::cipher::mac;
pub use self::{
    data_key::{DataKey, Place},
    secret_key::SecretKey,
};
use super::{
    keys::{Key, derive, random},
    tokens::LinkKey,
};

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
        DataKey::wrapped_by(&self.wrapping_key(workspace), workspace)
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
        DataKey::unwrap(&self.wrapping_key(workspace), workspace, id, wrapped)
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

fn database(error: sea_orm::DbErr) -> anyhow::Error {
    anyhow::Error::new(error)
}
