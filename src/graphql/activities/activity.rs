//! Activities in GraphQL, and their lists below contacts, companies and deals: one statement per list in the
//! document, however many parents it has.

use std::collections::HashMap;

use async_graphql::{Context, Enum, ID, Object, dataloader::Loader};
use entity::{ActivityId, Time, activity, deal};

use super::list_activities::ActivityConnection;
use crate::{
    accounts::{Caller, Right},
    activities::{
        ActivityPlace, Around, activities_around as read_activities, count_activities,
        loads::activities_by_id,
    },
    error::Result,
    graphql::{
        accounts::Member,
        companies::Company,
        contacts::Contact,
        kit::{
            Asks, Load, LoadError, allowed, at_hand, group, is_foreseen, keep_rows, load, load_by_id,
            loaders_of, ordered,
        },
        pipeline::Deal,
    },
    platform::{
        graphql::{PageArgs, Row, page::Total},
        keyset::{By, Key, Kind, Order, Run},
        lists::PageRequest,
    },
};

/// Kind of an activity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::ActivityKind")]
pub enum ActivityKind {
    /// A telephone call.
    Call,
    /// A meeting.
    Meeting,
    /// A product demonstration.
    Demo,
    /// A note.
    Note,
    /// A task.
    Task,
    /// An e-mail, sent or received elsewhere and logged here.
    Email,
}

load_by_id! {
    activities_by_id(ActivityId) -> activity;
}

at_hand! {
    Activity:
        id, kind, subject, body, occurredAt, author, contact, company, deal, dueAt, dueOn, doneAt, assignee,
        version, createdAt, updatedAt, archivedAt;
}

/// GraphQL type of an activity.
pub struct Activity(pub activity::Model);

/// An activity or task that concerns a contact, a company or a deal.
#[Object]
impl Activity {
    /// Its global id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// Its contact; null when it concerns only a company or deal.
    async fn contact(&self, ctx: &Context<'_>) -> Result<Option<Row<Contact>>> {
        match self.0.contact_id {
            Some(contact) => Ok(load(ctx, contact).await?.map(|row| Row(Contact(row)))),
            None => Ok(None),
        }
    }

    /// Its company; null when it concerns only a contact or deal.
    async fn company(&self, ctx: &Context<'_>) -> Result<Option<Row<Company>>> {
        match self.0.company_id {
            Some(company) => Ok(load(ctx, company).await?.map(|row| Row(Company(row)))),
            None => Ok(None),
        }
    }

    /// Its deal; null when it concerns only a contact or company.
    async fn deal(&self, ctx: &Context<'_>) -> Result<Option<Row<Deal>>> {
        match self.0.deal_id {
            Some(deal) => Ok(load(ctx, deal).await?.map(|row| Row(Deal(row)))),
            None => Ok(None),
        }
    }

    /// Its kind.
    async fn kind(&self) -> ActivityKind {
        self.0.kind.into()
    }

    /// The subject, on one line.
    async fn subject(&self) -> &str {
        &self.0.subject
    }

    /// Further text; may be empty.
    async fn body(&self) -> &str {
        &self.0.body
    }

    /// When it happened, or is planned; for a task, when it was created.
    async fn occurred_at(&self) -> Time {
        self.0.occurred_at
    }

    /// When a task is due; null when it is no task, has no due date, or is due on a day.
    async fn due_at(&self) -> Option<Time> {
        self.0.due_at.filter(|_| self.0.due_on.is_none())
    }

    /// The day a task is due, `YYYY-MM-DD`; null when it is no task, has no due date, or is due at a time.
    async fn due_on(&self) -> Option<&str> {
        self.0.due_on.as_deref()
    }

    /// When a task was done; null while it is open.
    async fn done_at(&self) -> Option<Time> {
        self.0.done_at
    }

    /// Who is to do it, or did it; null when nobody was named.
    async fn assignee(&self, ctx: &Context<'_>) -> Result<Option<Member>> {
        match self.0.assignee_id {
            Some(member) => Ok(load(ctx, member).await?.map(Member)),
            None => Ok(None),
        }
    }

