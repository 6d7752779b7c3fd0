//! API keys in GraphQL: created, shown once, listed, revoked.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use entity::{ApiKeyId, Time, api_key};

use super::{Member, Role};
use crate::{
    accounts::{
        Right, create_api_key_once, end_api_key,
        loads::{api_keys_by_id, count_api_keys, page_api_keys},
    },
    error::Result,
    graphql::kit::{List, allowed, asked, cost, found, list, load, load_by_id, named},
    platform::graphql::{DateTime, PageArgs, UserError, page::Total, user_errors},
};

load_by_id! {
    api_keys_by_id(ApiKeyId) -> api_key;
}

/// GraphQL type of an API key.
#[derive(Clone)]
pub struct ApiKey(pub api_key::Model);

/// The credential of a program. Its text is shown once, when it is made.
#[Object]
impl ApiKey {
    /// Its global id.
    pub async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// What the key is used for.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The key's role.
    async fn role(&self) -> Role {
        self.0.role.into()
    }

    /// When it was created.
    async fn created_at(&self) -> Time {
        self.0.created_at
    }

    /// The member who created it: the key ends when they lose access or the right to manage keys. Null =
    /// created by the operator on the server.
    async fn maker(&self, ctx: &Context<'_>) -> Result<Option<Member>> {
        match self.0.maker_id {
            Some(id) => Ok(load(ctx, id).await?.map(Member)),
            None => Ok(None),
        }
    }

    /// When it expires; null = valid until it is revoked.
    async fn expires_at(&self) -> Option<Time> {
        self.0.expires_at
    }

    /// When it was last used, to the minute; null = never.
    async fn last_used_at(&self) -> Option<Time> {
        self.0.last_used_at
    }

    /// When it was revoked; null while it is valid.
    async fn revoked_at(&self) -> Option<Time> {
        self.0.revoked_at
    }
}

/// A new API key.
#[derive(InputObject)]
pub struct CreateApiKeyInput {
    /// What it is used for, in at most 100 characters.
    pub name: String,
    /// Its role, with no more rights than yours.
    pub role: Role,
    /// When it expires; absent = valid until it is revoked.
    pub expires_at: Option<DateTime>,
    /// An idempotency key of your choice, such as a UUID: sending the same request again creates nothing. The
    /// text is not shown a second time.
    pub idempotency_key: Option<String>,
}

/// Result of `createApiKey`.
#[derive(SimpleObject)]
pub struct CreateApiKeyPayload {
    /// The key; null when the input was refused.
    pub api_key: Option<ApiKey>,
    /// Its text, for `Authorization: Bearer …`. Shown only this once.
    pub text: Option<String>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// The key to revoke.
#[derive(InputObject)]
pub struct RevokeApiKeyInput {
    /// The key.
    pub api_key_id: ID,
}

/// Result of `revokeApiKey`.
#[derive(SimpleObject)]
pub struct RevokeApiKeyPayload {
    /// The key as it is now; null when the input was refused.
    pub api_key: Option<ApiKey>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// Queries about API keys.
#[derive(Default)]
pub struct ApiKeysQuery;

#[Object]
impl ApiKeysQuery {
    /// API keys, the newest first, including revoked and expired ones.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn api_keys(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, or after `after`; from 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "How many up to the end, or up to `before`; from 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
    ) -> Result<List<ApiKeyId, ApiKey>> {
        let (app, caller) = allowed(ctx, Right::ManageApiKeys)?;
        let request = PageArgs::new(first, after, last, before).check::<ApiKeyId>()?;
        let page = page_api_keys(app.db(), caller.workspace, &request).await?;
        let app = app.clone();
        let total = Total::new(move || {
            let app = app.clone();
            async move { count_api_keys(app.db(), caller.workspace).await }
        });
        Ok(list(page, |row| row.id, ApiKey, total))
    }
}

/// Mutations about API keys.
#[derive(Default)]
pub struct ApiKeysMutation;

#[Object]
impl ApiKeysMutation {
    /// Create an API key. For members who used their second factor in the last five minutes (`stepUp`). The
    /// key's text is only in this answer. The key ends when its creator loses access.
    async fn create_api_key(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The new API key.")] input: CreateApiKeyInput,
    ) -> Result<CreateApiKeyPayload> {
        let (app, caller) = asked(ctx)?;
        let key = input.idempotency_key.as_deref();
        let expires_at = input.expires_at.map(|DateTime(at)| at);
        let outcome = create_api_key_once(app, caller, &input.name, input.role.into(), expires_at, key).await;
        let (made, user_errors) = user_errors(outcome)?;
        let (api_key, text) = match made {
            Some((row, text)) => (Some(ApiKey(row)), text),
            None => (None, None),
        };
        Ok(CreateApiKeyPayload { api_key, text, user_errors })
    }

    /// Revoke an API key, at once and everywhere; open sockets close.
    async fn revoke_api_key(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The API key to revoke.")] input: RevokeApiKeyInput,
    ) -> Result<RevokeApiKeyPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id: ApiKeyId = named(&input.api_key_id, "apiKeyId")?;
            found("apiKeyId", end_api_key(app, caller.workspace, caller.actor, id).await)
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(RevokeApiKeyPayload { api_key: row.map(ApiKey), user_errors })
    }
}
