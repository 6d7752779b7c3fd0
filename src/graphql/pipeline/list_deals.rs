//! Lists of deals in GraphQL: filters and sort orders.

use async_graphql::{Context, Enum, ID, InputObject, Object};

use super::{Deal, DealConnection, StageKind, loaders::foresee_of_deals};
use crate::{
    accounts::Right,
    error::Result,
    graphql::{
        contacts::{
            filters::{
                AmountFilter, Archived, CodeFilter, CustomFilter, DateFilter, Direction, OwnerFilter,
                ReferenceFilter, TextFilter, TimeFilter,
            },
            list_filter::{Combined, Level, ListFilter, read_filter, read_order},
        },
        kit::{Asks, allowed, cost, is_foreseen, keep_rows, ordered},
    },
    pipeline::{DealCondition, DealOrder, DealsWanted, list_deals},
    platform::{
        graphql::{PageArgs, Row, page::Total},
        keyset::{Cursor, Run},
    },
    records::conditions::OrderBy,
};

/// Filter for deals. All given conditions must hold; `and`, `or` and `not` combine more.
#[derive(Default, InputObject)]
pub struct DealFilter {
    /// All of these hold.
    pub and: Option<Vec<DealFilter>>,
    /// At least one of these holds.
    pub or: Option<Vec<DealFilter>>,
    /// This does not hold.
    pub not: Option<Box<DealFilter>>,
    /// The deal is one of these.
    pub ids: Option<Vec<ID>>,
    /// Its title.
    pub title: Option<TextFilter>,
    /// Its amount in minor units (cents). If several currencies are in use, also give `currency`.
    pub amount: Option<AmountFilter>,
    /// The amount's currency (ISO 4217).
    pub currency: Option<CodeFilter>,
    /// Its pipeline.
    pub pipeline: Option<ReferenceFilter>,
    /// Its stage.
    pub stage: Option<ReferenceFilter>,
    /// Open, won or lost.
    pub kinds: Option<Vec<StageKind>>,
    /// Its company.
    pub company: Option<ReferenceFilter>,
    /// One of these contacts has a role in it.
    pub contact_ids: Option<Vec<ID>>,
    /// The member who works on it.
    pub owner: Option<OwnerFilter>,
    /// Its id in an external system.
    pub external_id: Option<CodeFilter>,
    /// The day a decision is expected.
    pub expected_close_on: Option<DateFilter>,
    /// When it was won or lost.
    pub closed_at: Option<TimeFilter>,
    /// When it entered its current stage.
    pub stage_since: Option<TimeFilter>,
    /// When it was created.
    pub created_at: Option<TimeFilter>,
    /// When it was last changed.
    pub updated_at: Option<TimeFilter>,
    /// Custom fields; all of these hold.
    pub custom: Option<Vec<CustomFilter>>,
}

/// Sort order of deals: `field` or `custom`, not both.
#[derive(InputObject)]
pub struct DealOrderBy {
    /// A built-in field.
    pub field: Option<DealOrderField>,
    /// The key of a custom field.
    pub custom: Option<String>,
    /// Sort direction.
    #[graphql(default_with = "Direction::Ascending")]
    pub direction: Direction,
}

/// A built-in field to sort deals by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "DealOrder")]
pub enum DealOrderField {
    /// The order in which they were added.
    Entered,
    /// Title, ignoring case and accents.
    Title,
    /// Amount in minor units, whatever the currency.
    Amount,
    /// The day a decision is expected.
    ExpectedCloseOn,
    /// Recorded creation time.
    CreatedAt,
    /// Time of the last change.
    UpdatedAt,
}

/// Lists of deals.
#[derive(Default)]
pub struct DealListsQuery;

#[Object]
impl DealListsQuery {
    /// Deals, the newest first unless another order is given.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection, and what narrows it")]
    async fn deals(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, or after `after`; from 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "How many up to the end, or up to `before`; from 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
        #[graphql(desc = "Which deals; absent = all.")] filter: Option<DealFilter>,
        #[graphql(
            desc = "Whether to leave out archived deals, include them, or list only them.",
            default_with = "Archived::LeftOut"
        )]
        archived: Archived,
        #[graphql(desc = "The order; absent = newest first.")] order_by: Option<DealOrderBy>,
    ) -> Result<DealConnection> {
        let (app, caller) = allowed(ctx, Right::ReadDeals)?;
        let request = PageArgs::new(first, after, last, before).check::<Cursor>()?;
        let order = order_by.map_or(Ok(OrderBy::Own(DealOrder::Entered, Run::Down)), |by| {
            read_order(by.field, by.custom, by.direction)
        })?;
        let filter = read_filter(filter, caller.actor)?;
        let wanted = DealsWanted { filter, archived: archived.into(), order };
        let list = list_deals(app, caller.workspace, caller.actor, wanted).await?;
        let asks = Asks::of_nodes(&ctx.look_ahead());
        let page = if is_foreseen(ctx, &asks, &["stage"])? {
            let (page, stages) = list.page_with_stages(app, &request).await?;
            keep_rows(ctx, stages, |stage| stage.id)?;
            page
        } else {
            list.page(app, &request).await?
        };
        Box::pin(foresee_of_deals(ctx, &asks, page.rows.iter().map(|(_, row)| row))).await?;
        let app = app.clone();
        let total = Total::new(move || {
            let (app, list) = (app.clone(), list.clone());
            async move { list.count(&app).await }
        });
        Ok(ordered(page, |row| Row(Deal(row)), total))
    }
}

impl ListFilter for DealFilter {
    type Condition = DealCondition;

    fn combined(&mut self) -> Combined<Self> {
        Combined { and: self.and.take(), or: self.or.take(), not: self.not.take() }
    }

    fn read(self, level: &mut Level<'_, DealCondition>) -> Result<()> {
        use DealCondition as C;
        level.ids("ids", self.ids, C::Id)?;
        level.names("title", self.title, C::Title)?;
        level.tests("amount", self.amount, C::Amount)?;
        level.tests("currency", self.currency, C::Currency)?;
        level.tests("pipeline", self.pipeline, C::Pipeline)?;
        level.tests("stage", self.stage, C::Stage)?;
        level.tests("company", self.company, C::Company)?;
        level.tests("externalId", self.external_id, C::ExternalId)?;
        level.tests("expectedCloseOn", self.expected_close_on, C::ExpectedCloseOn)?;
        level.tests("closedAt", self.closed_at, C::ClosedAt)?;
        level.tests("stageSince", self.stage_since, C::StageSince)?;
        level.tests("createdAt", self.created_at, C::CreatedAt)?;
        level.tests("updatedAt", self.updated_at, C::UpdatedAt)?;
        level.values("kinds", self.kinds, C::Kind)?;
        level.ids("contactIds", self.contact_ids, C::Contact)?;
        level.owner("owner", self.owner, C::Owner)?;
        level.custom(self.custom)
    }
}
