//! `api_key`: a program's credential. Only a hash of the secret is stored.

use sea_orm::entity::prelude::*;

use crate::{ApiKeyId, MemberId, Relation, Role, Time, WorkspaceId};

/// A row of `api_key`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "api_key")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its ID.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ApiKeyId,
    /// The name that staff gave it.
    pub name: String,
    /// Its role.
    pub role: Role,
    /// SHA-256 of the 256-bit secret.
    pub hash: Vec<u8>,
    /// When it was created.
    pub created_at: Time,
    /// When it expires.
    pub expires_at: Option<Time>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Time>,
    /// When it was revoked.
    pub revoked_at: Option<Time>,
    /// The member who created it; it stops working when their access ends. None = the operator.
    pub maker_id: Option<MemberId>,
}

crate::from_row!(Model {
    workspace_id,
    id,
    name,
    role,
    hash,
    created_at,
    expires_at,
    last_used_at,
    revoked_at,
    maker_id
});

impl ActiveModelBehavior for ActiveModel {}
