//! Batch loading: what many fields ask for at the same time is loaded with one statement. Each room adds its
//! own keys.
//!
//! Loaders are created per request, and per step of a subscription.

use std::{
    any::{Any, TypeId},
    collections::HashMap,
    hash::Hash,
    sync::{Arc, PoisonError, RwLock},
};

use async_graphql::{
    Context,
    dataloader::{DataLoader, HashMapCache, Loader},
    runtime::{TokioSpawner, TokioTimer},
};
use sea_orm::DbErr;

use crate::{
    accounts::Caller,
    app::App,
    error::{Error, Result},
};

/// Loads many keys of one type with one statement. Each room implements it for its keys.
pub(crate) struct Load {
    /// The running application.
    pub app: App,
    /// The caller: nothing outside their workspace is ever loaded.
    pub caller: Caller,
}

/// The loaders of one request, or of one step of a subscription.
pub(crate) type Loaders = Arc<DataLoader<Load, HashMapCache>>;

/// Holds a request's loaders.
pub(crate) struct Held {
    app: App,
    caller: Caller,
    pub(super) keep: bool,
    current: RwLock<Loaders>,
    /// Values that `foresee` prefetched: one `HashMap` per key type.
    pub(super) foreseen: RwLock<HashMap<TypeId, Box<dyn Any + Send + Sync>>>,
}

/// Why a batch failed, for every field that waited for it.
#[derive(Clone)]
pub(crate) struct LoadError(Arc<Error>);

/// Creates the loaders of one request. They cache only if `keep` is set, which is when the request changes
/// nothing: otherwise an answer could show values from before one of its own mutations.
pub(crate) fn loaders(app: &App, caller: Caller, keep: bool) -> Arc<Held> {
    Arc::new(Held {
        app: app.clone(),
        caller,
        keep,
        current: RwLock::new(make(app, caller, keep)),
        foreseen: RwLock::default(),
    })
}

fn make(app: &App, caller: Caller, keep: bool) -> Loaders {
    let load = Load { app: app.clone(), caller };
    let loaders =
        DataLoader::with_cache(load, TokioSpawner::current(), TokioTimer::default(), HashMapCache::default())
            .max_batch_size(5_000);
    loaders.enable_all_cache(keep);
    Arc::new(loaders)
}

impl Held {
    /// New loaders with an empty cache: for each step of a subscription.
    pub(crate) fn renew(&self) -> Loaders {
        let loaders = make(&self.app, self.caller, true);
        self.current.write().unwrap_or_else(PoisonError::into_inner).clone_from(&loaders);
        self.foreseen.write().unwrap_or_else(PoisonError::into_inner).clear();
        loaders
    }
}

/// The holder of this request's loaders.
pub(crate) fn held(ctx: &Context<'_>) -> Result<Arc<Held>> {
    ctx.data::<Arc<Held>>().cloned().map_err(|_| Error::Unauthenticated)
}

/// The loaders of this request.
pub(crate) fn loaders_of(ctx: &Context<'_>) -> Result<Loaders> {
    let held = ctx.data::<Arc<Held>>().map_err(|_| Error::Unauthenticated)?;
    Ok(held.current.read().unwrap_or_else(PoisonError::into_inner).clone())
}

/// Loads one key, batched with others of its type.
pub(crate) async fn load<K>(ctx: &Context<'_>, key: K) -> Result<Option<<Load as Loader<K>>::Value>>
where
    K: Send + Sync + Hash + Eq + Clone + 'static,
    Load: Loader<K, Error = LoadError>,
{
    let held = ctx.data::<Arc<Held>>().map_err(|_| Error::Unauthenticated)?;
    if let Some(value) = held.foreseen(&key) {
        return Ok(Some(value));
    }
    // Boxed here, so that the future of every field that may load something stays small (see the test on
    // their sizes).
    let loaders = loaders_of(ctx)?;
    Ok(Box::pin(async move { loaders.load_one(key).await }).await?)
}

/// Loads a row that another row references; its absence is an internal error.
pub(crate) async fn load_named<K>(ctx: &Context<'_>, key: K) -> Result<<Load as Loader<K>>::Value>
where
    K: Send + Sync + Hash + Eq + Clone + 'static,
    Load: Loader<K, Error = LoadError>,
{
    load(ctx, key).await?.ok_or(Error::NotFound)
}

impl From<Error> for LoadError {
    fn from(error: Error) -> Self {
        // Logged once here, not once per waiting field.
        error.log();
        Self(Arc::new(error))
    }
}

impl From<DbErr> for LoadError {
    fn from(error: DbErr) -> Self {
        Error::from(error).into()
    }
}

impl From<LoadError> for Error {
    fn from(LoadError(error): LoadError) -> Self {
        match &*error {
            Self::Rejected(problems) => Self::Rejected(problems.clone()),
            Self::Unauthenticated => Self::Unauthenticated,
            Self::Forbidden => Self::Forbidden,
            Self::SecondFactorRequired { enrolled } => Self::SecondFactorRequired { enrolled: *enrolled },
            Self::NotFound => Self::NotFound,
            Self::Conflict => Self::Conflict,
            Self::Busy(after) => Self::Busy(*after),
            Self::Internal(_) => Self::internal("loading failed, as logged before"),
        }
    }
}

/// Asks a room's loads for rows by id: `deals_by_id(DealId) -> deal;`.
macro_rules! load_by_id {
    ($($rows_by_id:ident($id:ty) -> $row:ident;)*) => {$(
        impl async_graphql::dataloader::Loader<$id> for $crate::graphql::kit::Load {
            type Value = entity::$row::Model;
            type Error = $crate::graphql::kit::LoadError;

            async fn load(&self, keys: &[$id]) -> std::result::Result<std::collections::HashMap<$id, Self::Value>, Self::Error> {
                Ok($rows_by_id(self.app.db(), self.caller.workspace, keys).await?)
            }
        }
    )*};
}
pub(crate) use load_by_id;

/// Asks a room's loads for what belongs to rows: `PartiesOf(DealId) = parties_of_deals -> deal_contact;`.
macro_rules! load_of {
    ($($(#[$doc:meta])* $key:ident($owner:ty) = $rows_of:ident -> $row:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash)]
        pub(crate) struct $key(pub $owner);

        impl async_graphql::dataloader::Loader<$key> for $crate::graphql::kit::Load {
            type Value = Vec<entity::$row::Model>;
            type Error = $crate::graphql::kit::LoadError;

            async fn load(&self, keys: &[$key]) -> std::result::Result<std::collections::HashMap<$key, Self::Value>, Self::Error> {
                let owners: Vec<$owner> = keys.iter().map(|key| key.0).collect();
                let rows = $rows_of(self.app.db(), self.caller.workspace, &owners).await?;
                Ok(rows.into_iter().map(|(owner, rows)| ($key(owner), rows)).collect())
            }
        }
    )*};
}
pub(crate) use load_of;
