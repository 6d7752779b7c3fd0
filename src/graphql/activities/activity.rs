//! Activities in GraphQL, and the lists of them below contacts, companies and deals: one statement per list of a document,
//! however many contacts stand above it.

use std::collections::HashMap;

use async_graphql::{Context, Enum, ID, Object, dataloader::Loader};
use entity::{ActivityId, Time, activity, deal};

use super::list_activities::ActivityConnection;
use crate::{
    accounts::Right,
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

/// What kind of activity it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::ActivityKind")]
pub enum ActivityKind {
    /// A telephone call.
    Call,
    /// A meeting.
    Meeting,
    /// A demonstration of what we sell.
    Demo,
    /// A note.
    Note,
    /// Something to do.
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

/// Something that happened with a contact, a company or in a deal, or is to be done.
pub struct Activity(pub activity::Model);

/// Something that happened with a contact, a company or in a deal, or is to be done.
#[Object]
impl Activity {
    /// Its id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// With whom; null when it is about a company or deal only.
    async fn contact(&self, ctx: &Context<'_>) -> Result<Option<Row<Contact>>> {
        match self.0.contact_id {
            Some(contact) => Ok(load(ctx, contact).await?.map(|row| Row(Contact(row)))),
            None => Ok(None),
        }
    }

    /// With which company; null when it is about a contact or deal only.
    async fn company(&self, ctx: &Context<'_>) -> Result<Option<Row<Company>>> {
        match self.0.company_id {
            Some(company) => Ok(load(ctx, company).await?.map(|row| Row(Company(row)))),
            None => Ok(None),
        }
    }

    /// In which deal; null when it is about a contact or company only.
    async fn deal(&self, ctx: &Context<'_>) -> Result<Option<Row<Deal>>> {
        match self.0.deal_id {
            Some(deal) => Ok(load(ctx, deal).await?.map(|row| Row(Deal(row)))),
            None => Ok(None),
        }
    }

    /// What kind.
    async fn kind(&self) -> ActivityKind {
        self.0.kind.into()
    }

    /// One line.
    async fn subject(&self) -> &str {
        &self.0.subject
    }

    /// The rest; empty when the line says it all.
    async fn body(&self) -> &str {
        &self.0.body
    }

    /// When it happened, or is planned; for a task, when it was set.
    async fn occurred_at(&self) -> Time {
        self.0.occurred_at
    }

    /// Until when a task is to be done; null when it is none, there is no hurry, or it is due on a day.
    async fn due_at(&self) -> Option<Time> {
        self.0.due_at.filter(|_| self.0.due_on.is_none())
    }

    /// The day a task is to be done on, `YYYY-MM-DD`; null when it is none, there is no hurry, or it has a time.
    async fn due_on(&self) -> Option<&str> {
        self.0.due_on.as_deref()
    }

    /// When a task was dealt with; null while it is open.
    async fn done_at(&self) -> Option<Time> {
        self.0.done_at
    }

    /// Who is to do it, or did; null when nobody was named.
    async fn assignee(&self, ctx: &Context<'_>) -> Result<Option<Member>> {
        match self.0.assignee_id {
            Some(member) => Ok(load(ctx, member).await?.map(Member)),
            None => Ok(None),
        }
    }

    /// Who wrote it: the id of a member or API key, or of the contact whose form it came from, or `system`.
    async fn author(&self) -> &str {
        &self.0.author
    }

    /// Counts changes: give it as `expectedVersion` when you change it.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When it was written.
    async fn created_at(&self) -> Time {
        self.0.created_at
    }

    /// When it last changed.
    async fn updated_at(&self) -> Time {
        self.0.updated_at
    }

    /// Since when it is out of lists and timelines; null while it is in them.
    async fn archived_at(&self) -> Option<Time> {
        self.0.archived_at
    }
}

/// One page of activities around one thing.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct ActivitiesOf {
    around: Around,
    request: PageRequest<ActivityPlace>,
    /// Whether their deals will be asked for.
    deals: bool,
}

impl Loader<ActivitiesOf> for Load {
    type Value = Vec<(activity::Model, Option<deal::Model>)>;
    type Error = LoadError;

    async fn load(&self, keys: &[ActivitiesOf]) -> Result<HashMap<ActivitiesOf, Self::Value>, LoadError> {
        let mut found = HashMap::with_capacity(keys.len());
        // As many statements as the document has lists with different arguments.
        for ((_, request, deals), keys) in
            group(keys.to_vec(), |key| (key.around.column(), key.request.clone(), key.deals))
        {
            let around: Vec<Around> = keys.iter().map(|key| key.around).collect();
            let rows = read_activities(&self.app, self.caller.workspace, &around, &request, deals).await?;
            let mut rows = group(rows, |(row, _)| around[0].of(row));
            for key in keys {
                let own = rows.remove(&Some(key.around)).unwrap_or_default();
                found.insert(key, own);
            }
        }
        Ok(found)
    }
}

/// How many activities there are around one thing.
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
                count_activities(&self.app, self.caller.workspace, &around).await?.into_iter().collect();
            found.extend(
                keys.into_iter().map(|key| (key, counts.get(&key.0.uuid()).copied().unwrap_or_default())),
            );
        }
        Ok(found)
    }
}

/// The activities around one thing, the newest first.
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
