//! Payloads of the jobs that make copies and hand them over: ids and enums only.

use entity::{PackageId, TransferCategory, TransferId, WorkspaceId};
use serde::{Deserialize, Serialize};

use crate::platform::outbox::Job;

/// Builds a package.
#[derive(Debug, Serialize, Deserialize)]
pub struct BuildPackage {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The package.
    pub package: PackageId,
    /// The transfer it is for; none when it is for the person.
    #[serde(default)]
    pub transfer: Option<Passing>,
}

/// What is passed on.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Passing {
    /// The transfer.
    pub transfer: TransferId,
    /// The categories that the person authorised.
    pub scope: Vec<TransferCategory>,
}

/// Sends a package's link to its person.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendPackageReady {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The package.
    pub package: PackageId,
}

/// Sends a transfer's link to its recipient: its file is ready.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendTransferLink {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The transfer.
    pub transfer: TransferId,
}

impl Job for BuildPackage {
    const KIND: &'static str = "build_package";
    const PRIORITY: i32 = 40;
}

impl Job for SendPackageReady {
    const KIND: &'static str = "send_package_ready";
    const PRIORITY: i32 = 20;
}

impl Job for SendTransferLink {
    const KIND: &'static str = "send_transfer_link";
    const PRIORITY: i32 = 20;
}
