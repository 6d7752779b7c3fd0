//! Lists of contacts in GraphQL: filter, order, whose data may be used for a purpose, and how many were left
//! out.

use async_graphql::{
    Context, Enum, ID, InputObject, Object, SimpleObject,
    connection::{Connection, OpaqueCursor},
};
use entity::PurposeId;

use super::{
    Contact,
    contact_filter::ContactFilter,
    filters::{Archived, Direction},
    list_filter::{read_filter, read_order},
    loaders::foresee_of_contacts,
};
use crate::{
    accounts::Right,
    app::App,
    consent::{UsableList, list_usable},
    contacts::{ContactList, ContactOrder, ContactsWanted, list_contacts},
    error::Result,
    graphql::{
        consent::{Channel, Usability},
        kit::{Asks, allowed, asked, cost, found, is_foreseen, keep_rows, named, ordered},
    },
    platform::{
        graphql::{PageArgs, Row, page::Total},
        keyset::{Cursor, Run},
    },
    records::conditions::OrderBy,
};

/// The order of a list of contacts: by `field` or `custom`, not both.
#[derive(InputObject)]
pub struct ContactOrderBy {
    /// A built-in field.
    pub field: Option<ContactOrderField>,
    /// The key of a custom field.
    pub custom: Option<String>,
    /// Ascending or descending.
    #[graphql(default_with = "Direction::Ascending")]
    pub direction: Direction,
}

/// A built-in field to order contacts by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "ContactOrder")]
pub enum ContactOrderField {
    /// In the order in which they were added.
    Entered,
    /// By family name, then given name, ignoring case and accents.
    Name,
    /// By `createdAt`.
    CreatedAt,
    /// By when they were last changed.
    UpdatedAt,
    /// The person's last own action.
    LastContactAt,
}

/// What the contacts' data would be used for.
#[derive(InputObject)]
pub struct UsableForInput {
    /// The purpose.
    pub purpose_id: ID,
    /// The channel.
    pub channel: Channel,
}

/// How many contacts were left out for one reason.
#[derive(SimpleObject)]
pub struct Withheld {
    /// Why.
    pub reason: Usability,
    /// How many.
    pub count: i64,
}

/// Counts beside a page of contacts; each is computed only when it is selected.
pub struct ContactTotals {
    total: Total,
    usable: Option<(App, UsableList)>,
}

impl ContactTotals {
    /// Totals of a list without `usableFor`.
    pub(crate) fn new(total: Total) -> Self {
        Self { total, usable: None }
    }
}

#[Object]
impl ContactTotals {
    /// Number of contacts on all pages, with the same filter. Counting is expensive: select it only to show
    /// it.
    async fn total_count(&self) -> Result<i64> {
        self.total.count().await
    }

    /// With `usableFor`: how many contacts match the filter but may not be used, by reason; reasons are
    /// mutually exclusive and come in a fixed order. Null without `usableFor`.
    #[graphql(complexity = "10 + child_complexity")]
    async fn withheld(&self) -> Result<Option<Vec<Withheld>>> {
        let Some((app, usable)) = &self.usable else { return Ok(None) };
        let counts = usable.withheld(app).await?;
        Ok(Some(
            counts.into_iter().map(|(reason, count)| Withheld { reason: reason.into(), count }).collect(),
        ))
    }
}

/// A page of contacts.
pub(crate) type ContactConnection = Connection<OpaqueCursor<Cursor>, Row<Contact>, ContactTotals>;

/// Queries for lists of contacts.
#[derive(Default)]
pub struct ContactListsQuery;

#[Object]
impl ContactListsQuery {
    /// Contacts, newest first by default.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection, and what narrows it")]
    async fn contacts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, or after `after`; from 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "How many up to the end, or up to `before`; from 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
        #[graphql(desc = "Which contacts; absent = all.")] filter: Option<ContactFilter>,
        #[graphql(
            desc = "Whether to leave out archived contacts, include them, or list only them.",
            default_with = "Archived::LeftOut"
        )]
        archived: Archived,
        #[graphql(desc = "The order; absent = newest first.")] order_by: Option<ContactOrderBy>,
        #[graphql(
            desc = "Only contacts whose data may be used for this now. Set it whenever the list will be used."
        )]
        usable_for: Option<UsableForInput>,
    ) -> Result<ContactConnection> {
        let (app, caller) = allowed(ctx, Right::ReadContacts)?;
        let request = PageArgs::new(first, after, last, before).check::<Cursor>()?;
        let order = order_by.map_or(Ok(OrderBy::Own(ContactOrder::Entered, Run::Down)), |by| {
            read_order(by.field, by.custom, by.direction)
        })?;
        let filter = read_filter(filter, caller.actor)?;
        let wanted = ContactsWanted { filter, archived: archived.into(), order };
        let list = list_contacts(app, caller.workspace, caller.actor, wanted).await?;
        let (list, usable) = match usable_for {
            Some(usable_for) => {
                let usable = usable_for.narrow(ctx, list).await?;
                (usable.usable.clone(), Some((app.clone(), usable)))
            }
            None => (list, None),
        };
        let asks = Asks::of_nodes(&ctx.look_ahead());
        let page = if is_foreseen(ctx, &asks, &["company"])? {
            let (page, companies) = list.page_with_companies(app, &request).await?;
            keep_rows(ctx, companies, |company| company.id)?;
            page
        } else {
            list.page(app, &request).await?
        };
        Box::pin(foresee_of_contacts(ctx, &asks, page.rows.iter().map(|(_, row)| row))).await?;
        let app = app.clone();
        let total = Total::new(move || {
            let (app, list) = (app.clone(), list.clone());
            async move { list.count(&app).await }
        });
        Ok(ordered(page, |row| Row(Contact(row)), ContactTotals { total, usable }))
    }
}

impl UsableForInput {
    async fn narrow(self, ctx: &Context<'_>, list: ContactList) -> Result<UsableList> {
        let (app, caller) = asked(ctx)?;
        let purpose: PurposeId = named(&self.purpose_id, "usableFor.purposeId")?;
        let usable =
            list_usable(app, caller.workspace, caller.actor, list, purpose, self.channel.into()).await;
        found("usableFor.purposeId", usable)
    }
}
