//! Payload of the job that tells a person of a step of their request.

use entity::{RequestStepId, WorkspaceId};
use serde::{Deserialize, Serialize};

use crate::platform::outbox::Job;

/// Tells the person of a step.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendRequestMail {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The step.
    pub step: RequestStepId,
}

impl Job for SendRequestMail {
    const KIND: &'static str = "send_request_mail";
    const PRIORITY: i32 = 20;
}
