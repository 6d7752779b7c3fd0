//! The certificate of an erasure: what was erased, what is held, why and until when, what the residue scan
//! found, and who is to be told. Ids and numbers only.

use std::collections::{BTreeMap, HashMap};

use entity::{
    ContactId, ErasureId, RecipientId, RecipientNoticeKind, RecipientNoticeState, WorkspaceId, erasure,
    recipient, recipient_notice,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::archive::Held;
use crate::error::Result;

/// A column in which the person was still found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Residue {
    /// `table.column`.
    pub column: String,
    /// In how many values.
    pub values: i64,
}

/// A recipient who is to be told of the erasure (Art. 19).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToTell {
    /// The recipient.
    pub recipient: RecipientId,
    /// Their name.
    pub name: String,
    /// Whether they were told, and acknowledged.
    pub state: RecipientNoticeState,
}

/// What a certificate states.
#[derive(Clone, Debug)]
pub struct Certificate {
    /// The erasure: when, why, which contact.
    pub erasure: erasure::Model,
    /// Rows that were deleted or emptied, by table.
    pub erased: BTreeMap<String, i64>,
    /// What is held, why and until when.
    pub held: Vec<Held>,
    /// What the scan found; none while it has not ended.
    pub residues: Option<Vec<Residue>>,
    /// Who is to be told.
    pub recipients: Vec<ToTell>,
}

/// What is held of an erased contact.
///
/// # Errors
/// `Internal` when the row does not read.
pub fn held_of(row: &erasure::Model) -> Result<Vec<Held>> {
    Ok(serde_json::from_str(&row.held)?)
}

/// What the scan found; none while it has not ended.
///
/// # Errors
/// `Internal` when the row does not read.
pub fn residues_of(row: &erasure::Model) -> Result<Option<Vec<Residue>>> {
    let Some(text) = row.residues.as_deref().filter(|_| row.scanned_at.is_some()) else { return Ok(None) };
    let found: BTreeMap<String, i64> = serde_json::from_str(text)?;
    Ok(Some(found.into_iter().map(|(column, values)| Residue { column, values }).collect()))
}

/// Who is to be told of the erasure of these contacts.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn to_tell_of(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    contacts: &[ContactId],
) -> Result<HashMap<ContactId, Vec<ToTell>>> {
    let notices = recipient_notice::Entity::find()
        .filter(recipient_notice::Column::WorkspaceId.eq(workspace))
        .filter(recipient_notice::Column::ContactId.is_in(contacts.iter().copied()))
        .filter(recipient_notice::Column::Kind.eq(RecipientNoticeKind::Erasure))
        .order_by_asc(recipient_notice::Column::Id)
        .all(db)
        .await?;
    let known = recipient::Entity::find()
        .filter(recipient::Column::WorkspaceId.eq(workspace))
        .filter(recipient::Column::Id.is_in(notices.iter().map(|notice| notice.recipient_id)))
        .all(db)
        .await?;
    let mut told: HashMap<ContactId, Vec<ToTell>> =
        contacts.iter().map(|contact| (*contact, Vec::new())).collect();
    for notice in notices {
        let Some(recipient) = known.iter().find(|one| one.id == notice.recipient_id) else { continue };
        told.entry(notice.contact_id).or_default().push(ToTell {
            recipient: recipient.id,
            name: recipient.name.clone(),
            state: notice.state,
        });
    }
    Ok(told)
}

/// Rows that were deleted or emptied, by table.
///
/// # Errors
/// `Internal` when the row does not read.
pub fn erased_of(row: &erasure::Model) -> Result<BTreeMap<String, i64>> {
    Ok(serde_json::from_str(&row.counts)?)
}

/// The certificate of an erasure; none when there is no such erasure.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn certificate_of(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    erasure: ErasureId,
) -> Result<Option<Certificate>> {
    let Some(row) = erasure::Entity::find_by_id((workspace, erasure)).one(db).await? else { return Ok(None) };
    let mut recipients = to_tell_of(db, workspace, &[row.contact_id]).await?;
    Ok(Some(Certificate {
        erased: erased_of(&row)?,
        held: held_of(&row)?,
        residues: residues_of(&row)?,
        recipients: recipients.remove(&row.contact_id).unwrap_or_default(),
        erasure: row,
    }))
}
