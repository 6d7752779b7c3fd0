//! The mails of this room, as jobs in the queue.

use entity::{ContactAddressId, FormVersionId, OptInId, PurposeId, WorkspaceId};
use serde::{Deserialize, Serialize};

use crate::platform::outbox::Job;

/// Asks a mailbox whether it asked. Before everything else in the queue.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendConfirmOptIn {
    /// Whose.
    pub workspace: WorkspaceId,
    /// Which question.
    pub opt_in: OptInId,
}

/// Tells what was agreed to, and how to withdraw.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendOptInReceipt {
    /// Whose.
    pub workspace: WorkspaceId,
    /// Which question was answered.
    pub opt_in: OptInId,
    /// The address that answered.
    pub address: ContactAddressId,
}

/// Tells that nothing changed.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendAlreadySubscribed {
    /// Whose.
    pub workspace: WorkspaceId,
    /// To which address.
    pub address: ContactAddressId,
    /// The form as it was shown; jobs of older versions do not say.
    #[serde(default)]
    pub form_version: Option<FormVersionId>,
}

/// Tells that a request on another basis than consent has arrived.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendRequestReceived {
    /// Whose.
    pub workspace: WorkspaceId,
    /// To which address.
    pub address: ContactAddressId,
    /// For what.
    pub purpose: PurposeId,
    /// The form as it was shown; jobs of older versions do not say.
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
