//! Staff record that a person withdrew a consent.

use entity::{ConsentId, SuppressionReason, WithdrawalReason, WorkspaceId, consent};

use super::{
    find_consents::find_consent,
    lock_person::lock_person,
    stop::{Scope, stop},
};
use crate::{
    accounts::{Right, allow},
    app::App,
    error::{Error, Result},
    platform::{actor::Actor, work::Entry},
};

/// Records, by staff, that the person withdrew a consent.
///
/// # Errors
/// `NotFound` when there is no such consent; `Forbidden` without the right.
pub async fn withdraw_consent(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: ConsentId,
    reason: WithdrawalReason,
) -> Result<consent::Model> {
    allow(actor, Right::WithdrawConsent)?;
    let row = find_consent(app.db(), workspace, id).await?.ok_or(Error::NotFound)?;
    let mut work = app.begin(workspace, actor).await?;
    let (contact, addresses) = lock_person(&work, row.contact_id).await?.ok_or(Error::NotFound)?;
    let kind = if reason == WithdrawalReason::Objection {
        SuppressionReason::Objected
    } else {
        SuppressionReason::Withdrawn
    };
    let entry = || Entry::new("consent.withdrawn").with("method", "staff").with("reason", reason);
    stop(&mut work, contact.id, &addresses, Scope::One(row.purpose_id, row.channel), kind, &entry).await?;
    work.commit().await?;
    find_consent(app.db(), workspace, id).await?.ok_or(Error::NotFound)
}
