//! Payload of the job that tells a person that a restriction is about to be lifted.

use entity::{RestrictionId, WorkspaceId};
use serde::{Deserialize, Serialize};

use crate::platform::outbox::Job;

/// Tells the person, and lifts the restriction.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendRestrictionLifting {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The restriction.
    pub restriction: RestrictionId,
}

impl Job for SendRestrictionLifting {
    const KIND: &'static str = "send_restriction_lifting";
    const PRIORITY: i32 = 20;
}
