//! Subscription to all changes of contacts.

use std::sync::Arc;

use async_graphql::{Context, ID, SimpleObject, Subscription};
use entity::{ContactId, journal};
use futures_util::Stream;

use super::{Contact, load_together};
use crate::{
    accounts::Right,
    error::Result,
    graphql::{
        journal::{JournalEntry, read_filter},
        kit::{Follower, Held, Step, allowed, held, start},
    },
};

/// One change about a contact.
#[derive(SimpleObject)]
pub struct ContactEvent {
    /// Store this: subscribing again with `after` set to it resumes exactly here.
    pub position: i64,
    /// The journal entry of the change; null when the position only moved past entries that were filtered
    /// out.
    pub entry: Option<JournalEntry>,
    /// The contact as they are now, which may be newer than the entry; the surviving contact after a merge;
    /// null when they are deleted.
    pub contact: Option<Contact>,
}

/// Subscriptions about contacts.
#[derive(Default)]
pub struct ContactSubscription;

#[Subscription]
impl ContactSubscription {
    /// Everything that happens with contacts, in order: changes of values, addresses and tags, consents,
    /// submissions, activities, and deals of which they are the only contact. Store `position`: a client that
    /// was offline subscribes with `after` set to the last one it handled, and misses nothing.
    async fn contact_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Only this contact, under whatever id it had or gets by a merge; absent = every contact."
        )]
        contact_id: Option<ID>,
        #[graphql(
            desc = "Begin after this number of the journal; absent = from now on; 0 = from the beginning."
        )]
        after: Option<i64>,
    ) -> Result<impl Stream<Item = async_graphql::Result<ContactEvent>> + use<>> {
        const RIGHTS: &[Right] = &[Right::ReadContacts, Right::ReadJournal];
        let (app, caller) = allowed(ctx, Right::ReadContacts)?;
        allowed(ctx, Right::ReadJournal)?;
        let after = Some(start(app, &caller, after).await?);
        let filter = read_filter(app, &caller, None, contact_id.as_ref()).await?;
        let wants = move |entry: &journal::Model| filter.wants(entry) && whom(entry).is_some();
        let follower = Follower::new(app, caller, RIGHTS, after, wants).await?;
        let held = held(ctx)?;
        Ok(follower.events(move |step| changes(held.clone(), step)))
    }
}

fn whom(entry: &journal::Model) -> Option<ContactId> {
    entry.subject.as_deref()?.parse().ok()
}

/// The events of one step. What they show is loaded in a batch and cached until the next step.
async fn changes(held: Arc<Held>, step: Step) -> Result<Vec<ContactEvent>> {
    let rows = match step {
        Step::Position(position) => return Ok(vec![ContactEvent { position, entry: None, contact: None }]),
        Step::Entries(rows) => rows,
    };
    let contacts = load_together(&held.renew(), rows.iter().filter_map(|row| whom(row)).collect()).await?;
    let events = rows.into_iter().map(|row| {
        let contact = whom(&row).and_then(|id| contacts.get(&id)).cloned().map(Contact);
        ContactEvent { position: row.seq, entry: Some(JournalEntry(row)), contact }
    });
    Ok(events.collect())
}
