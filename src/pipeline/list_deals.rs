//! Deals in lists: what they can be filtered by, and in which orders they come. Amounts are in minor units of each deal's currency.

use std::sync::Arc;

use entity::{
    CompanyId, ContactId, DealId, EntityKind, PipelineId, StageId, StageKind, Time, WorkspaceId, deal, stage,
};

use crate::{
    accounts::{Right, allow},
    app::App,
    error::Result,
    platform::{
        actor::Actor,
        filter::{Blank, Filter, Test},
        keyset::{By, Cursor, Kind, Listing, Named, Order, Run},
        lists::{Page, PageRequest},
        query::Query,
    },
    records::{
        NameOf,
        conditions::{Archived, Asked, OrderBy, Owner, Reads, Ready, ready},
        write_name_test,
    },
};

/// One condition on a deal.
#[derive(Clone, Debug)]
pub enum DealCondition {
    /// It is one of these.
    Id(Vec<DealId>),
    /// Its title, folded.
    Title(Test<String>),
    /// In minor units.
    Amount(Test<i64>),
    /// ISO 4217.
    Currency(Test<String>),
    /// On which pipeline.
    Pipeline(Test<PipelineId>),
    /// In which stage.
    Stage(Test<StageId>),
    /// In a stage of one of these kinds.
    Kind(Vec<StageKind>),
    /// With whom.
    Company(Test<CompanyId>),
    /// One of these contacts has a part in it.
    Contact(Vec<ContactId>),
    /// Who works on it.
    Owner(Owner),
    /// Its id in another system.
    ExternalId(Test<String>),
    /// The expected day.
    ExpectedCloseOn(Test<String>),
    /// When it was won or lost.
    ClosedAt(Test<Time>),
    /// Since when it stands in its stage.
    StageSince(Test<Time>),
    /// When it entered.
    CreatedAt(Test<Time>),
    /// When it last changed.
    UpdatedAt(Test<Time>),
}

/// By what deals are ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DealOrder {
    /// By id: as they entered.
    Entered,
    /// By title.
    Title,
    /// By amount in minor units, whatever the currency.
    Amount,
    /// By the expected day.
    ExpectedCloseOn,
    /// By when they entered, as it was recorded.
    CreatedAt,
    /// By when they last changed.
    UpdatedAt,
}

/// Which deals, in which order.
#[derive(Clone, Debug)]
pub struct DealsWanted {
    /// Which.
    pub filter: Filter<Asked<DealCondition>>,
    /// What becomes of those that are archived.
    pub archived: Archived,
    /// In which order.
    pub order: OrderBy<DealOrder>,
}

/// A list of deals, ready to be read.
#[derive(Clone)]
pub struct DealList {
    workspace: WorkspaceId,
    filter: Arc<Filter<Ready<DealCondition>>>,
    archived: Archived,
    order: Order,
}

/// Makes a list of deals ready.
///
/// # Errors
/// `Rejected` when a custom field is unknown or does not fit.
pub async fn list_deals(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    wanted: DealsWanted,
) -> Result<DealList> {
    allow(actor, Right::ReadDeals)?;
    let (filter, order) = ready(
        app,
        workspace,
        actor,
        EntityKind::Deal,
        wanted.filter,
        &wanted.order,
        Reads { own: own_order, phone: |_| None },
    )
    .await?;
    Ok(DealList { workspace, filter: Arc::new(filter), archived: wanted.archived, order })
}

fn own_order(order: DealOrder, run: Run) -> Order {
    let column = |column, kind, nullable| By::Column { column, kind, nullable };
    let (name, by) = match order {
        DealOrder::Entered => ("deals", By::Id),
        DealOrder::Title => ("deals title", column("d.sort_name", Kind::Text, false)),
        DealOrder::Amount => ("deals amount", column("d.amount_minor", Kind::Int, false)),
        DealOrder::ExpectedCloseOn => ("deals close", column("d.expected_close_on", Kind::Text, true)),
        DealOrder::CreatedAt => ("deals created", column("d.created_at", Kind::Time, false)),
        DealOrder::UpdatedAt => ("deals updated", column("d.updated_at", Kind::Time, false)),
    };
    Order::new(name, by, run)
}

