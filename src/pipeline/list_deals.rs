//! Lists of deals: their filters and sort orders. Amounts are in minor units of each deal's currency.

use entity::{
    CompanyId, ContactId, DealId, EntityKind, PipelineId, StageId, StageKind, Time, WorkspaceId, deal, stage,
};

use crate::{
    accounts::{Right, allow},
    app::App,
    error::Result,
    platform::{
        actor::Actor,
        filter::{Blank, Test},
        keyset::{By, Cursor, Kind, Named, Order, Run},
        lists::{Page, PageRequest},
        query::Query,
    },
    records::{
        Condition, List, NameOf,
        conditions::{Owner, Wanted},
        write_name_test,
    },
};

/// A condition on a deal.
#[derive(Clone, Debug)]
pub enum DealCondition {
    /// The deal is one of these.
    Id(Vec<DealId>),
    /// Its folded title.
    Title(Test<String>),
    /// In minor units.
    Amount(Test<i64>),
    /// ISO 4217.
    Currency(Test<String>),
    /// Its pipeline.
    Pipeline(Test<PipelineId>),
    /// Its stage.
    Stage(Test<StageId>),
    /// The kind of its stage.
    Kind(Vec<StageKind>),
    /// Its company.
    Company(Test<CompanyId>),
    /// One of these contacts has a role in it.
    Contact(Vec<ContactId>),
    /// Its owner.
    Owner(Owner),
    /// Its id in an external system.
    ExternalId(Test<String>),
    /// The day a decision is expected.
    ExpectedCloseOn(Test<String>),
    /// When it was won or lost.
    ClosedAt(Test<Time>),
    /// When it entered its current stage.
    StageSince(Test<Time>),
    /// When it was created.
    CreatedAt(Test<Time>),
    /// When it was last changed.
    UpdatedAt(Test<Time>),
}

/// Sort key of a list of deals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DealOrder {
    /// By id: the order in which they were added.
    Entered,
    /// By title.
    Title,
    /// By amount in minor units, whatever the currency.
    Amount,
    /// By the day a decision is expected.
    ExpectedCloseOn,
    /// By recorded creation time.
    CreatedAt,
    /// By time of the last change.
    UpdatedAt,
}

/// The input of a list of deals.
pub type DealsWanted = Wanted<DealCondition, DealOrder>;

/// A prepared list of deals.
pub type DealList = List<DealCondition>;

/// Prepares a list of deals.
///
/// # Errors
/// `Rejected` when a custom field is unknown or its value does not fit.
pub async fn list_deals(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    wanted: DealsWanted,
) -> Result<DealList> {
    allow(actor, Right::ReadDeals)?;
    List::prepare(app, workspace, actor, EntityKind::Deal, wanted, own_order).await
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
    /// One page, with the stages of its deals.
    ///
    /// # Errors
    /// `Rejected` when the cursor belongs to another list or order.
    pub async fn page_with_stages(
        &self,
        app: &App,
        request: &PageRequest<Cursor>,
    ) -> Result<(Page<(Cursor, deal::Model)>, Vec<stage::Model>)> {
        self.page_with(app, request, Named { table: "stage", by: "stage_id" }).await
    }
}

impl Condition for DealCondition {
    type Row = deal::Model;
    const TABLE: &'static str = "deal";
    const ALIAS: &'static str = "d";

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
