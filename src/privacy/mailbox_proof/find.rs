//! From a signed link to its proof. Changes nothing.

use chrono::DateTime;
use entity::{MailboxProofId, MailboxProofKind, MailboxProofState, Time, contact_address, mailbox_proof};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::{
    app::App,
    contacts::find_contact,
    error::Result,
    link_uses::Use,
    platform::{tokens::Link, vault::Vault},
};

/// The proof behind a signed link, with its contact (the survivor, after a merge), while it is good.
/// `None`: not one of our links, expired, ended, or its contact was erased or no longer has this mailbox.
/// The caller checks that its `kind` is the one that it serves.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn find_proof(app: &App, token: &str) -> Result<Option<mailbox_proof::Model>> {
    // Forged: no database call.
    let Some(link) = app.vault.verify(Use::ProveMailbox, token) else { return Ok(None) };
    good_proof(app.db(), &link, app.now()).await
}

/// The token of a proof's link, for the pages behind it.
#[must_use]
pub fn link_of(vault: &Vault, row: &mailbox_proof::Model) -> String {
    let extra = row.expires_at.timestamp_millis().to_be_bytes().to_vec();
    vault.sign(Use::ProveMailbox, &Link { workspace: row.workspace_id, row: row.id.0, extra })
}

/// The proof of a verified link, while it is good.
pub(super) async fn good_proof(
    db: &impl ConnectionTrait,
    link: &Link,
    now: Time,
) -> Result<Option<mailbox_proof::Model>> {
    let Some(until) = end_of(link).filter(|until| *until > now) else { return Ok(None) };
    let row = mailbox_proof::Entity::find_by_id((link.workspace, MailboxProofId(link.row))).one(db).await?;
    let Some(mut row) = row.filter(|row| is_open(row, now)) else { return Ok(None) };
    // Of several mails with the same question, each link has an end of its own.
    row.expires_at = row.expires_at.min(until);
    let Some(contact) = row.contact_id else { return Ok(Some(row)) };
    let Some(contact) = find_contact(db, link.workspace, contact).await? else { return Ok(None) };
    row.contact_id = Some(contact.id);
    // A new address belongs to nobody yet; any other proof ends when the mailbox is taken from the contact.
    if row.kind == MailboxProofKind::ChangeAddress {
        return Ok(Some(row));
    }
    let theirs = contact_address::Entity::find()
        .filter(contact_address::Column::WorkspaceId.eq(link.workspace))
        .filter(contact_address::Column::ContactId.eq(contact.id))
        .filter(contact_address::Column::Fingerprint.eq(row.fingerprint.clone()))
        .one(db)
        .await?;
    Ok(theirs.map(|_| row))
}

/// The end that stands in a link.
pub(super) fn end_of(link: &Link) -> Option<Time> {
    let millis = i64::from_be_bytes(link.extra.as_slice().try_into().ok()?);
    DateTime::from_timestamp_millis(millis)
}

/// Whether its link works, as far as the row alone says.
pub(super) fn is_open(row: &mailbox_proof::Model, now: Time) -> bool {
    row.state != MailboxProofState::Ended && row.sealed.is_some() && row.expires_at > now
}
