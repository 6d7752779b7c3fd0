//! Reading the register of requests.

use async_graphql::{
    Context, Enum, ID, InputObject, Object, SimpleObject,
    connection::{Connection, OpaqueCursor},
};
use entity::{ContactId, MemberId};

use super::{Request, RequestKind, RequestState, request::ContactRights};
use crate::{
    accounts::Right,
    contacts::load_contact,
    error::Result,
    graphql::kit::{allowed, cost, found, load, named, ordered, parse},
    platform::{
        graphql::{Nullable, PageArgs, nullable, page::Total},
        keyset::Cursor,
    },
    privacy::requests::{RequestsWanted, bases_of, count_requests, list_requests},
};

/// Which requests to list. All conditions must hold.
#[derive(Default, InputObject)]
pub struct RequestFilter {
    /// In one of these states.
    pub states: Option<Vec<RequestState>>,
    /// About one of these rights.
    pub kinds: Option<Vec<RequestKind>>,
    /// True: past their due date and not answered, while the clock runs; false: the others.
    pub overdue: Option<bool>,
    /// Of this contact, those under ids that were merged into it included.
    pub contact_id: Option<ID>,
    /// Handled by this member.
    pub assignee_id: Option<ID>,
}

/// The order of a list of requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum RequestOrder {
    /// What is due first comes first.
    Due,
    /// What was logged last comes first.
    Newest,
}

/// How many requests there are.
#[derive(SimpleObject)]
pub struct RequestCounts {
    /// Waiting for their answer.
    pub open: i64,
    /// Of these: past their due date.
    pub overdue: i64,
    /// Of these: due within seven days.
    pub due_soon: i64,
    /// Of these: the clock stands still, until the person proves who they are.
    pub suspended: i64,
}

/// Queries about requests.
#[derive(Default)]
pub struct RequestsQuery;

#[Object]
impl RequestsQuery {
    /// The register of requests.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection, and what narrows it")]
    async fn requests(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, or after `after`; from 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "How many up to the end, or up to `before`; from 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
        #[graphql(desc = "Which requests; absent = all.")] filter: Option<RequestFilter>,
        #[graphql(desc = "The order.", default_with = "RequestOrder::Due")] order_by: RequestOrder,
    ) -> Result<Connection<OpaqueCursor<Cursor>, Request, Total>> {
        let (app, caller) = allowed(ctx, Right::ReadRequests)?;
        let request = PageArgs::new(first, after, last, before).check::<Cursor>()?;
        let filter = filter.unwrap_or_default();
        let wanted = RequestsWanted {
            states: filter.states.map(|states| states.into_iter().map(Into::into).collect()),
            kinds: filter.kinds.map(|kinds| kinds.into_iter().map(Into::into).collect()),
            overdue: filter.overdue,
            contact: filter.contact_id.map(|id| named::<ContactId>(&id, "contactId")).transpose()?,
            assignee: filter.assignee_id.map(|id| named::<MemberId>(&id, "assigneeId")).transpose()?,
            newest_first: order_by == RequestOrder::Newest,
        };
        let list = list_requests(app, caller.workspace, caller.actor, wanted).await?;
        let page = list.page(app, &request).await?;
        let app = app.clone();
        let total = Total::new(move || {
            let (app, list) = (app.clone(), list.clone());
            async move { list.count(&app).await }
        });
        Ok(ordered(page, Request, total))
    }

    /// The request with this id; null when there is none.
    async fn request(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The request's id.")] id: ID,
    ) -> Nullable<Request> {
        let outcome = async {
            allowed(ctx, Right::ReadRequests)?;
            match parse::<entity::RequestId>(&id) {
                Some(id) => Ok(load(ctx, id).await?.map(Request)),
                None => Ok(None),
            }
        };
        nullable(outcome.await)
    }

    /// How many requests wait for their answer, are overdue, or due soon. Counted without reading them.
    async fn request_counts(&self, ctx: &Context<'_>) -> Result<RequestCounts> {
        let (app, caller) = allowed(ctx, Right::ReadRequests)?;
        let counts = count_requests(app.db(), Some(caller.workspace), app.now()).await?;
        Ok(RequestCounts {
            open: counts.open,
            overdue: counts.overdue,
            due_soon: counts.due_soon,
            suspended: counts.suspended,
        })
    }

    /// Which rights a contact has, by the legal bases on which their data are held.
    async fn contact_rights(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The contact.")] contact_id: ID,
    ) -> Result<ContactRights> {
        let (app, caller) = allowed(ctx, Right::ReadRequests)?;
        let id = named(&contact_id, "contactId")?;
        let contact = found("contactId", load_contact(app, caller.workspace, id).await)?;
        Ok(ContactRights::of(bases_of(app.db(), caller.workspace, contact.id, app.now()).await?))
    }
}
