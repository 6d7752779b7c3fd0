//! Staff asked who made a request that reached them another way: the mailbox answers on this page (GDPR
//! Art. 12(6)).

use entity::{RequestState, mailbox_proof, request};
use sea_orm::EntityTrait;

use super::proof_of;
use crate::{
    app::App,
    error::Result,
    platform::actor::Actor,
    privacy::{
        mailbox_proof::{answer_proof, open_proof},
        requests::identity_proven,
    },
};

/// The request that waits for this mailbox to say that it is theirs.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn request_to_confirm(app: &App, proof: &mailbox_proof::Model) -> Result<Option<request::Model>> {
    let content = open_proof(app.db(), &app.vault, proof).await?;
    let id = content.and_then(|content| content.extra["request"].as_str().and_then(|id| id.parse().ok()));
    let Some(id) = id else { return Ok(None) };
    let row = request::Entity::find_by_id((proof.workspace_id, id)).one(app.db()).await?;
    Ok(row.filter(|row| row.state == RequestState::IdentityPending))
}

/// The person says that the request is theirs. Twice is as once. Returns false when the link opens nothing,
/// or was not about a request.
///
/// # Errors
/// `Busy` when the database is unreachable; then nothing was stored.
pub async fn confirm_request(app: &App, token: &str) -> Result<bool> {
    let Some(proof) = proof_of(app, token).await? else { return Ok(false) };
    let mut work = app.begin(proof.workspace_id, Actor::Mailbox).await?;
    let Some(answered) = answer_proof(&mut work, &app.vault, token).await? else { return Ok(false) };
    if !answered.extra["request"].is_string() {
        return Ok(false);
    }
    let contact = answered.contact.as_ref().map(|contact| contact.id);
    Box::pin(identity_proven(&mut work, &app.vault, &answered.extra, contact)).await?;
    work.commit().await?;
    Ok(true)
}
