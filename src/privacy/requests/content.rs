//! What the person and staff wrote about a request, sealed with a key that belongs to the request: it
//! outlives an erasure of the contact, and ends with the file.

use entity::{EmailAddress, KeyOwner, RequestId, RequestStepId, WorkspaceId, request};
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};

use crate::{
    error::Result,
    platform::{
        data_keys,
        vault::{DataKey, Place, Vault},
    },
};

/// Who asked, and what they wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// Where to answer; empty when unknown.
    pub email: String,
    /// Who asks, as they wrote it; may be empty.
    pub name: String,
    /// What they wrote; may be empty.
    pub message: String,
}

impl Content {
    /// The mailbox to answer, if there is one.
    #[must_use]
    pub fn mailbox(&self) -> Option<EmailAddress> {
        (!self.email.is_empty()).then(|| EmailAddress::kept(&self.email))
    }

    pub(super) fn seal(&self, key: &DataKey, workspace: WorkspaceId, id: RequestId) -> Result<Vec<u8>> {
        Ok(key.seal(&place(workspace, id), &serde_json::to_vec(self)?)?)
    }

    pub(super) fn open(key: &DataKey, row: &request::Model) -> Result<Option<Self>> {
        let Some(sealed) = &row.sealed else { return Ok(None) };
        let plain = key.open(&place(row.workspace_id, row.id), sealed)?;
        Ok(Some(serde_json::from_slice(&plain)?))
    }
}

/// Seals the text of a step; none when there is none.
pub(super) fn seal_step(
    key: &DataKey,
    workspace: WorkspaceId,
    id: RequestStepId,
    text: &str,
) -> Result<Option<Vec<u8>>> {
    if text.is_empty() {
        return Ok(None);
    }
    Ok(Some(key.seal(&step_place(workspace, id), text.as_bytes())?))
}

/// The text of a step; empty when there is none.
pub(super) fn open_step(
    key: &DataKey,
    workspace: WorkspaceId,
    id: RequestStepId,
    sealed: Option<&[u8]>,
) -> Result<String> {
    let Some(sealed) = sealed else { return Ok(String::new()) };
    Ok(String::from_utf8_lossy(&key.open(&step_place(workspace, id), sealed)?).into_owned())
}

/// The content of a request with its key; none once its file was destroyed.
///
/// # Errors
/// `Busy` when the database is unreachable; `Internal` when the row was moved or changed.
pub(super) async fn open_request_file(
    db: &impl ConnectionTrait,
    vault: &Vault,
    row: &request::Model,
) -> Result<Option<(Content, DataKey)>> {
    let Some(key) = data_keys::find(db, vault, row.workspace_id, KeyOwner::Request, row.id.0).await? else {
        return Ok(None);
    };
    Ok(Content::open(&key, row)?.map(|content| (content, key)))
}

fn place(workspace: WorkspaceId, id: RequestId) -> Place {
    Place { workspace, table: "request", column: "sealed", row: id.0 }
}

fn step_place(workspace: WorkspaceId, id: RequestStepId) -> Place {
    Place { workspace, table: "request_step", column: "sealed", row: id.0 }
}
