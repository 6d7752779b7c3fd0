//! What a question holds: the address, and what was asked for. Sealed with a key of its own.

use entity::{EmailAddress, KeyOwner, MailboxProofId, WorkspaceId, mailbox_proof};
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    error::Result,
    platform::{
        data_keys,
        vault::{DataKey, Place, Vault},
    },
};

/// What is sealed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Content {
    /// The mailbox: local part as typed.
    email: String,
    /// What was asked for beside.
    pub extra: Value,
}

impl Content {
    pub(super) fn new(email: &EmailAddress, extra: Value) -> Self {
        Self { email: email.as_entered().to_owned(), extra }
    }

    /// The mailbox.
    #[must_use]
    pub fn email(&self) -> EmailAddress {
        EmailAddress::kept(&self.email)
    }

    pub(super) fn seal(&self, key: &DataKey, workspace: WorkspaceId, id: MailboxProofId) -> Result<Vec<u8>> {
        Ok(key.seal(&place(workspace, id), &serde_json::to_vec(self)?)?)
    }
}

/// The content of a proof; none once it was destroyed.
///
/// # Errors
/// `Busy` when the database is unreachable; `Internal` when the row was moved or changed.
pub async fn open_proof(
    db: &impl ConnectionTrait,
    vault: &Vault,
    row: &mailbox_proof::Model,
) -> Result<Option<Content>> {
    Ok(open_with_key(db, vault, row).await?.map(|(content, _)| content))
}

/// The same with the key, for what else is sealed with it.
pub(super) async fn open_with_key(
    db: &impl ConnectionTrait,
    vault: &Vault,
    row: &mailbox_proof::Model,
) -> Result<Option<(Content, DataKey)>> {
    let Some(sealed) = &row.sealed else { return Ok(None) };
    let Some(key) = data_keys::find(db, vault, row.workspace_id, KeyOwner::MailboxProof, row.id.0).await?
    else {
        return Ok(None);
    };
    let plain = key.open(&place(row.workspace_id, row.id), sealed)?;
    Ok(Some((serde_json::from_slice(&plain)?, key)))
}

fn place(workspace: WorkspaceId, id: MailboxProofId) -> Place {
    Place { workspace, table: "mailbox_proof", column: "sealed", row: id.0 }
}
