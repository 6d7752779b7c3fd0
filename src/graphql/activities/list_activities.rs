//! Lists of activities (tasks included) in GraphQL: filter and order.

use async_graphql::{
    Context, Enum, ID, InputObject, Object,
    connection::{Connection, OpaqueCursor},
};

use super::{Activity, ActivityKind};
use crate::{
    accounts::Right,
    activities::{ActivitiesWanted, ActivityCondition, ActivityOrder, list_activities},
    error::{Error, Result},
    graphql::{
        contacts::{
            filters::{Archived, DateFilter, Direction, OwnerFilter, ReferenceFilter, TimeFilter},
            list_filter::{Combined, Level, ListFilter, read_filter},
        },
        kit::{allowed, cost, ordered},
    },
    platform::{
        filter::Test,
        graphql::{PageArgs, Row, page::Total},
        keyset::{Cursor, Run},
    },
    records::conditions::Asked,
};

/// Which activities to list. All conditions must hold; combine others with `and`, `or` and `not`.
#[derive(Default, InputObject)]
pub struct ActivityFilter {
    /// All of these hold.
    pub and: Option<Vec<ActivityFilter>>,
    /// At least one of these holds.
    pub or: Option<Vec<ActivityFilter>>,
    /// This does not hold.
    pub not: Option<Box<ActivityFilter>>,
    /// One of these activities.
    pub ids: Option<Vec<ID>>,
    /// One of these kinds.
    pub kinds: Option<Vec<ActivityKind>>,
    /// True: not done yet; false: done. For open tasks: `kinds: [TASK], open: true`.
    pub open: Option<bool>,
    /// The member it is assigned to.
    pub assignee: Option<OwnerFilter>,
    /// The contact it is about.
    pub contact: Option<ReferenceFilter>,
    /// The company it is about.
    pub company: Option<ReferenceFilter>,
    /// The deal it is about.
    pub deal: Option<ReferenceFilter>,
    /// When it happened; for a task, when it was created.
    pub occurred_at: Option<TimeFilter>,
    /// When it is due; if only a day was given, the end of that day in UTC.
    pub due_at: Option<TimeFilter>,
    /// The day it is due, for activities without a time.
    pub due_on: Option<DateFilter>,
    /// When it was done.
    pub done_at: Option<TimeFilter>,
    /// When it was recorded.
    pub created_at: Option<TimeFilter>,
}

/// The order of a list of activities.
#[derive(InputObject)]
pub struct ActivityOrderBy {
    /// The field.
    pub field: ActivityOrderField,
    /// Ascending or descending.
    #[graphql(default_with = "Direction::Ascending")]
    pub direction: Direction,
}

/// A field to order activities by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "ActivityOrder")]
pub enum ActivityOrderField {
    /// By when they were recorded.
    Entered,
    /// By when they happened.
    OccurredAt,
    /// By when they are due; those without a date come last.
    DueAt,
}

/// A page of activities.
pub(crate) type ActivityConnection = Connection<OpaqueCursor<Cursor>, Row<Activity>, Total>;

/// Queries for lists of activities.
#[derive(Default)]
pub struct ActivityListsQuery;

#[Object]
impl ActivityListsQuery {
    /// Activities, newest first by default.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection, and what narrows it")]
    async fn activities(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, or after `after`; from 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "How many up to the end, or up to `before`; from 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
        #[graphql(desc = "Which activities; absent = all.")] filter: Option<ActivityFilter>,
        #[graphql(
            desc = "Whether to leave out archived activities, include them, or list only them.",
            default_with = "Archived::LeftOut"
        )]
        archived: Archived,
        #[graphql(desc = "The order; absent = newest first.")] order_by: Option<ActivityOrderBy>,
    ) -> Result<ActivityConnection> {
        let (app, caller) = allowed(ctx, Right::ReadContacts)?;
        let request = PageArgs::new(first, after, last, before).check::<Cursor>()?;
        let order =
            order_by.map_or((ActivityOrder::Entered, Run::Down), |by| (by.field.into(), by.direction.into()));
        let filter = read_filter(filter, caller.actor)?;
        let filter = filter.try_map(&mut |asked| match asked {
            Asked::Own(condition) => Ok(condition),
            Asked::Custom(_) => Err(Error::internal("activities have no custom fields")),
        })?;
        let wanted = ActivitiesWanted { filter, archived: archived.into(), order };
        let list = list_activities(caller.workspace, caller.actor, wanted)?;
        let page = list.page(app, &request).await?;
        let app = app.clone();
        let total = Total::new(move || {
            let (app, list) = (app.clone(), list.clone());
            async move { list.count(&app).await }
        });
        Ok(ordered(page, |row| Row(Activity(row)), total))
    }
}

impl ListFilter for ActivityFilter {
    type Condition = ActivityCondition;

    fn combined(&mut self) -> Combined<Self> {
        Combined { and: self.and.take(), or: self.or.take(), not: self.not.take() }
    }

    fn read(self, level: &mut Level<'_, ActivityCondition>) -> Result<()> {
        use ActivityCondition as C;
        level.ids("ids", self.ids, C::Id)?;
        level.values("kinds", self.kinds, C::Kind)?;
        if let Some(open) = self.open {
            level.reading.take(level.path)?;
            level.add(C::DoneAt(Test::Absent(open)));
        }
        level.tests("contact", self.contact, C::Contact)?;
        level.tests("company", self.company, C::Company)?;
        level.tests("deal", self.deal, C::Deal)?;
        level.tests("occurredAt", self.occurred_at, C::OccurredAt)?;
        level.tests("dueAt", self.due_at, C::DueAt)?;
        level.tests("dueOn", self.due_on, C::DueOn)?;
        level.tests("doneAt", self.done_at, C::DoneAt)?;
        level.tests("createdAt", self.created_at, C::CreatedAt)?;
        level.owner("assignee", self.assignee, C::Assignee)
    }
}
