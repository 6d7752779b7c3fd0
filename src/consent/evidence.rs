//! The personal part of a proof, sealed; the journal entry contains a commitment to it.

use std::collections::BTreeMap;

use entity::{ContactId, DataKeyId, EntryId, EvidenceId, KeyOwner, WorkspaceId, data_key, evidence};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde::{Deserialize, Serialize};

use crate::{
    error::Result,
    platform::{
        origin::in_letters,
        vault::{DataKey, Place, Vault},
        work::{Entry, Work},
    },
};

/// Details of a confirmation that only the person and the data protection officer may see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The page that showed the form.
    pub page: Page,
    /// The language of the form.
    pub language: String,
    /// Browser family that submitted the form.
    pub submitted_with: String,
    /// Browser family that confirmed; empty without a confirmation.
    pub confirmed_with: String,
    /// Seconds between the e-mail and the click.
    pub seconds_after_mail: Option<i64>,
    /// The mailbox that proved it, as it was entered.
    pub mailbox: String,
}

/// Seals evidence and adds the commitment to its entry, which the caller still has to record.
pub async fn attach(
    work: &Work,
    key: &DataKey,
    contact: ContactId,
    entry: Entry,
    evidence: &Evidence,
) -> Result<Entry> {
    let id = EvidenceId::new();
    let plain = serde_json::to_vec(evidence)?;
    let row = evidence::ActiveModel {
        workspace_id: Set(work.workspace()),
        id: Set(id),
        entry_id: Set(entry.id()),
        contact_id: Set(Some(contact)),
        data_key_id: Set(key.id),
        sealed: Set(key.seal(&place(work.workspace(), id), &plain)?),
    };
    evidence::Entity::insert(row).exec_without_returning(work.db()).await?;
    Ok(entry.committing(key.commitment(&plain)))
}

/// Decrypts the evidence of entries; those whose key was destroyed are missing.
///
/// # Errors
/// `Internal` when a row cannot be decrypted.
pub async fn open(
    db: &impl ConnectionTrait,
    vault: &Vault,
    workspace: WorkspaceId,
    entries: Vec<EntryId>,
) -> Result<Vec<(EntryId, Evidence)>> {
    let rows = evidence::Entity::find()
        .filter(evidence::Column::WorkspaceId.eq(workspace))
        .filter(evidence::Column::EntryId.is_in(entries))
        .all(db)
        .await?;
    let mut opened = Vec::with_capacity(rows.len());
    for row in rows {
        if let Some(key) = load_key(db, vault, workspace, row.data_key_id).await? {
            let plain = key.open(&place(workspace, row.id), &row.sealed)?;
            opened.push((row.entry_id, serde_json::from_slice(&plain)?));
        }
    }
    Ok(opened)
}

/// Transfers the key of an e-mail or submission to the contact, so that destroying the contact's keys
/// destroys this too.
pub async fn hand_over(work: &Work, key: DataKeyId, contact: ContactId) -> Result<()> {
    data_key::Entity::update_many()
        .col_expr(data_key::Column::OwnerKind, Expr::value(KeyOwner::Contact))
        .col_expr(data_key::Column::OwnerId, Expr::value(contact.0))
        .filter(data_key::Column::WorkspaceId.eq(work.workspace()))
        .filter(data_key::Column::Id.eq(key))
        .exec(work.db())
        .await?;
    Ok(())
}

fn place(workspace: WorkspaceId, id: EvidenceId) -> Place {
    Place { workspace, table: "evidence", column: "sealed", row: id.0 }
}

/// The page that showed a form, without anything that could identify a person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// Scheme, host and port; empty when unknown.
    pub origin: String,
    /// Path.
    pub path: String,
    /// Only `utm_source`, `utm_medium`, `utm_campaign`, `utm_term` and `utm_content`.
    pub utm: BTreeMap<String, String>,
}

impl Page {
    /// The host in readable form; empty when unknown.
    #[must_use]
    pub fn site(&self) -> String {
        url::Url::parse(&self.origin).ok().and_then(|url| url.host_str().map(in_letters)).unwrap_or_default()
    }

    /// The URL in readable form; empty when unknown.
    #[must_use]
    pub fn address(&self) -> String {
        let Ok(url) = url::Url::parse(&self.origin) else { return String::new() };
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        format!("{}://{}{port}{}", url.scheme(), self.site(), self.path)
    }
}

/// Loads a data key; `None` when it was destroyed.
///
/// # Errors
/// `Internal` when it cannot be decrypted.
pub async fn load_key(
    db: &impl ConnectionTrait,
    vault: &Vault,
    workspace: WorkspaceId,
    id: DataKeyId,
) -> Result<Option<DataKey>> {
    match data_key::Entity::find_by_id((workspace, id)).one(db).await? {
        Some(row) => Ok(Some(vault.open_data_key(workspace, id, &row.wrapped)?)),
        None => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_named_in_the_letters_of_its_language() {
        let page = |origin: &str| Page {
            origin: origin.to_owned(),
            path: "/offre".to_owned(),
            utm: BTreeMap::new(),
        };
        let shown = page("https://xn--socit-esab.example:8443");
        assert_eq!(
            (shown.site().as_str(), shown.address().as_str()),
            ("société.example", "https://société.example:8443/offre")
        );
        assert_eq!(page("https://www.example.org").address(), "https://www.example.org/offre");
        assert_eq!((Page::default().site(), Page::default().address()), (String::new(), String::new()));
    }
}
