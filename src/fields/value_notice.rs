//! The job that tells a person that a protected value of theirs was changed or looked at. Who runs it knows contacts.

use entity::{ContactId, WorkspaceId};
use serde::{Deserialize, Serialize};

use crate::platform::outbox::Job;

/// What the person is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    /// A value was changed.
    Changed,
    /// A value was revealed.
    Revealed,
}

/// Tells a person.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendValueNotice {
    /// Whose workspace.
    pub workspace: WorkspaceId,
    /// Whom.
    pub contact: ContactId,
    /// What.
    pub told: Told,
}

impl Job for SendValueNotice {
    const KIND: &'static str = "send_value_notice";
    const PRIORITY: i32 = 20;
}
