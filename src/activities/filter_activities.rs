//! Activities in lists, tasks included: what they can be filtered by, and in which orders they come.

use std::sync::Arc;

use entity::{ActivityId, ActivityKind, CompanyId, ContactId, DealId, Time, WorkspaceId, activity};

use crate::{
    accounts::{Right, allow},
    app::App,
    error::Result,
    platform::{
        actor::Actor,
        filter::{Blank, Filter, Test},
        keyset::{By, Cursor, Kind, Listing, Order, Run},
        lists::{Page, PageRequest},
        query::Query,
    },
    records::conditions::{Archived, Owner},
};

/// One condition on an activity.
#[derive(Clone, Debug)]
pub enum ActivityCondition {
    /// It is one of these.
    Id(Vec<ActivityId>),
    /// Its kind.
    Kind(Vec<ActivityKind>),
    /// With whom.
    Contact(Test<ContactId>),
    /// With which company.
    Company(Test<CompanyId>),
    /// In which deal.
    Deal(Test<DealId>),
    /// Who is to do it.
    Assignee(Owner),
    /// When it happened, or was set.
    OccurredAt(Test<Time>),
    /// Until when it is to be done.
    DueAt(Test<Time>),
    /// The day it is to be done on, when it has no time.
    DueOn(Test<String>),
    /// When it was dealt with; none while it is open.
    DoneAt(Test<Time>),
    /// When it was written.
    CreatedAt(Test<Time>),
}

/// By what activities are ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActivityOrder {
    /// By id: as they were written.
    Entered,
    /// By when they happened.
    OccurredAt,
    /// By when they are to be done; those without a date come last.
    DueAt,
}

/// Which activities, in which order.
#[derive(Clone, Debug)]
pub struct ActivitiesWanted {
    /// Which.
    pub filter: Filter<ActivityCondition>,
    /// What becomes of those that are archived.
    pub archived: Archived,
    /// In which order.
    pub order: (ActivityOrder, Run),
}

/// A list of activities, ready to be read.
#[derive(Clone)]
pub struct ActivityList {
    workspace: WorkspaceId,
    filter: Arc<Filter<ActivityCondition>>,
    archived: Archived,
    order: Order,
}

/// Makes a list of activities ready.
///
/// # Errors
/// `Forbidden`.
pub fn list_activities(
    workspace: WorkspaceId,
    actor: Actor,
    wanted: ActivitiesWanted,
) -> Result<ActivityList> {
    allow(actor, Right::ReadContacts)?;
    let order = own_order(wanted.order.0, wanted.order.1);
    Ok(ActivityList { workspace, filter: Arc::new(wanted.filter), archived: wanted.archived, order })
}

fn own_order(order: ActivityOrder, run: Run) -> Order {
    let column = |column, nullable| By::Column { column, kind: Kind::Time, nullable };
    let (name, by) = match order {
        ActivityOrder::Entered => ("activities", By::Id),
        ActivityOrder::OccurredAt => ("activities occurred", column("v.occurred_at", false)),
        ActivityOrder::DueAt => ("activities due", column("v.due_at", true)),
    };
    Order::new(name, by, run)
}

impl ActivityList {
    /// One page.
    ///
    /// # Errors
    /// `Rejected` when the cursor is of another list or order.
    pub async fn page(
        &self,
        app: &App,
        request: &PageRequest<Cursor>,
    ) -> Result<Page<(Cursor, activity::Model)>> {
        self.listing(&|query| self.write_condition(query)).page(app.db(), request).await
    }

    /// How many there are on all pages.
    ///
    /// # Errors
    /// Database errors only.
    pub async fn count(&self, app: &App) -> Result<i64> {
        self.listing(&|query| self.write_condition(query)).count(app.db()).await
    }

    fn listing<'a>(&'a self, condition: &'a (dyn Fn(&mut Query) + Send + Sync)) -> Listing<'a> {
        Listing { table: "activity", alias: "v", order: &self.order, joins: &|_| {}, condition }
    }

    fn write_condition(&self, query: &mut Query) {
        query.push("v.workspace_id = ").bind(self.workspace);
        self.archived.write(query, "v");
        query.push(" AND ");
        self.filter.write(query, &|query, condition| condition.write(query));
    }
}

impl ActivityCondition {
    fn write(&self, query: &mut Query) {
        match self {
            Self::Id(ids) => {
                query.is_any("v.id", ids.iter().copied());
            }
            Self::Kind(kinds) => {
                query.is_any("v.kind", kinds.iter().copied());
            }
            Self::Contact(test) => test.write(query, "v.contact_id", Blank::Null),
            Self::Company(test) => test.write(query, "v.company_id", Blank::Null),
            Self::Deal(test) => test.write(query, "v.deal_id", Blank::Null),
            Self::Assignee(owner) => owner.write(query, "v.assignee_id"),
            Self::OccurredAt(test) => test.write(query, "v.occurred_at", Blank::Null),
            Self::DueAt(test) => test.write(query, "v.due_at", Blank::Null),
            Self::DueOn(test) => test.write(query, "v.due_on", Blank::Null),
            Self::DoneAt(test) => test.write(query, "v.done_at", Blank::Null),
            Self::CreatedAt(test) => test.write(query, "v.created_at", Blank::Null),
        }
    }
}
