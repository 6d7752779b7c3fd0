//! `invitation`: the inviter of a member who has not joined yet. The invitation is valid as long as the
//! inviter may give it.

use sea_orm::entity::prelude::*;

use crate::{ApiKeyId, MemberId, Relation, WorkspaceId};

/// A row of `invitation`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "invitation")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// The invited member.
    #[sea_orm(primary_key, auto_increment = false)]
    pub member_id: MemberId,
    /// The member who invited them; none if an API key or the operator did.
    pub inviter_id: Option<MemberId>,
    /// The API key that invited them.
    pub api_key_id: Option<ApiKeyId>,
}

impl ActiveModelBehavior for ActiveModel {}
