//! `member`: a member of staff of a workspace, with one role. Only a hash of the password is stored.

use sea_orm::entity::prelude::*;

use crate::{MemberId, Relation, Role, Time, WorkspaceId};

/// A row of `member`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "member")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its ID.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MemberId,
    /// As entered; invitations and password resets go there.
    pub email: String,
    /// The normalised address, equal for all spellings of one mailbox; unique in the workspace.
    pub email_key: String,
    /// Their display name.
    pub name: String,
    /// Their role.
    pub role: Role,
    /// `fr` or `en`.
    pub language: String,
    /// PHC string (argon2id); none until the invitation was accepted.
    pub password_hash: Option<String>,
    /// The secret of the second factor, sealed; none if there is no second factor.
    pub totp_sealed: Option<Vec<u8>>,
    /// A secret whose enrolment is not finished, sealed.
    pub totp_pending_sealed: Option<Vec<u8>>,
    /// The last time step whose code was used: a code works once (RFC 6238, 5.2).
    pub totp_last_step: Option<i64>,
    /// When their credentials last changed. Older links to join or reset the password are void.
    pub credentials_changed_at: Time,
    /// When they were last invited.
    pub invited_at: Time,
    /// When they accepted the invitation.
    pub joined_at: Option<Time>,
    /// Since when they have no access.
    pub deactivated_at: Option<Time>,
    /// Counts changes, for optimistic concurrency.
    pub version: i32,
    /// When it was created.
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
