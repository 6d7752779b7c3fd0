//! A form as it was published.

use async_graphql::{Context, ID, Object};
use entity::{Time, form_version};

use super::{Form, FormDefinition};
use crate::{
    error::{Error, Result},
    forms::Published,
    graphql::kit::{Read, load_named},
};

/// GraphQL type over a `form_version` row.
pub struct FormVersion(pub form_version::Model);

/// A published version of a form: self-contained and never changed.
#[Object]
impl FormVersion {
    /// Its id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// The form it is a version of.
    async fn form(&self, ctx: &Context<'_>) -> Result<Form> {
        Ok(Form(load_named(ctx, self.0.form_id).await?))
    }

    /// Number of the version, from 1.
    async fn number(&self) -> i32 {
        self.0.number
    }

    /// SHA-256 of its canonical definition (RFC 8785), in hex.
    async fn sha256(&self) -> String {
        hex::encode(&self.0.sha256)
    }

    /// When it was published.
    async fn published_at(&self) -> Time {
        self.0.published_at
    }

    /// Its definition.
    async fn definition(&self) -> Read<FormDefinition> {
        let published: Published = serde_json::from_str(&self.0.definition).map_err(Error::from)?;
        Ok(published.definition.into())
    }
}
