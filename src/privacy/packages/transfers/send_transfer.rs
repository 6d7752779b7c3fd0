//! Staff pass data on under an authorisation that holds: a file is made, and its recipient gets a link.

use entity::{
    AuthorisationState, TransferAuthorisationId, TransferCategory, TransferId, TransferState, WorkspaceId,
    recipient, transfer, transfer_authorisation as authorisation,
};
use sea_orm::{EntityTrait, IntoActiveModel, QuerySelect};

use crate::{
    accounts::{Right, allow},
    app::App,
    contacts::lock_contact,
    error::{Error, ProblemCode, Result},
    platform::{actor::Actor, work::Entry},
    privacy::{
        packages::{LIFE, Passing, order_package::order_for_transfer},
        recipients::transfer::is_allowed,
    },
};

/// Orders a transfer.
///
/// # Errors
/// `Forbidden` without the right; `NotFound`; `Rejected` when the person does not authorise it now.
pub async fn send_transfer(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: TransferAuthorisationId,
) -> Result<transfer::Model> {
    allow(actor, Right::ExportContacts)?;
    let found =
        authorisation::Entity::find_by_id((workspace, id)).one(app.db()).await?.ok_or(Error::NotFound)?;
    let mut work = app.begin(workspace, actor).await?;
    let contact = lock_contact(&work, found.contact_id).await?.ok_or(Error::NotFound)?;
    let row = authorisation::Entity::find_by_id((workspace, id)).lock_exclusive().one(work.db()).await?;
    let row = row.ok_or(Error::NotFound)?;
    let now = work.now();
    if row.state != AuthorisationState::Granted || now < row.valid_from || now >= row.valid_until {
        let message = "The person does not authorise this transfer: not yet, no longer, or not at all.";
        return Err(Error::rejected(ProblemCode::WrongState, "authorisationId", message));
    }
    let recipient = recipient::Entity::find_by_id((workspace, row.recipient_id)).one(work.db()).await?;
    let allowed = match &recipient {
        Some(recipient) => recipient.archived_at.is_none() && is_allowed(recipient, now)?,
        None => false,
    };
    if !allowed {
        let message = "The recipient is archived, or nothing allows a transfer to it any more.";
        return Err(Error::rejected(ProblemCode::WrongState, "authorisationId", message));
    }
    let scope: Vec<TransferCategory> = serde_json::from_str(&row.scope)?;
    let transfer = TransferId::new();
    let file = order_for_transfer(&mut work, &app.vault, contact.id, Passing { transfer, scope }).await?;
    let entry =
        Entry::new("transfer.ordered").about(contact.id).on(transfer).with("recipient", row.recipient_id);
    let row = transfer::Model {
        workspace_id: workspace,
        id: transfer,
        authorisation_id: id,
        contact_id: contact.id,
        package_id: file.id,
        state: TransferState::Building,
        created_at: now,
        expires_at: (now + LIFE).min(row.valid_until),
        pulled_at: None,
        bytes: 0,
        sha256: None,
        entry_id: work.record(entry),
    };
    transfer::Entity::insert(row.clone().into_active_model()).exec_without_returning(work.db()).await?;
    work.commit().await?;
    Ok(row)
}
