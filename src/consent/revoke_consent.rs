//! The controller ends a consent.

use entity::{ConsentId, ConsentState, RevocationReason, WorkspaceId, consent};

use super::{find_consents::find_consent, lock_person::lock_person, state};
use crate::{
    accounts::{Right, allow},
    app::App,
    error::{Error, Result},
    platform::{actor::Actor, work::Entry},
};

/// Ends a consent as the controller, because its proof is insufficient or its purpose has ended.
///
/// # Errors
/// `NotFound` when there is no such consent; `Forbidden` without the right.
pub async fn revoke_consent(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: ConsentId,
    reason: RevocationReason,
) -> Result<consent::Model> {
    allow(actor, Right::RevokeConsent)?;
    let row = find_consent(app.db(), workspace, id).await?.ok_or(Error::NotFound)?;
    let mut work = app.begin(workspace, actor).await?;
    lock_person(&work, row.contact_id).await?.ok_or(Error::NotFound)?;
    let row = find_consent(work.db(), workspace, id).await?.ok_or(Error::NotFound)?;
    state::end(&mut work, &row, ConsentState::Revoked, Entry::new("consent.revoked").with("reason", reason))
        .await?;
    work.commit().await?;
    find_consent(app.db(), workspace, id).await?.ok_or(Error::NotFound)
}
