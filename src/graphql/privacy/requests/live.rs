//! The live subscription to changes of requests.

use std::sync::Arc;

use async_graphql::{Context, ID, SimpleObject, Subscription};
use entity::{RequestId, journal};
use futures_util::Stream;

use super::Request;
use crate::{
    accounts::Right,
    error::Result,
    graphql::{
        journal::{JournalEntry, read_filter},
        kit::{Follower, Held, Step, allowed, held, start},
    },
};

/// One change of a request.
#[derive(SimpleObject)]
pub struct RequestEvent {
    /// Store this: subscribing again with `after` set to it resumes exactly here.
    pub position: i64,
    /// The journal entry of the change; null when the position only moved past entries that were filtered
    /// out.
    pub entry: Option<JournalEntry>,
    /// The request as it is now, which may be newer than the entry; null when it is deleted.
    pub request: Option<Request>,
}

/// The kinds of journal entries about requests.
const KINDS: [&str; 16] = [
    "request.received",
    "request.acknowledged",
    "request.identity_asked",
    "request.identity_proven",
    "request.started",
    "request.extended",
    "request.answered",
    "request.message_received",
    "request.assigned",
    "request.left_to_staff",
    "request.mail_bounced",
    "request.due_soon",
    "request.balanced",
    "request.fulfilled",
    "request.refused",
    "request.closed",
];

/// Subscriptions about requests.
#[derive(Default)]
pub struct RequestSubscription;

#[Subscription]
impl RequestSubscription {
    /// Requests as they are received, handled and answered, or become due within seven days, in order. Store
    /// `position`: a client that was offline subscribes with `after` set to the last one it handled, and
    /// misses nothing.
    async fn request_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Begin after this number of the journal; absent = from now on; 0 = from the beginning."
        )]
        after: Option<i64>,
        #[graphql(
            desc = "Only requests of this contact, those under the ids that were merged into it included."
        )]
        contact_id: Option<ID>,
    ) -> Result<impl Stream<Item = async_graphql::Result<RequestEvent>> + use<>> {
        const RIGHTS: &[Right] = &[Right::ReadRequests, Right::ReadJournal];
        let (app, caller) = allowed(ctx, Right::ReadRequests)?;
        allowed(ctx, Right::ReadJournal)?;
        let after = Some(start(app, &caller, after).await?);
        let filter =
            read_filter(app, &caller, Some(KINDS.map(str::to_owned).to_vec()), contact_id.as_ref()).await?;
        let follower =
            Follower::new(app, caller, RIGHTS, after, move |entry: &journal::Model| filter.wants(entry))
                .await?;
        let held = held(ctx)?;
        Ok(follower.events(move |step| changes(held.clone(), step)))
    }
}

/// The events of one step. What they show is loaded in a batch and cached until the next step.
async fn changes(held: Arc<Held>, step: Step) -> Result<Vec<RequestEvent>> {
    let rows = match step {
        Step::Position(position) => return Ok(vec![RequestEvent { position, entry: None, request: None }]),
        Step::Entries(rows) => rows,
    };
    let loaders = held.renew();
    let requests = loaders
        .load_many(rows.iter().filter_map(|row| row.object.as_deref()?.parse::<RequestId>().ok()))
        .await?;
    let events = rows.into_iter().map(|row| {
        let request = row.object.as_deref().and_then(|id| requests.get(&id.parse().ok()?)).cloned();
        RequestEvent { position: row.seq, entry: Some(JournalEntry(row)), request: request.map(Request) }
    });
    Ok(events.collect())
}
