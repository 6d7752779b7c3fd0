//! The person unsubscribes by the link in an e-mail: on the page behind it, or with one click in their mail
//! program.

use entity::{
    Channel, ContactId, PurposeId, SuppressionReason, WorkspaceId, contact, contact_address, purpose,
    suppression,
};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, sea_query::Expr};

use super::{
    lock_person::lock_person,
    state,
    stop::{Scope, Stopped, StoppedOne, meant, stop},
};
use crate::{
    app::App,
    contacts::find_contact,
    error::Result,
    link_uses::Use,
    platform::{
        actor::Actor,
        work::{Entry, Work},
    },
};

/// The person stops something. `scope` none: what the link's mail was about. Safe to repeat; says what
/// changed.
///
/// # Errors
/// `Busy` when the database is unavailable.
pub async fn unsubscribe(
    app: &App,
    token: &str,
    scope: Option<&str>,
    method: &'static str,
) -> Result<Option<Stopped>> {
    let Some(link) = app.vault.verify(Use::Unsubscribe, token) else { return Ok(None) };
    let contact = ContactId(link.row);
    let named = <[u8; 16]>::try_from(link.extra.as_slice())
        .ok()
        .map(|bytes| PurposeId(uuid::Uuid::from_bytes(bytes)));
    let scope = match scope {
        None => named.map_or(Scope::All, Scope::Purpose),
        Some("all") => Scope::All,
        Some(key) => match one_scope(app, link.workspace, key).await? {
            Some(scope) => scope,
            None => return Ok(None),
        },
    };
    unsubscribe_contact(app, link.workspace, contact, scope, method).await
}

/// The person stops something, by a link that the caller has checked. Safe to repeat; says what changed.
/// `None`: there is no such contact.
///
/// # Errors
/// `Busy` when the database is unavailable.
pub async fn unsubscribe_contact(
    app: &App,
    workspace: WorkspaceId,
    contact: ContactId,
    scope: Scope,
    method: &'static str,
) -> Result<Option<Stopped>> {
    if let Some(stopped) = stopped_before(app, workspace, contact, scope).await? {
        return Ok(Some(stopped));
    }
    let mut work = app.begin(workspace, Actor::Contact(contact)).await?;
    // A link signed for a contact who was merged since applies to the survivor.
    let Some((contact, addresses)) = lock_person(&work, contact).await? else { return Ok(None) };
    let contact = contact.id;
    work.act_as(Actor::Contact(contact));
    let entry = || Entry::new("consent.withdrawn").with("method", method);
    let stopped = stop(&mut work, contact, &addresses, scope, SuppressionReason::Withdrawn, &entry).await?;
    if work.has_entries() {
        touch(&work, contact).await?;
        work.commit().await?;
    }
    Ok(Some(stopped))
}

/// The person has acted.
pub(super) async fn touch(work: &Work, contact: ContactId) -> Result<()> {
    contact::Entity::update_many()
        .col_expr(contact::Column::LastContactAt, Expr::value(work.now()))
        .filter(contact::Column::WorkspaceId.eq(work.workspace()))
        .filter(contact::Column::Id.eq(contact))
        .exec(work.db())
        .await?;
    Ok(())
}

/// The link's scope if all of it was stopped before: then nothing is locked or written, as mail providers
/// repeat one-click requests for the same e-mail. `None`: there is something to do.
async fn stopped_before(
    app: &App,
    workspace: WorkspaceId,
    contact: ContactId,
    scope: Scope,
) -> Result<Option<Stopped>> {
    let Some(contact) = find_contact(app.db(), workspace, contact).await? else { return Ok(None) };
    let (rows, scopes) = meant(state::of_contact(app.db(), workspace, contact.id).await?, scope);
    if rows.iter().any(|row| !state::is_denial(row.state)) {
        return Ok(None);
    }
    let addresses = contact_address::Entity::find()
        .filter(contact_address::Column::WorkspaceId.eq(workspace))
        .filter(contact_address::Column::ContactId.eq(contact.id))
        .all(app.db())
        .await?;
    let known = suppression::Entity::find()
        .filter(suppression::Column::WorkspaceId.eq(workspace))
        .filter(
            suppression::Column::Fingerprint
                .is_in(addresses.iter().map(|address| address.fingerprint.clone())),
        )
        .filter(suppression::Column::Scope.is_in(&scopes))
        .count(app.db())
        .await?;
    let before =
        rows.iter().map(|row| StoppedOne { purpose: row.purpose_id, channel: row.channel }).collect();
    let stopped =
        Stopped { workspace, contact: contact.id, now: Vec::new(), before, everything: scope == Scope::All };
    Ok((known == (addresses.len() * scopes.len()) as u64).then_some(stopped))
}

async fn one_scope(app: &App, workspace: WorkspaceId, key: &str) -> Result<Option<Scope>> {
    let Some((purpose, channel)) = key.split_once(':') else { return Ok(None) };
    let Ok(channel) = channel.to_uppercase().parse::<Channel>() else { return Ok(None) };
    let row = purpose::Entity::find()
        .filter(purpose::Column::WorkspaceId.eq(workspace))
        .filter(purpose::Column::Key.eq(purpose))
        .one(app.db())
        .await?;
    Ok(row.map(|row| Scope::One(row.id, channel)))
}
