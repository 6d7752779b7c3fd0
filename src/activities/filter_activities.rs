//! Lists of activities, tasks included: their conditions and orders.

use std::sync::Arc;

use entity::{ActivityId, ActivityKind, CompanyId, ContactId, DealId, Time, WorkspaceId, activity};

use super::activities_around::about_a_locked_card;
use crate::{
    accounts::{Right, allow},
    error::{Error, Result},
    platform::{
        actor::Actor,
        filter::{Blank, Filter, Test},
        keyset::{By, Kind, Order, Run},
        query::Query,
    },
    records::{
        Condition, List, Restriction,
        conditions::{Archived, Owner, Ready},
    },
};

/// A condition on an activity.
#[derive(Clone, Debug)]
pub enum ActivityCondition {
    /// Its id is one of these.
    Id(Vec<ActivityId>),
    /// Its kind.
    Kind(Vec<ActivityKind>),
    /// The contact.
    Contact(Test<ContactId>),
    /// The company.
    Company(Test<CompanyId>),
    /// The deal.
    Deal(Test<DealId>),
    /// The assignee.
    Assignee(Owner),
    /// When it happened; for a task, when it was created.
    OccurredAt(Test<Time>),
    /// When it is due.
    DueAt(Test<Time>),
    /// The day it is due, if it has no time.
    DueOn(Test<String>),
    /// When it was done; none while it is open.
    DoneAt(Test<Time>),
    /// When it was recorded.
    CreatedAt(Test<Time>),
}

/// The order of activities.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActivityOrder {
    /// By id, which is the order of recording.
    Entered,
    /// By when they happened.
    OccurredAt,
    /// By when they are due; those without a date come last.
    DueAt,
}

/// Input of a list of activities.
#[derive(Clone, Debug)]
pub struct ActivitiesWanted {
    /// Conditions.
    pub filter: Filter<ActivityCondition>,
    /// Whether archived ones are shown.
    pub archived: Archived,
    /// Order.
    pub order: (ActivityOrder, Run),
}

/// A prepared list of activities.
pub type ActivityList = List<ActivityCondition>;

/// Prepares a list of activities.
///
/// # Errors
/// `Forbidden` without the right.
pub fn list_activities(
    workspace: WorkspaceId,
    actor: Actor,
    wanted: ActivitiesWanted,
) -> Result<ActivityList> {
    allow(actor, Right::ReadContacts)?;
    let order = own_order(wanted.order.0, wanted.order.1);
    // Activities have no custom fields: every condition is on the row itself.
    let filter = wanted.filter.try_map(&mut |condition| Ok::<_, Error>(Ready::Own(condition)))?;
    let list = List::new(workspace, filter, wanted.archived, order);
    if allow(actor, Right::RestrictContacts).is_ok() {
        return Ok(list);
    }
    // What was written about locked cards is not shown.
    Ok(list.only(Restriction {
        joins: Arc::new(|_| {}),
        condition: Arc::new(|query| {
            query.push("NOT ").push(&about_a_locked_card("v"));
        }),
    }))
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

impl Condition for ActivityCondition {
    type Row = activity::Model;
    const TABLE: &'static str = "activity";
    const ALIAS: &'static str = "v";

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
