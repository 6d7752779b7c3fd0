//! Queries for single contacts and companies, and the list of tags. Filtered lists are in the `list_*` files.

use async_graphql::{Context, ID, Object};
use entity::{CompanyId, ContactId};

use super::{
    Contact, Tag,
    loaders::{foresee_of_contacts, load_one},
};
use crate::{
    accounts::Right,
    contacts::loads::{TagPlace, count_tags, page_tags},
    error::Result,
    graphql::{
        companies::Company,
        kit::{Asks, List, allowed, cost, list, load, parse},
    },
    platform::graphql::{Nullable, PageArgs, Row, nullable, page::Total},
};

/// Queries of this room.
#[derive(Default)]
pub struct ContactsQuery;

#[Object]
impl ContactsQuery {
    /// A contact; null when there is none with this id.
    async fn contact(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The contact.")] id: ID,
    ) -> Nullable<Row<Contact>> {
        let outcome = async {
            allowed(ctx, Right::ReadContacts)?;
            match parse::<ContactId>(&id) {
                Some(id) => {
                    let asks = Asks::of_one(ctx.look_ahead());
                    let row = Box::pin(load_one(ctx, &asks, id)).await?;
                    Box::pin(foresee_of_contacts(ctx, &asks, row.iter())).await?;
                    Ok(row.map(|row| Row(Contact(row))))
                }
                None => Ok(None),
            }
        };
        nullable(outcome.await)
    }

    /// A company; null when there is none with this id.
    async fn company(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The company.")] id: ID,
    ) -> Nullable<Company> {
        let outcome = async {
            allowed(ctx, Right::ReadContacts)?;
            match parse::<CompanyId>(&id) {
                Some(id) => Ok(load(ctx, id).await?.map(Company)),
                None => Ok(None),
            }
        };
        nullable(outcome.await)
    }

    /// All tags, by name.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn tags(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, or after `after`; from 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "How many up to the end, or up to `before`; from 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
    ) -> Result<List<TagPlace, Tag>> {
        let (app, caller) = allowed(ctx, Right::ReadContacts)?;
        let request = PageArgs::new(first, after, last, before).check::<TagPlace>()?;
        let page = page_tags(app.db(), caller.workspace, &request).await?;
        let app = app.clone();
        let total = Total::new(move || {
            let app = app.clone();
            async move { count_tags(app.db(), caller.workspace).await }
        });
        Ok(list(page, TagPlace::of, Tag, total))
    }
}
