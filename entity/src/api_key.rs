//! `api_key`: a program's credential. Only the hash of the secret is kept.

use sea_orm::entity::prelude::*;

use crate::{ApiKeyId, MemberId, Role, Time, WorkspaceId};

/// A program's credential. Only the hash of the secret is kept.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "api_key")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ApiKeyId,
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// SHA-256 of the 256-bit secret.
    pub hash: Vec<u8>,
    /// When.
    pub created_at: Time,
    /// Until when.
    pub expires_at: Option<Time>,
    /// To the minute.
    pub last_used_at: Option<Time>,
    /// When it was ended.
    pub revoked_at: Option<Time>,
    /// The member who made it and whose access it shares the end of; none = the operator.
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
