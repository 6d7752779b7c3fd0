//! `recovery_code`: a single-use code that stands in for a lost second factor. Only its hash is kept.

use sea_orm::entity::prelude::*;

use crate::{MemberId, RecoveryCodeId, Time, WorkspaceId};

/// A single-use code that stands in for a lost second factor. Only its hash is kept.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "recovery_code")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RecoveryCodeId,
    /// Whose second factor.
    pub member_id: MemberId,
    /// PHC string (argon2id, with a salt): a code has fewer than 112 bits (ASVS 6.5.2).
    pub hash: String,
    /// When it was used up.
    pub used_at: Option<Time>,
}

impl ActiveModelBehavior for ActiveModel {}
