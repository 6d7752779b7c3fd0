//! `session`: a signed-in session of a member. Only a hash of the token is stored.

use sea_orm::entity::prelude::*;

use crate::{MemberId, Relation, SessionId, Time, WorkspaceId};

/// A row of `session`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "session")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its ID.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SessionId,
    /// The member.
    pub member_id: MemberId,
    /// SHA-256 of the 256-bit secret in the cookie, 32 bytes.
    pub token_hash: Vec<u8>,
    /// Browser family and major version, so that the member recognises the session in the list.
    pub browser: String,
    /// When they signed in.
    pub created_at: Time,
    /// When it was last used, to the minute; the idle timeout starts then.
    pub last_seen_at: Time,
    /// When it ends at the latest.
    pub expires_at: Time,
    /// When the second factor was last used in this session.
    pub stepped_up_at: Option<Time>,
    /// When it was ended.
    pub ended_at: Option<Time>,
}

impl ActiveModelBehavior for ActiveModel {}
