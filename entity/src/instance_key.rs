//! `instance_key`: a random master key of the instance, wrapped with `ACCORD_SECRET_KEY`.

use sea_orm::entity::prelude::*;

use crate::{Relation, Time};

/// A row of `instance_key`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "instance_key")]
pub struct Model {
    /// Its short name, which signed links contain.
    #[sea_orm(primary_key, auto_increment = false)]
    pub kid: String,
    /// `link`, `fingerprint`, `seal` or `canary`.
    pub purpose: String,
    /// The key, encrypted by XChaCha20-Poly1305 with the key-encryption key.
    pub wrapped: Vec<u8>,
    /// When it was created.
    pub created_at: Time,
    /// When it retires. A retired link key only verifies `unsubscribe` links.
    pub retired_at: Option<Time>,
}

impl ActiveModelBehavior for ActiveModel {}
