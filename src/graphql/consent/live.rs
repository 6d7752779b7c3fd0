//! The live subscription to changes of consent.

use std::sync::Arc;

use async_graphql::{Context, ID, SimpleObject, Subscription};
use entity::{ConsentId, PurposeId, journal};
use futures_util::Stream;

use super::Consent;
use crate::{
    accounts::Right,
    error::Result,
    graphql::{
        contacts::{Contact, load_together},
        journal::{JournalEntry, read_filter},
        kit::{Follower, Held, Step, allowed, data_of, held, named, start},
    },
};

/// One change of a consent.
#[derive(SimpleObject)]
pub struct ConsentEvent {
    /// Store this: subscribing again with `after` set to it resumes exactly here.
    pub position: i64,
    /// The journal entry of the change; null when the position only moved past entries that were filtered
    /// out.
    pub entry: Option<JournalEntry>,
    /// The consent as it is now, which may be newer than the entry; null when it is deleted, and of a pause.
    pub consent: Option<Consent>,
    /// The contact who has it; null when they are deleted.
    pub contact: Option<Contact>,
}

/// The kinds of journal entries about consents.
const KINDS: [&str; 8] = [
    "consent.given",
    "consent.withdrawn",
    "consent.refused",
    "consent.revoked",
    "consent.expired",
    "consent.joined",
    "pause.began",
    "pause.ended",
];

/// Subscriptions about consents.
#[derive(Default)]
pub struct ConsentSubscription;

#[Subscription]
impl ConsentSubscription {
    /// Consents as they are given, refused, withdrawn, revoked, expire, or are joined by a merge of contacts,
    /// and pauses that people choose or end, which have no consent, in order. Store `position`: a client that was offline subscribes with `after` set to the last one it
    /// handled, and misses nothing.
    async fn consent_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Begin after this number of the journal; absent = from now on; 0 = from the beginning."
        )]
        after: Option<i64>,
        #[graphql(desc = "Only consents to this purpose. Pauses concern every purpose.")] purpose_id: Option<
            ID,
        >,
        #[graphql(
            desc = "Only consents of this contact, those under the ids that were merged into it included."
        )]
        contact_id: Option<ID>,
    ) -> Result<impl Stream<Item = async_graphql::Result<ConsentEvent>> + use<>> {
        const RIGHTS: &[Right] = &[Right::ReadContacts, Right::ReadJournal];
        let (app, caller) = allowed(ctx, Right::ReadContacts)?;
        allowed(ctx, Right::ReadJournal)?;
        let after = Some(start(app, &caller, after).await?);
        let filter =
            read_filter(app, &caller, Some(KINDS.map(str::to_owned).to_vec()), contact_id.as_ref()).await?;
        let purpose =
            purpose_id.map(|id| named::<PurposeId>(&id, "purposeId")).transpose()?.map(|id| id.to_string());
        let wants = move |entry: &journal::Model| {
            filter.wants(entry) && purpose.as_deref().is_none_or(|purpose| is_about(entry, purpose))
        };
        let follower = Follower::new(app, caller, RIGHTS, after, wants).await?;
        let held = held(ctx)?;
        Ok(follower.events(move |step| changes(held.clone(), step)))
    }
}

fn is_about(entry: &journal::Model, purpose: &str) -> bool {
    entry.kind.starts_with("pause.") || data_of(entry).is_ok_and(|data| data["purpose"] == purpose)
}

/// The events of one step. What they show is loaded in a batch and cached until the next step.
async fn changes(held: Arc<Held>, step: Step) -> Result<Vec<ConsentEvent>> {
    let rows = match step {
        Step::Position(position) => {
            return Ok(vec![ConsentEvent { position, entry: None, consent: None, contact: None }]);
        }
        Step::Entries(rows) => rows,
    };
    let loaders = held.renew();
    let consents = loaders
        .load_many(rows.iter().filter_map(|row| row.object.as_deref()?.parse::<ConsentId>().ok()))
        .await?;
    let contacts =
        load_together(&loaders, rows.iter().filter_map(|row| row.subject.as_deref()?.parse().ok()).collect())
            .await?;
    loaders.load_many(consents.values().map(|row| row.purpose_id)).await?;
    loaders.load_many(consents.values().map(|row| row.purpose_version_id)).await?;
    let events = rows.into_iter().map(|row| {
        let consent = row.object.as_deref().and_then(|id| consents.get(&id.parse().ok()?)).cloned();
        let contact = row.subject.as_deref().and_then(|id| contacts.get(&id.parse().ok()?)).cloned();
        ConsentEvent {
            position: row.seq,
            entry: Some(JournalEntry(row)),
            consent: consent.map(Consent),
            contact: contact.map(Contact),
        }
    });
    Ok(events.collect())
}
