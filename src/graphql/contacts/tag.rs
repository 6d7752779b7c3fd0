//! A tag in GraphQL.

use async_graphql::{Context, ID, Object};
use entity::{Time, tag};

use super::UsesOf;
use crate::{
    error::Result,
    graphql::kit::{at_hand, load},
};

/// GraphQL type over a `tag` row.
pub struct Tag(pub tag::Model);

at_hand! {
    Tag: id, name, createdAt;
}

/// A label that staff put on contacts. Two spellings that differ in case or accents are one tag.
#[Object]
impl Tag {
    /// Its id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// Its name, as first written or last renamed.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// How many contacts have it, without archived ones.
    async fn contact_count(&self, ctx: &Context<'_>) -> Result<i64> {
        Ok(load(ctx, UsesOf(self.0.id)).await?.unwrap_or_default())
    }

    /// When it was created.
    async fn created_at(&self) -> Time {
        self.0.created_at
    }
}