impl DealList {
    /// One page.
    ///
    /// # Errors
    /// `Rejected` when the cursor is of another list or order.
    pub async fn page(
        &self,
        app: &App,
        request: &PageRequest<Cursor>,
    ) -> Result<Page<(Cursor, deal::Model)>> {
        self.listing(&|query| self.write_condition(query)).page(app.db(), request).await
    }

    /// The same, and the stages of its deals.
    ///
    /// # Errors
    /// `Rejected` when the cursor is of another list or order.
    pub async fn page_with_stages(
        &self,
        app: &App,
        request: &PageRequest<Cursor>,
    ) -> Result<(Page<(Cursor, deal::Model)>, Vec<stage::Model>)> {
        let stage = Named { table: "stage", by: "stage_id" };
        self.listing(&|query| self.write_condition(query)).page_with(app.db(), request, stage).await
    }

    /// How many there are on all pages.
    ///
    /// # Errors
    /// Database errors only.
    pub async fn count(&self, app: &App) -> Result<i64> {
        self.listing(&|query| self.write_condition(query)).count(app.db()).await
    }

    fn listing<'a>(&'a self, condition: &'a (dyn Fn(&mut Query) + Send + Sync)) -> Listing<'a> {
        Listing { table: "deal", alias: "d", order: &self.order, joins: &|_| {}, condition }
    }

    fn write_condition(&self, query: &mut Query) {
        query.push("d.workspace_id = ").bind(self.workspace);
        self.archived.write(query, "d");
        query.push(" AND ");
        self.filter.write(query, &|query, ready| match ready {
            Ready::Own(condition) => condition.write(query),
            Ready::Field(condition) => condition.write(query, "d"),
        });
    }
}

impl DealCondition {
    fn write(&self, query: &mut Query) {
        match self {
            Self::Id(ids) => {
                query.is_any("d.id", ids.iter().copied());
            }
            Self::Title(test) => write_name_test(query, "d.sort_name", test, NameOf::Thing),
            Self::Amount(test) => test.write(query, "d.amount_minor", Blank::Null),
            Self::Currency(test) => test.write(query, "d.currency", Blank::Empty),
            Self::Pipeline(test) => test.write(query, "d.pipeline_id", Blank::Null),
            Self::Stage(test) => test.write(query, "d.stage_id", Blank::Null),
            Self::Kind(kinds) => {
                query.push(
                    "d.stage_id IN (SELECT s.id FROM stage s WHERE s.workspace_id = d.workspace_id AND ",
                );
                query.is_any("s.kind", kinds.iter().copied()).push(")");
            }
            Self::Company(test) => test.write(query, "d.company_id", Blank::Null),
            Self::Contact(contacts) => {
                query.push("EXISTS (SELECT 1 FROM deal_contact x WHERE x.workspace_id = d.workspace_id AND x.deal_id = d.id AND ");
                query.is_any("x.contact_id", contacts.iter().copied()).push(")");
            }
            Self::Owner(owner) => owner.write(query, "d.owner_id"),
            Self::ExternalId(test) => test.write(query, "d.external_id", Blank::Null),
            Self::ExpectedCloseOn(test) => test.write(query, "d.expected_close_on", Blank::Null),
            Self::ClosedAt(test) => test.write(query, "d.closed_at", Blank::Null),
            Self::StageSince(test) => test.write(query, "d.stage_since", Blank::Null),
            Self::CreatedAt(test) => test.write(query, "d.created_at", Blank::Null),
            Self::UpdatedAt(test) => test.write(query, "d.updated_at", Blank::Null),
        }
    }
}
