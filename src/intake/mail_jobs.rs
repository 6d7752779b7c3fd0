//! Payloads of the jobs that send this room's e-mails.

use entity::{ContactAddressId, FormVersionId, OptInId, PurposeId, WorkspaceId};
use serde::{Deserialize, Serialize};

use crate::platform::outbox::Job;

/// Asks a mailbox to confirm. Highest priority in the queue.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendConfirmOptIn {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The opt-in.
    pub opt_in: OptInId,
}

/// Confirms what the person agreed to, and how to withdraw.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendOptInReceipt {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The opt-in that was confirmed.
    pub opt_in: OptInId,
    /// The address that confirmed.
    pub address: ContactAddressId,
}

/// Tells that nothing changed.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendAlreadySubscribed {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The recipient's address.
    pub address: ContactAddressId,
    /// The version that was shown; jobs of older Accord versions do not have it.
    #[serde(default)]
    pub form_version: Option<FormVersionId>,
}

/// Confirms receipt of a request on another legal basis than consent.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendRequestReceived {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The recipient's address.
    pub address: ContactAddressId,
    /// The purpose.
    pub purpose: PurposeId,
    /// The version that was shown; jobs of older Accord versions do not have it.
    #[serde(default)]
    pub form_version: Option<FormVersionId>,
}

impl Job for SendConfirmOptIn {
    const KIND: &'static str = "send_confirm_opt_in";
    const PRIORITY: i32 = 5;
}

impl Job for SendOptInReceipt {
    const KIND: &'static str = "send_opt_in_receipt";
    const PRIORITY: i32 = 20;
}

impl Job for SendAlreadySubscribed {
    const KIND: &'static str = "send_already_subscribed";
    const PRIORITY: i32 = 20;
}

impl Job for SendRequestReceived {
    const KIND: &'static str = "send_request_received";
    const PRIORITY: i32 = 20;
}
