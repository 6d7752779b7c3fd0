//! `invitation`: who stands behind the invitation of a member who has not joined yet. It is good for as long as they may give it.

use sea_orm::entity::prelude::*;

use crate::{ApiKeyId, MemberId, WorkspaceId};

/// Who stands behind the invitation of a member.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "invitation")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Who is invited.
    #[sea_orm(primary_key, auto_increment = false)]
    pub member_id: MemberId,
    /// The colleague who invites; none with a key, and when the operator does.
    pub inviter_id: Option<MemberId>,
    /// The program's key that invites.
    pub api_key_id: Option<ApiKeyId>,
}

impl ActiveModelBehavior for ActiveModel {}
