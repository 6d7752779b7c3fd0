//! `member`: a person on the staff of a workspace, with one role. Only a hash of the password is kept.

use sea_orm::entity::prelude::*;

use crate::{MemberId, Role, Time, WorkspaceId};

/// A person on the staff of a workspace, with one role. Only a hash of the password is kept.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "member")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MemberId,
    /// As entered; where invitations and resets go.
    pub email: String,
    /// Equal for two spellings of one mailbox; unique in the workspace.
    pub email_key: String,
    /// What colleagues call them.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// `fr` or `en`.
    pub language: String,
    /// PHC string (argon2id); none until the invitation was accepted.
    pub password_hash: Option<String>,
    /// The seed of the second factor, sealed; none while there is none.
    pub totp_sealed: Option<Vec<u8>>,
    /// A seed whose enrolment is not finished.
    pub totp_pending_sealed: Option<Vec<u8>>,
    /// The last time step whose code was used: a code works once (RFC 6238, 5.2).
    pub totp_last_step: Option<i64>,
    /// Older links to join or reset are void.
    pub credentials_changed_at: Time,
    /// When they were invited last.
    pub invited_at: Time,
    /// When they accepted.
    pub joined_at: Option<Time>,
    /// Since when they may not come in.
    pub deactivated_at: Option<Time>,
    /// Counts changes, for optimistic concurrency.
    pub version: i32,
    /// When.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
}

crate::from_row!(Model {
    workspace_id,
    id,
    email,
    email_key,
    name,
    role,
    language,
    password_hash,
    totp_sealed,
    totp_pending_sealed,
    totp_last_step,
    credentials_changed_at,
    invited_at,
    joined_at,
    deactivated_at,
    version,
    created_at,
    updated_at
});

impl ActiveModelBehavior for ActiveModel {}
