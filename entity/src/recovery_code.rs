//! `recovery_code`: a single-use code that replaces a lost second factor. Only its hash is stored.

use sea_orm::entity::prelude::*;

use crate::{MemberId, RecoveryCodeId, Relation, Time, WorkspaceId};

/// A row of `recovery_code`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "recovery_code")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its ID.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RecoveryCodeId,
    /// The member.
    pub member_id: MemberId,
    /// PHC string (argon2id, with a salt), because a code has fewer than 112 bits (ASVS 6.5.2).
    pub hash: String,
    /// When it was used.
    pub used_at: Option<Time>,
}

impl ActiveModelBehavior for ActiveModel {}
