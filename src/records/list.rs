//! A list of rows that can be paged and counted: what the lists of contacts, companies, deals and activities
//! have in common. Each of them only says which conditions and orders it knows.

use std::sync::Arc;

use entity::{EntityKind, WorkspaceId, from_row::FromRow};

use super::conditions::{Archived, Reads, Ready, Wanted, ready};
use crate::{
    app::App,
    error::Result,
    platform::{
        actor::Actor,
        filter::{Filter, Test},
        keyset::{Cursor, Listing, Named, Order, Rows, Run},
        lists::{Page, PageRequest},
        query::Query,
    },
};

/// A condition on the rows of one table.
pub trait Condition: Send + Sync + 'static {
    /// The rows.
    type Row: FromRow;
    /// Their table.
    const TABLE: &'static str;
    /// The table's alias in statements.
    const ALIAS: &'static str;

    /// Writes the condition.
    fn write(&self, query: &mut Query);

    /// The test of a telephone number, if it is one; its numbers are normalised.
    fn phone(&mut self) -> Option<&mut Test<String>> {
        None
    }
}

/// Writes a part of a statement about the rows of a list.
pub type WriteSql = Arc<dyn Fn(&mut Query) + Send + Sync>;

/// Which rows of a list another room keeps.
#[derive(Clone)]
pub struct Restriction {
    /// Joins that the condition needs.
    pub joins: WriteSql,
    /// The condition.
    pub condition: WriteSql,
}

/// A prepared list.
#[derive(Clone)]
pub struct List<C> {
    workspace: WorkspaceId,
    filter: Arc<Filter<Ready<C>>>,
    archived: Archived,
    order: Order,
    restriction: Option<Restriction>,
}

impl<C: Condition> List<C> {
    /// A list of rows that may have custom fields.
    ///
    /// # Errors
    /// `Rejected` when a custom field is unknown or its test does not fit.
    pub(crate) async fn prepare<O: Copy>(
        app: &App,
        workspace: WorkspaceId,
        actor: Actor,
        entity: EntityKind,
        wanted: Wanted<C, O>,
        own_order: impl FnOnce(O, Run) -> Order,
    ) -> Result<Self> {
        let archived = wanted.archived;
        let reads = Reads { own: own_order, phone: C::phone };
        let (filter, order) =
            ready(app, workspace, actor, entity, wanted.filter, &wanted.order, reads).await?;
        Ok(Self::new(workspace, filter, archived, order))
    }

    /// A list whose conditions are resolved.
    pub(crate) fn new(
        workspace: WorkspaceId,
        filter: Filter<Ready<C>>,
        archived: Archived,
        order: Order,
    ) -> Self {
        Self { workspace, filter: Arc::new(filter), archived, order, restriction: None }
    }

    /// Restricts the list.
    #[must_use]
    pub fn only(mut self, restriction: Restriction) -> Self {
        self.restriction = Some(restriction);
        self
    }

    /// One page.
    ///
    /// # Errors
    /// `Rejected` when the cursor belongs to another list or order.
    pub async fn page(&self, app: &App, request: &PageRequest<Cursor>) -> Result<Page<(Cursor, C::Row)>> {
        self.listing().page(app.db(), request).await
    }

    /// One page, with the rows of another table that its rows refer to.
    ///
    /// # Errors
    /// `Rejected` when the cursor belongs to another list or order.
    pub(crate) async fn page_with<N: FromRow>(
        &self,
        app: &App,
        request: &PageRequest<Cursor>,
        named: Named,
    ) -> Result<(Page<(Cursor, C::Row)>, Vec<N>)> {
        self.listing().page_with(app.db(), request, named).await
    }

    /// How many rows there are on all pages.
    ///
    /// # Errors
    /// Database errors only.
    pub async fn count(&self, app: &App) -> Result<i64> {
        self.listing().count(app.db()).await
    }

    fn listing(&self) -> Listing<'_> {
        Listing { table: C::TABLE, alias: C::ALIAS, order: &self.order, rows: self }
    }
}

impl<C: Condition> Rows for List<C> {
    fn write_joins(&self, query: &mut Query) {
        if let Some(restriction) = &self.restriction {
            (restriction.joins)(query);
        }
    }

    fn write_condition(&self, query: &mut Query) {
        query.push(C::ALIAS).push(".workspace_id = ").bind(self.workspace);
        self.archived.write(query, C::ALIAS);
        query.push(" AND ");
        self.filter.write(query, &|query, ready| match ready {
            Ready::Own(condition) => condition.write(query),
            Ready::Field(condition) => condition.write(query, C::ALIAS),
        });
        if let Some(restriction) = &self.restriction {
            query.push(" AND ");
            (restriction.condition)(query);
        }
    }
}
