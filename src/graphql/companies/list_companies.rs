//! Lists of companies in GraphQL: filter and order.

use async_graphql::{
    Context, Enum, ID, InputObject, Object,
    connection::{Connection, OpaqueCursor},
};

use super::Company;
use crate::{
    accounts::Right,
    companies::{CompaniesWanted, CompanyCondition, CompanyOrder, list_companies},
    error::Result,
    graphql::{
        contacts::{
            filters::{Archived, CodeFilter, CustomFilter, Direction, OwnerFilter, TextFilter, TimeFilter},
            list_filter::{Combined, Level, ListFilter, read_filter, read_order},
        },
        kit::{allowed, cost, ordered},
    },
    platform::{
        graphql::{PageArgs, Row, page::Total},
        keyset::{Cursor, Run},
    },
    records::conditions::OrderBy,
};

/// Which companies to list. All conditions must hold; combine others with `and`, `or` and `not`.
#[derive(Default, InputObject)]
pub struct CompanyFilter {
    /// All of these hold.
    pub and: Option<Vec<CompanyFilter>>,
    /// At least one of these holds.
    pub or: Option<Vec<CompanyFilter>>,
    /// This does not hold.
    pub not: Option<Box<CompanyFilter>>,
    /// One of these companies.
    pub ids: Option<Vec<ID>>,
    /// Its name.
    pub name: Option<TextFilter>,
    /// Its e-mail domain in lower-case A-labels, like `lumen.example`.
    pub domain: Option<CodeFilter>,
    /// Its industry, compared character by character.
    pub industry: Option<CodeFilter>,
    /// Telephone number: complete, written in any way, or the beginning in E.164 (`+336`).
    pub phone: Option<CodeFilter>,
    /// Its id in the external system it is synchronised with.
    pub external_id: Option<CodeFilter>,
    /// The member responsible for it.
    pub owner: Option<OwnerFilter>,
    /// Whether a contact who is not archived works for it.
    pub has_contacts: Option<bool>,
    /// Whether it has an open deal that is not archived.
    pub has_open_deals: Option<bool>,
    /// When it was added.
    pub created_at: Option<TimeFilter>,
    /// When it was last changed.
    pub updated_at: Option<TimeFilter>,
    /// Custom fields; all conditions must hold.
    pub custom: Option<Vec<CustomFilter>>,
}

/// The order of a list of companies: by `field` or `custom`, not both.
#[derive(InputObject)]
pub struct CompanyOrderBy {
    /// A built-in field.
    pub field: Option<CompanyOrderField>,
    /// The key of a custom field.
    pub custom: Option<String>,
    /// Ascending or descending.
    #[graphql(default_with = "Direction::Ascending")]
    pub direction: Direction,
}

/// A built-in field to order companies by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "CompanyOrder")]
pub enum CompanyOrderField {
    /// In the order in which they were added.
    Entered,
    /// By name, ignoring case and accents.
    Name,
    /// By `createdAt`.
    CreatedAt,
    /// By when they were last changed.
    UpdatedAt,
}

/// A page of companies.
pub(crate) type CompanyConnection = Connection<OpaqueCursor<Cursor>, Row<Company>, Total>;

/// Queries for lists of companies.
#[derive(Default)]
pub struct CompanyListsQuery;

#[Object]
impl CompanyListsQuery {
    /// Companies, newest first by default.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection, and what narrows it")]
    async fn companies(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, or after `after`; from 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "How many up to the end, or up to `before`; from 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
        #[graphql(desc = "Which companies; absent = all.")] filter: Option<CompanyFilter>,
        #[graphql(
            desc = "Whether to leave out archived companies, include them, or list only them.",
            default_with = "Archived::LeftOut"
        )]
        archived: Archived,
        #[graphql(desc = "The order; absent = newest first.")] order_by: Option<CompanyOrderBy>,
    ) -> Result<CompanyConnection> {
        let (app, caller) = allowed(ctx, Right::ReadContacts)?;
        let request = PageArgs::new(first, after, last, before).check::<Cursor>()?;
        let order = order_by.map_or(Ok(OrderBy::Own(CompanyOrder::Entered, Run::Down)), |by| {
            read_order(by.field, by.custom, by.direction)
        })?;
        let filter = read_filter(filter, caller.actor)?;
        let wanted = CompaniesWanted { filter, archived: archived.into(), order };
        let list = list_companies(app, caller.workspace, caller.actor, wanted).await?;
        let page = list.page(app, &request).await?;
        let app = app.clone();
        let total = Total::new(move || {
            let (app, list) = (app.clone(), list.clone());
            async move { list.count(&app).await }
        });
        Ok(ordered(page, |row| Row(Company(row)), total))
    }
}

impl ListFilter for CompanyFilter {
    type Condition = CompanyCondition;

    fn combined(&mut self) -> Combined<Self> {
        Combined { and: self.and.take(), or: self.or.take(), not: self.not.take() }
    }

    fn read(self, level: &mut Level<'_, CompanyCondition>) -> Result<()> {
        use CompanyCondition as C;
        level.ids("ids", self.ids, C::Id)?;
        level.names("name", self.name, C::Name)?;
        level.tests("domain", self.domain, C::Domain)?;
        level.tests("industry", self.industry, C::Industry)?;
        level.tests("phone", self.phone, C::Phone)?;
        level.tests("externalId", self.external_id, C::ExternalId)?;
        level.tests("createdAt", self.created_at, C::CreatedAt)?;
        level.tests("updatedAt", self.updated_at, C::UpdatedAt)?;
        level.owner("owner", self.owner, C::Owner)?;
        level.holds(self.has_contacts, C::HasContacts)?;
        level.holds(self.has_open_deals, C::HasOpenDeals)?;
        level.custom(self.custom)
    }
}
