//! Payload of the job that tells a person that a protected value of theirs was changed or revealed; the room
//! `contacts` runs it.

use entity::{ContactId, WorkspaceId};
use serde::{Deserialize, Serialize};

use crate::platform::outbox::Job;

/// What the person is told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    /// A value was changed.
    Changed,
    /// A value was revealed.
    Revealed,
}

/// Sends the person a notice.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendValueNotice {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The contact.
    pub contact: ContactId,
    /// What happened.
    pub told: Told,
}

impl Job for SendValueNotice {
    const KIND: &'static str = "send_value_notice";
    const PRIORITY: i32 = 20;
}
