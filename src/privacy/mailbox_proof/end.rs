//! Ends proofs: their links stop working, and what was sealed is gone.

use entity::{ContactId, KeyOwner, MailboxProofState, WorkspaceId, contact_address, data_key, mailbox_proof};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, sea_query::Expr};

use crate::{
    contacts::every_id_of,
    error::Result,
    platform::work::{Entry, Work},
};

/// Ends one proof.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn end_proof(work: &mut Work, row: &mailbox_proof::Model, reason: &'static str) -> Result<()> {
    destroy(work, std::slice::from_ref(row)).await?;
    work.record(Entry::new("mailbox_proof.ended").on(row.id).with("reason", reason));
    Ok(())
}

/// Ends every proof of a contact, and of their mailboxes: the rows are deleted, with their keys, so links
/// stop working. Called by an erasure while the contact's addresses and aliases still exist; the erasure's
/// entry says it.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn end_proofs(work: &Work, workspace: WorkspaceId, contact: ContactId) -> Result<()> {
    let ids = every_id_of(work.db(), workspace, contact).await?;
    let mailboxes: Vec<Vec<u8>> = contact_address::Entity::find()
        .select_only()
        .column(contact_address::Column::Fingerprint)
        .filter(contact_address::Column::WorkspaceId.eq(workspace))
        .filter(contact_address::Column::ContactId.is_in(ids.iter().copied()))
        .into_tuple()
        .all(work.db())
        .await?;
    let theirs = Condition::any()
        .add(mailbox_proof::Column::ContactId.is_in(ids))
        .add(mailbox_proof::Column::Fingerprint.is_in(mailboxes));
    let rows = mailbox_proof::Entity::find()
        .filter(mailbox_proof::Column::WorkspaceId.eq(workspace))
        .filter(theirs)
        .all(work.db())
        .await?;
    if rows.is_empty() {
        return Ok(());
    }
    destroy_keys(work, &rows).await?;
    mailbox_proof::Entity::delete_many()
        .filter(mailbox_proof::Column::WorkspaceId.eq(workspace))
        .filter(mailbox_proof::Column::Id.is_in(rows.iter().map(|row| row.id)))
        .exec(work.db())
        .await?;
    Ok(())
}

/// Destroys what these proofs sealed, and marks them as ended.
pub(super) async fn destroy(work: &Work, rows: &[mailbox_proof::Model]) -> Result<()> {
    destroy_keys(work, rows).await?;
    mailbox_proof::Entity::update_many()
        .col_expr(mailbox_proof::Column::State, Expr::value(MailboxProofState::Ended))
        .col_expr(mailbox_proof::Column::Sealed, Expr::value(Option::<Vec<u8>>::None))
        .col_expr(mailbox_proof::Column::DecidedAt, Expr::value(work.now()))
        .filter(mailbox_proof::Column::WorkspaceId.eq(work.workspace()))
        .filter(mailbox_proof::Column::Id.is_in(rows.iter().map(|row| row.id)))
        .exec(work.db())
        .await?;
    Ok(())
}

async fn destroy_keys(work: &Work, rows: &[mailbox_proof::Model]) -> Result<()> {
    work.destroys();
    data_key::Entity::delete_many()
        .filter(data_key::Column::WorkspaceId.eq(work.workspace()))
        .filter(data_key::Column::OwnerKind.eq(KeyOwner::MailboxProof))
        .filter(data_key::Column::OwnerId.is_in(rows.iter().map(|row| row.id.0)))
        .exec(work.db())
        .await?;
    Ok(())
}