    /// Who recorded it: the id of a member or API key, or of the contact whose form it came from, or
    /// `system`.
    async fn author(&self) -> &str {
        &self.0.author
    }

    /// Incremented by every change: pass it as `expectedVersion` when you change the activity.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When it was recorded.
    async fn created_at(&self) -> Time {
        self.0.created_at
    }

    /// When it last changed.
    async fn updated_at(&self) -> Time {
        self.0.updated_at
    }

    /// When it was archived, which removes it from lists and timelines; null while it is not.
    async fn archived_at(&self) -> Option<Time> {
        self.0.archived_at
    }
}

/// One page of a record's activities.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct ActivitiesOf {
    around: Around,
    request: PageRequest<ActivityPlace>,
    /// Whether their deals are selected, too.
    deals: bool,
}

impl Loader<ActivitiesOf> for Load {
    type Value = Vec<(activity::Model, Option<deal::Model>)>;
    type Error = LoadError;

    async fn load(&self, keys: &[ActivitiesOf]) -> Result<HashMap<ActivitiesOf, Self::Value>, LoadError> {
        let mut found = HashMap::with_capacity(keys.len());
        // One statement for each list in the document that has different arguments.
        for ((_, request, deals), keys) in
            group(keys.to_vec(), |key| (key.around.column(), key.request.clone(), key.deals))
        {
            let around: Vec<Around> = keys.iter().map(|key| key.around).collect();
            let Caller { workspace, actor, .. } = self.caller;
            let rows = read_activities(&self.app, workspace, actor, &around, &request, deals).await?;
            let mut rows = group(rows, |(row, _)| around[0].of(row));
            for key in keys {
                let own = rows.remove(&Some(key.around)).unwrap_or_default();
                found.insert(key, own);
            }
        }
        Ok(found)
    }
}

/// Number of activities of a record.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct ActivityCount(Around);

impl Loader<ActivityCount> for Load {
    type Value = i64;
    type Error = LoadError;

    async fn load(&self, keys: &[ActivityCount]) -> Result<HashMap<ActivityCount, i64>, LoadError> {
        let mut found = HashMap::with_capacity(keys.len());
        for (_, keys) in group(keys.to_vec(), |key| key.0.column()) {
            let around: Vec<Around> = keys.iter().map(|key| key.0).collect();
            let counts: HashMap<_, _> =
                count_activities(&self.app, self.caller.workspace, self.caller.actor, &around)
                    .await?
                    .into_iter()
                    .collect();
            found.extend(
                keys.into_iter().map(|key| (key, counts.get(&key.0.uuid()).copied().unwrap_or_default())),
            );
        }
        Ok(found)
    }
}

/// A record's activities, the newest first.
///
/// # Errors
/// `Rejected` when the page's arguments are wrong.
pub(crate) async fn activities_around(
    ctx: &Context<'_>,
    around: Around,
    page: PageArgs,
) -> Result<ActivityConnection> {
    allowed(ctx, Right::ReadContacts)?;
    let order = Order::new(
        "activities around",
        By::Column { column: "a.occurred_at", kind: Kind::Time, nullable: false },
        Run::Down,
    );
    let place = |key, id| {
        let millis = if let Key::Time(millis) = key { millis } else { 0 };
        (Time::from_timestamp_millis(millis).unwrap_or_default(), ActivityId(id))
    };
    let request = order.places(page.check()?, place)?;
    let deals = is_foreseen(ctx, &Asks::of_nodes(&ctx.look_ahead()), &["deal"])?;
    let rows = load(ctx, ActivitiesOf { around, request: request.clone(), deals }).await?.unwrap_or_default();
    let (rows, deals): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
    keep_rows(ctx, deals.into_iter().flatten(), |deal| deal.id)?;
    let rows = rows
        .into_iter()
        .map(|row| (order.at(Key::Time(row.occurred_at.timestamp_millis()), row.id.0), row))
        .collect();
    let loaders = loaders_of(ctx)?;
    let total = Total::new(move || {
        let loaders = loaders.clone();
        async move { Ok(loaders.load_one(ActivityCount(around)).await?.unwrap_or_default()) }
    });
    Ok(ordered(request.page(rows), |row| Row(Activity(row)), total))
}
