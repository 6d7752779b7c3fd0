//! `idempotency_key`: what became of a creating mutation, by the key its caller gave it: a repeat gets the first result (IETF draft Idempotency-Key).

use sea_orm::entity::prelude::*;

use crate::{Time, WorkspaceId};

/// What became of a creating mutation, by the key its caller gave it: a repeat gets the first result (IETF draft Idempotency-Key).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency_key")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Who: two callers may use the same key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub actor: String,
    /// SHA-256 of operation and key, 32 bytes.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key_hash: Vec<u8>,
    /// Keyed hash of the input: the same key with other input is refused.
    pub payload_hash: Vec<u8>,
    /// The id of what was made.
    pub result: String,
    /// When it is forgotten.
    pub expires_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}
