//! Ends consents: by the person (page, one-click), by staff on the person's behalf, or by the controller. A
//! withdrawal takes effect at once and leaves a fingerprint that survives an erasure.

use entity::{
    Channel, ConsentId, ConsentState, ContactId, PurposeId, RevocationReason, SuppressionReason,
    WithdrawalReason, WorkspaceId, consent, contact_address, purpose, suppression,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};

use super::{
    join::find_consent,
    lock_person::lock_person,
    state,
    subscriptions::EVERYTHING,
    suppress::{Suppressed, suppress},
};
use crate::{
    accounts::{Right, allow},
    app::App,
    contacts::find_contact,
    error::{Error, Result},
    link_uses::Use,
    platform::{
        actor::Actor,
        work::{Entry, Work},
    },
};

/// What to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Everything.
    All,
    /// One purpose on one channel.
    One(PurposeId, Channel),
    /// One purpose on all channels, as in a one-click header.
    Purpose(PurposeId),
}

/// The result of unsubscribing.
pub struct Stopped {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The contact.
    pub contact: ContactId,
    /// What was stopped now.
    pub now: Vec<StoppedOne>,
    /// What had been stopped before.
    pub before: Vec<StoppedOne>,
    /// Whether the person asked to stop everything.
    pub everything: bool,
}

/// One purpose and channel that was stopped.
#[derive(Clone, Debug)]
pub struct StoppedOne {
    /// The purpose.
    pub purpose: PurposeId,
    /// The channel.
    pub channel: Channel,
}

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
    if let Some(stopped) = stopped_before(app, link.workspace, contact, scope).await? {
        return Ok(Some(stopped));
    }
    let mut work = app.begin(link.workspace, Actor::Contact(contact)).await?;
    // A link signed for a contact who was merged since applies to the survivor.
    let Some((contact, addresses)) = lock_person(&work, contact).await? else { return Ok(None) };
    let contact = contact.id;
    work.act_as(Actor::Contact(contact));
    let entry = || Entry::new("consent.withdrawn").with("method", method);
    let stopped = stop(&mut work, contact, &addresses, scope, SuppressionReason::Withdrawn, &entry).await?;
    if work.has_entries() {
        let touch = "UPDATE contact SET last_contact_at = $3 WHERE workspace_id = $1 AND id = $2";
        let touch = crate::platform::db::sql(
            work.db(),
            touch,
            [link.workspace.into(), contact.into(), work.now().into()],
        );
        work.db().execute_raw(touch).await?;
        work.commit().await?;
    }
    Ok(Some(stopped))
}

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

/// The consents in a scope, and the names of the suppressions to add.
fn meant(rows: Vec<consent::Model>, scope: Scope) -> (Vec<consent::Model>, Vec<String>) {
    let rows: Vec<consent::Model> = rows
        .into_iter()
        .filter(|row| match scope {
            Scope::All => true,
            Scope::One(purpose, channel) => row.purpose_id == purpose && row.channel == channel,
            Scope::Purpose(purpose) => row.purpose_id == purpose,
        })
        .collect();
    let mut scopes: Vec<String> = rows.iter().map(|row| state::scope(row.purpose_id, row.channel)).collect();
    match scope {
        Scope::One(purpose, channel) => scopes.push(state::scope(purpose, channel)),
        Scope::All => scopes.push(EVERYTHING.to_owned()),
        Scope::Purpose(_) => {}
    }
    scopes.sort_unstable();
    scopes.dedup();
    (rows, scopes)
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

/// Stops this scope. The caller holds the locks of the contact and these addresses.
async fn stop(
    work: &mut Work,
    contact: ContactId,
    addresses: &[contact_address::Model],
    scope: Scope,
    reason: SuppressionReason,
    entry: &(dyn Fn() -> Entry + Sync),
) -> Result<Stopped> {
    let mut stopped = Stopped {
        workspace: work.workspace(),
        contact,
        now: Vec::new(),
        before: Vec::new(),
        everything: scope == Scope::All,
    };
    let (rows, scopes) = meant(state::of_contact(work.db(), work.workspace(), contact).await?, scope);
    for row in rows {
        let one = StoppedOne { purpose: row.purpose_id, channel: row.channel };
        if state::end(work, &row, ConsentState::Withdrawn, entry()).await? {
            stopped.now.push(one);
        } else {
            stopped.before.push(one);
        }
    }
    let at = work.now();
    let mut new = Vec::with_capacity(addresses.len() * scopes.len());
    for address in addresses {
        new.extend(scopes.iter().map(|scope| Suppressed {
            fingerprint: address.fingerprint.clone(),
            scope: scope.clone(),
            reason,
            at,
        }));
    }
    suppress(work, Entry::new("suppression.added").about(contact).with("reason", reason), new).await?;
    Ok(stopped)
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
