//! What a person chose in the preference centre and has not confirmed yet.

use entity::{
    MailboxProofKind, MailboxProofState, Time, consent, contact, mailbox_proof, purpose, suppression,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::Value;

use crate::{
    consent::state::{self, AskedConsent},
    error::Result,
    platform::vault::Vault,
    privacy::mailbox_proof::open_proof,
};

/// More than this many questions of one person are not looked at.
const MOST: u64 = 10;

/// A question that waits for its mailbox.
pub(super) struct Waiting {
    /// The question.
    pub proof: mailbox_proof::Model,
    /// What was chosen, as far as the person still wants it.
    pub consents: Vec<AskedConsent>,
}

/// What waits for a contact's mailboxes, the newest first.
pub(super) async fn waiting_of(
    db: &impl ConnectionTrait,
    vault: &Vault,
    contact: &contact::Model,
    now: Time,
) -> Result<Vec<Waiting>> {
    let rows = mailbox_proof::Entity::find()
        .filter(mailbox_proof::Column::WorkspaceId.eq(contact.workspace_id))
        .filter(mailbox_proof::Column::ContactId.eq(contact.id))
        .filter(mailbox_proof::Column::Kind.eq(MailboxProofKind::Subscribe))
        .filter(mailbox_proof::Column::State.eq(MailboxProofState::Waiting))
        .filter(mailbox_proof::Column::ExpiresAt.gt(now))
        .order_by_desc(mailbox_proof::Column::Id)
        .limit(MOST)
        .all(db)
        .await?;
    let mut waiting = Vec::with_capacity(rows.len());
    for proof in rows {
        let Some(content) = open_proof(db, vault, &proof).await? else { continue };
        let consents = still_wanted(db, &proof, asked_in(&content.extra)).await?;
        waiting.push(Waiting { proof, consents });
    }
    Ok(waiting)
}

/// What a question asks to agree to.
pub(super) fn asked_in(extra: &Value) -> Vec<AskedConsent> {
    let asked = extra.get("consents").cloned().unwrap_or_default();
    serde_json::from_value(asked).unwrap_or_default()
}

/// What of it the person has not decided about since, and what may still be agreed to.
pub(super) async fn still_wanted(
    db: &impl ConnectionTrait,
    proof: &mailbox_proof::Model,
    asked: Vec<AskedConsent>,
) -> Result<Vec<AskedConsent>> {
    let Some(contact) = proof.contact_id else { return Ok(Vec::new()) };
    let decided: Vec<consent::Model> = state::of_contact(db, proof.workspace_id, contact).await?;
    let open = purpose::Entity::find()
        .filter(purpose::Column::WorkspaceId.eq(proof.workspace_id))
        .filter(purpose::Column::Id.is_in(asked.iter().map(|one| one.purpose)))
        .filter(purpose::Column::ArchivedAt.is_null())
        .all(db)
        .await?;
    let stops = suppression::Entity::find()
        .filter(suppression::Column::WorkspaceId.eq(proof.workspace_id))
        .filter(suppression::Column::Fingerprint.eq(proof.fingerprint.clone()))
        .filter(suppression::Column::At.gt(proof.created_at))
        .all(db)
        .await?;
    let is_wanted = |one: &AskedConsent| {
        let scope = state::scope(one.purpose, one.channel);
        open.iter().any(|row| row.id == one.purpose)
            && !decided.iter().any(|row| {
                row.purpose_id == one.purpose && row.channel == one.channel && row.since > proof.created_at
            })
            && !stops.iter().any(|stop| [scope.as_str(), "ALL", "MARKETING"].contains(&stop.scope.as_str()))
    };
    Ok(asked.into_iter().filter(is_wanted).collect())
}
