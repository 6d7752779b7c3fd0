//! `session`: a member who is signed in somewhere. Only the hash of the token is kept.

use sea_orm::entity::prelude::*;

use crate::{MemberId, SessionId, Time, WorkspaceId};

/// A member who is signed in somewhere. Only the hash of the token is kept.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "session")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SessionId,
    /// Who.
    pub member_id: MemberId,
    /// SHA-256 of the 256-bit secret in the cookie, 32 bytes.
    pub token_hash: Vec<u8>,
    /// Browser family and major version, to recognise it in the list.
    pub browser: String,
    /// When they signed in.
    pub created_at: Time,
    /// To the minute; the idle timeout runs from it.
    pub last_seen_at: Time,
    /// The absolute end.
    pub expires_at: Time,
    /// When the second factor was last used in this session.
    pub stepped_up_at: Option<Time>,
    /// When it was ended.
    pub ended_at: Option<Time>,
}

impl ActiveModelBehavior for ActiveModel {}
