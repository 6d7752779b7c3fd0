//! `idempotency_key`: the result of a creating mutation, by the idempotency key of its caller: a repeat gets
//! the first result (IETF draft Idempotency-Key).

use sea_orm::entity::prelude::*;

use crate::{Relation, Time, WorkspaceId};

/// A row of `idempotency_key`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency_key")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// The actor, because two callers may use the same key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub actor: String,
    /// SHA-256 of operation and key, 32 bytes.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key_hash: Vec<u8>,
    /// Keyed hash of the input: the same key with different input is refused.
    pub payload_hash: Vec<u8>,
    /// The created object's ID.
    pub result: String,
    /// When the key expires.
    pub expires_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}
