//! Lists of companies: their conditions and orders.

use entity::{CompanyId, EntityKind, Time, WorkspaceId, company};

use crate::{
    accounts::{Right, allow},
    app::App,
    error::Result,
    platform::{
        actor::Actor,
        filter::{Blank, Test},
        keyset::{By, Kind, Order, Run},
        query::Query,
    },
    records::{
        Condition, List, NameOf,
        conditions::{Owner, Wanted},
        write_name_test,
    },
};

/// A condition on a company.
#[derive(Clone, Debug)]
pub enum CompanyCondition {
    /// Its id is one of these.
    Id(Vec<CompanyId>),
    /// Its name, folded.
    Name(Test<String>),
    /// Its domain.
    Domain(Test<String>),
    /// Its industry, exactly.
    Industry(Test<String>),
    /// Telephone number in E.164.
    Phone(Test<String>),
    /// Its id in the external system.
    ExternalId(Test<String>),
    /// The responsible member.
    Owner(Owner),
    /// Whether a contact who is not archived works for it.
    HasContacts,
    /// Whether it has an open deal that is not archived.
    HasOpenDeals,
    /// When it was added.
    CreatedAt(Test<Time>),
    /// When it was last changed.
    UpdatedAt(Test<Time>),
}

/// The order of companies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompanyOrder {
    /// By id, which is the order of creation.
    Entered,
    /// By name.
    Name,
    /// By `createdAt`.
    CreatedAt,
    /// By when they were last changed.
    UpdatedAt,
}

/// The input of a list of companies.
pub type CompaniesWanted = Wanted<CompanyCondition, CompanyOrder>;

/// A prepared list of companies.
pub type CompanyList = List<CompanyCondition>;

/// Prepares a list of companies.
///
/// # Errors
/// `Rejected` when a custom field is unknown or its test does not fit.
pub async fn list_companies(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    wanted: CompaniesWanted,
) -> Result<CompanyList> {
    allow(actor, Right::ReadContacts)?;
    List::prepare(app, workspace, actor, EntityKind::Company, wanted, own_order).await
}

fn own_order(order: CompanyOrder, run: Run) -> Order {
    let column = |column, kind| By::Column { column, kind, nullable: false };
    let (name, by) = match order {
        CompanyOrder::Entered => ("companies", By::Id),
        CompanyOrder::Name => ("companies name", column("y.sort_name", Kind::Text)),
        CompanyOrder::CreatedAt => ("companies created", column("y.created_at", Kind::Time)),
        CompanyOrder::UpdatedAt => ("companies updated", column("y.updated_at", Kind::Time)),
    };
    Order::new(name, by, run)
}

impl Condition for CompanyCondition {
    type Row = company::Model;
    const TABLE: &'static str = "company";
    const ALIAS: &'static str = "y";

    fn write(&self, query: &mut Query) {
        match self {
            Self::Id(ids) => {
                query.is_any("y.id", ids.iter().copied());
            }
            Self::Name(test) => write_name_test(query, "y.sort_name", test, NameOf::Thing),
            Self::Domain(test) => test.write(query, "y.domain", Blank::Empty),
            Self::Industry(test) => test.write(query, "y.industry", Blank::Empty),
            Self::Phone(test) => test.write(query, "y.phone", Blank::Empty),
            Self::ExternalId(test) => test.write(query, "y.external_id", Blank::Null),
            Self::Owner(owner) => owner.write(query, "y.owner_id"),
            Self::HasContacts => {
                let text = "EXISTS (SELECT 1 FROM contact x WHERE x.workspace_id = y.workspace_id AND x.company_id = y.id AND x.archived_at IS NULL)";
                query.push(text);
            }
            Self::HasOpenDeals => {
                query.push(
                    "EXISTS (SELECT 1 FROM deal d JOIN stage s ON s.workspace_id = d.workspace_id AND s.id = d.stage_id
                    WHERE d.workspace_id = y.workspace_id AND d.company_id = y.id AND d.archived_at IS NULL AND s.kind = 'OPEN')",
                );
            }
            Self::CreatedAt(test) => test.write(query, "y.created_at", Blank::Null),
            Self::UpdatedAt(test) => test.write(query, "y.updated_at", Blank::Null),
        }
    }

    fn phone(&mut self) -> Option<&mut Test<String>> {
        match self {
            Self::Phone(test) => Some(test),
            _ => None,
        }
    }
}
