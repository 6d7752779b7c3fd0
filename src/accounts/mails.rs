//! The mails of this room, as jobs in the queue.

use crate::platform::outbox::Job;
use entity::{MemberId, WorkspaceId};
use serde::{Deserialize, Serialize};

/// Invites somebody to join.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendInvitation {
    /// Whose.
    pub workspace: WorkspaceId,
    /// Whom.
    pub member: MemberId,
}

/// Gives a link for a new password to whoever has this mailbox, if they are a member.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendPasswordReset {
    /// Whose.
    pub workspace: WorkspaceId,
    /// The mailbox's keyed fingerprint, in hex.
    pub fingerprint: String,
}

/// Tells a member what changed about their account.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendAccountNotice {
    /// Whose.
    pub workspace: WorkspaceId,
    /// Whom.
    pub member: MemberId,
    /// What changed.
    pub what: Notice,
}

/// What changed about an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    /// The password is another.
    PasswordChanged,
    /// A second factor is needed from now on.
    SecondFactorEnrolled,
    /// No second factor is needed any more.
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
