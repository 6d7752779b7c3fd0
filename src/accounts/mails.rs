//! The payloads of this room's mail jobs.

use crate::platform::outbox::Job;
use entity::{MemberId, WorkspaceId};
use serde::{Deserialize, Serialize};

/// Invites a person to join.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendInvitation {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The invited member.
    pub member: MemberId,
}

/// Sends a link to choose a new password to this address, if it is a member's.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendPasswordReset {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The address's keyed fingerprint, in hex.
    pub fingerprint: String,
}

/// Notifies a member of a change to their account.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendAccountNotice {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The member to notify.
    pub member: MemberId,
    /// What changed.
    pub what: Notice,
}

/// What changed about an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    /// The password was changed.
    PasswordChanged,
    /// A second factor is required from now on.
    SecondFactorEnrolled,
    /// No second factor is required any more.
    SecondFactorRemoved,
}

impl Job for SendInvitation {
    const KIND: &'static str = "send_invitation";
    const PRIORITY: i32 = 10;
}

impl Job for SendPasswordReset {
    const KIND: &'static str = "send_password_reset";
    const PRIORITY: i32 = 5;

    fn dedupe_key(&self) -> Option<String> {
        Some(format!("send_password_reset {} {}", self.workspace, self.fingerprint))
    }
}

impl Job for SendAccountNotice {
    const KIND: &'static str = "send_account_notice";
    const PRIORITY: i32 = 10;
}
