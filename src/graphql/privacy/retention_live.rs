//! The live subscription to what retention announces and does.

use std::sync::Arc;

use async_graphql::{Context, SimpleObject, Subscription};
use entity::{RetentionRuleId, RetentionRunId, Time};
use futures_util::Stream;

use super::{retention::RetentionRule, retention_runs::RetentionRun};
use crate::{
    accounts::Right,
    error::Result,
    graphql::{
        contacts::{Contact, load_together},
        journal::{JournalEntry, read_filter},
        kit::{Follower, Held, Step, allowed, data_of, held, start},
    },
};

/// Something that retention announced or did.
#[derive(SimpleObject)]
pub struct RetentionEvent {
    /// Store this: subscribing again with `after` set to it resumes exactly here.
    pub position: i64,
    /// The journal entry: `retention.due` (the end of a contact is near), `retention.kept` (they stay in
    /// touch), `retention.lapsing` (they let it lapse), `retention.began` and `retention.ended` (a run), or
    /// `retention_rule.created`, `.changed` and `.archived`. Null when the position only moved past entries
    /// that were filtered out.
    pub entry: Option<JournalEntry>,
    /// The contact whose end is near; null for runs, and when they are erased.
    pub contact: Option<Contact>,
    /// When the contact is erased, if nothing happens before.
    pub ends_at: Option<Time>,
    /// The rule under which they are due, or that was changed; null for runs.
    pub rule: Option<RetentionRule>,
    /// The run that began or ended.
    pub run: Option<RetentionRun>,
}

/// The kinds of journal entries about retention.
const KINDS: [&str; 8] = [
    "retention.due",
    "retention.kept",
    "retention.lapsing",
    "retention.began",
    "retention.ended",
    "retention_rule.created",
    "retention_rule.changed",
    "retention_rule.archived",
];

/// Subscriptions about retention.
#[derive(Default)]
pub struct RetentionSubscription;

#[Subscription]
impl RetentionSubscription {
    /// Contacts whose end is near, what they answer, runs of the retention rules and changes of them, in
    /// order. Store `position`: a client that was offline subscribes with `after` set to the last one it
    /// handled, and misses nothing.
    async fn retention_due(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Begin after this number of the journal; absent = from now on; 0 = from the beginning."
        )]
        after: Option<i64>,
    ) -> Result<impl Stream<Item = async_graphql::Result<RetentionEvent>> + use<>> {
        const RIGHTS: &[Right] = &[Right::ManageRetention, Right::ReadContacts, Right::ReadJournal];
        let (app, caller) = allowed(ctx, Right::ManageRetention)?;
        allowed(ctx, Right::ReadContacts)?;
        allowed(ctx, Right::ReadJournal)?;
        let after = Some(start(app, &caller, after).await?);
        let filter = read_filter(app, &caller, Some(KINDS.map(str::to_owned).to_vec()), None).await?;
        let follower = Follower::new(app, caller, RIGHTS, after, move |entry| filter.wants(entry)).await?;
        let held = held(ctx)?;
        Ok(follower.events(move |step| changes(held.clone(), step)))
    }
}

/// The events of one step. What they show is loaded in a batch and cached until the next step.
async fn changes(held: Arc<Held>, step: Step) -> Result<Vec<RetentionEvent>> {
    let nothing = |position| RetentionEvent {
        position,
        entry: None,
        contact: None,
        ends_at: None,
        rule: None,
        run: None,
    };
    let rows = match step {
        Step::Position(position) => return Ok(vec![nothing(position)]),
        Step::Entries(rows) => rows,
    };
    let loaders = held.renew();
    let contacts =
        load_together(&loaders, rows.iter().filter_map(|row| row.subject.as_deref()?.parse().ok()).collect())
            .await?;
    let rules = loaders
        .load_many(rows.iter().filter_map(|row| row.object.as_deref()?.parse::<RetentionRuleId>().ok()))
        .await?;
    let runs = loaders
        .load_many(rows.iter().filter_map(|row| row.object.as_deref()?.parse::<RetentionRunId>().ok()))
        .await?;
    let mut events = Vec::with_capacity(rows.len());
    for row in rows {
        let (subject, object) = (row.subject.as_deref(), row.object.as_deref());
        let contact = subject.and_then(|id| contacts.get(&id.parse().ok()?)).cloned().map(Contact);
        let rule = object.and_then(|id| rules.get(&id.parse().ok()?)).cloned().map(RetentionRule);
        let run = object.and_then(|id| runs.get(&id.parse().ok()?)).cloned().map(RetentionRun);
        let ends_at = data_of(&row)?["endsAt"].as_str().and_then(|text| text.parse().ok());
        events.push(RetentionEvent {
            contact,
            rule,
            run,
            ends_at,
            entry: Some(JournalEntry(Arc::clone(&row))),
            ..nothing(row.seq)
        });
    }
    Ok(events)
}
