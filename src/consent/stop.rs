//! Stops a purpose, or everything, for a person. It takes effect at once and leaves a fingerprint that
//! survives an erasure.

use entity::{
    Channel, ConsentState, ContactId, PurposeId, SuppressionReason, WorkspaceId, consent, contact_address,
};

use super::{
    state,
    subscriptions::{EVERYTHING, MARKETING},
    suppress::{Suppressed, suppress},
};
use crate::{
    error::Result,
    platform::work::{Entry, Work},
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
    /// All direct marketing (GDPR Art. 21(2)): every purpose on consent or legitimate interests, those to come
    /// included. What the person authorised to be passed on elsewhere stays.
    Marketing,
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

/// Stops this scope. The caller holds the locks of the contact and these addresses.
pub(super) async fn stop(
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

/// The consents in a scope, and the names of the suppressions to add.
pub(super) fn meant(rows: Vec<consent::Model>, scope: Scope) -> (Vec<consent::Model>, Vec<String>) {
    let rows: Vec<consent::Model> = rows
        .into_iter()
        .filter(|row| match scope {
            Scope::All => true,
            Scope::One(purpose, channel) => row.purpose_id == purpose && row.channel == channel,
            Scope::Purpose(purpose) => row.purpose_id == purpose,
            Scope::Marketing => row.channel != Channel::Transfer,
        })
        .collect();
    let mut scopes: Vec<String> = rows.iter().map(|row| state::scope(row.purpose_id, row.channel)).collect();
    match scope {
        Scope::One(purpose, channel) => scopes.push(state::scope(purpose, channel)),
        Scope::All => scopes.push(EVERYTHING.to_owned()),
        Scope::Marketing => scopes.push(MARKETING.to_owned()),
        Scope::Purpose(_) => {}
    }
    scopes.sort_unstable();
    scopes.dedup();
    (rows, scopes)
}
