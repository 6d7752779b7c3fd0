//! `instance_key`: a random key of the instance, wrapped by `ACCORD_SECRET_KEY`.

use sea_orm::entity::prelude::*;

use crate::Time;

/// A random key of the instance, wrapped by `ACCORD_SECRET_KEY`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "instance_key")]
pub struct Model {
    /// Its short name; in signed links.
    #[sea_orm(primary_key, auto_increment = false)]
    pub kid: String,
    /// `link`, `fingerprint`, `seal` or `canary`.
    pub purpose: String,
    /// XChaCha20-Poly1305 under the key-encryption key.
    pub wrapped: Vec<u8>,
    /// When.
    pub created_at: Time,
    /// A retired link key verifies `unsubscribe` only.
    pub retired_at: Option<Time>,
}

impl ActiveModelBehavior for ActiveModel {}
