//! What can be asked about breaches.

use async_graphql::{Context, ID, Object};
use entity::BreachId;

use super::{Breach, BreachState};
use crate::{
    accounts::Right,
    error::Result,
    graphql::kit::{List, allowed, cost, list, load, parse},
    platform::graphql::{Nullable, PageArgs, nullable, page::Total},
    privacy::breaches::loads::{count_breaches, page_breaches},
};

/// Queries about breaches.
#[derive(Default)]
pub struct BreachesQuery;

#[Object]
impl BreachesQuery {
    /// The register of breaches, newest first.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn breaches(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, or after `after`; from 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "How many up to the end, or up to `before`; from 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
        #[graphql(desc = "Only those in this state.")] state: Option<BreachState>,
    ) -> Result<List<BreachId, Breach>> {
        let (app, caller) = allowed(ctx, Right::ManageBreaches)?;
        let request = PageArgs::new(first, after, last, before).check::<BreachId>()?;
        let state = state.map(Into::into);
        let page = page_breaches(app.db(), caller.workspace, state, &request).await?;
        let app = app.clone();
        let total = Total::new(move || {
            let app = app.clone();
            async move { count_breaches(app.db(), caller.workspace, state).await }
        });
        Ok(list(page, |row| row.id, Breach, total))
    }

    /// A breach; null when there is none with this id.
    async fn breach(&self, ctx: &Context<'_>, #[graphql(desc = "The breach.")] id: ID) -> Nullable<Breach> {
        let outcome = async {
            allowed(ctx, Right::ManageBreaches)?;
            match parse::<BreachId>(&id) {
                Some(id) => Ok(load(ctx, id).await?.map(Breach)),
                None => Ok(None),
            }
        };
        nullable(outcome.await)
    }
}
