//! Prefetches what the rows' fields need, in batches together with the rows: no row waits for another, and
//! data two levels down is requested early.
//!
//! Only in queries, where loaders cache what they load; after a change the cache would be stale. A key
//! without a value would be loaded again by its field, so loaders of rows by their owner return a value for
//! every key (`group_for`).

use std::{
    any::TypeId,
    collections::{HashMap, HashSet},
    hash::Hash,
    sync::PoisonError,
};

use async_graphql::{Context, Lookahead, dataloader::Loader};

use super::loaders::{Held, Load, LoadError, held, loaders_of};
use crate::error::Result;

/// Prefetched values of one key type.
type Foreseen<K> = HashMap<K, <Load as Loader<K>>::Value>;

/// The fields that a query selects on rows.
pub(crate) struct Asks<'a> {
    of: Vec<Lookahead<'a>>,
    /// There is exactly one row, whatever the data.
    pub(crate) one: bool,
}

impl<'a> Asks<'a> {
    /// Selected on the row, or on every row, that this field returns.
    pub(crate) fn of(field: Lookahead<'a>) -> Self {
        Self { of: vec![field], one: false }
    }

    /// Selected on the single row that this field returns.
    pub(crate) fn of_one(field: Lookahead<'a>) -> Self {
        Self { one: true, ..Self::of(field) }
    }

    /// Selected on every row of the connection that this field returns.
    pub(crate) fn of_nodes(field: &Lookahead<'a>) -> Self {
        Self { of: vec![field.field("nodes"), field.field("edges").field("node")], one: false }
    }

    /// Selected on the rows that a field of these rows returns.
    pub(crate) fn under(&self, field: &str) -> Self {
        Self { of: self.of.iter().map(|asks| asks.field(field)).collect(), one: false }
    }

    fn have(&self, fields: &[&str]) -> bool {
        self.of.iter().any(|asks| fields.iter().any(|field| asks.field(field).exists()))
    }
}

/// Prefetches the values for `keys` if one of `fields` is selected, unless they are already there.
pub(crate) async fn foresee<K>(
    ctx: &Context<'_>,
    asks: &Asks<'_>,
    fields: &[&str],
    keys: impl Iterator<Item = K>,
) -> Result<()>
where
    K: Send + Sync + Hash + Eq + Clone + 'static,
    Load: Loader<K, Error = LoadError>,
{
    let held = held(ctx)?;
    let found = fetch(ctx, asks, fields, keys.filter(|key| !held.knows(key))).await?;
    keep(ctx, found)
}

/// Loads like `foresee` but returns the values instead of caching them; empty when none of the fields is
/// selected.
pub(crate) async fn fetch<K>(
    ctx: &Context<'_>,
    asks: &Asks<'_>,
    fields: &[&str],
    keys: impl Iterator<Item = K>,
) -> Result<HashMap<K, <Load as Loader<K>>::Value>>
where
    K: Send + Sync + Hash + Eq + Clone + 'static,
    Load: Loader<K, Error = LoadError>,
{
    if !is_foreseen(ctx, asks, fields)? {
        return Ok(HashMap::new());
    }
    let keys: Vec<K> = keys.collect::<HashSet<K>>().into_iter().collect();
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    Ok(Loader::load(loaders_of(ctx)?.loader(), &keys).await?)
}

/// Whether one of these fields is selected, and values loaded now will be cached for it.
pub(crate) fn is_foreseen(ctx: &Context<'_>, asks: &Asks<'_>, fields: &[&str]) -> Result<bool> {
    Ok(held(ctx)?.keep && asks.have(fields))
}

/// Caches fetched values for the fields that will need them, unless this request changes data.
pub(crate) fn keep<K>(ctx: &Context<'_>, found: HashMap<K, <Load as Loader<K>>::Value>) -> Result<()>
where
    K: Send + Sync + Hash + Eq + Clone + 'static,
    Load: Loader<K, Error = LoadError>,
{
    let held = held(ctx)?;
    if held.keep && !found.is_empty() {
        let mut kinds = held.foreseen.write().unwrap_or_else(PoisonError::into_inner);
        let known = kinds.entry(TypeId::of::<K>()).or_insert_with(|| Box::new(Foreseen::<K>::new()));
        if let Some(known) = known.downcast_mut::<Foreseen<K>>() {
            if known.is_empty() {
                *known = found;
            } else {
                known.extend(found);
            }
        }
    }
    Ok(())
}

/// Caches rows, each under its own id.
pub(crate) fn keep_rows<K, M>(
    ctx: &Context<'_>,
    rows: impl IntoIterator<Item = M>,
    id: impl Fn(&M) -> K,
) -> Result<()>
where
    K: Send + Sync + Hash + Eq + Clone + 'static,
    Load: Loader<K, Value = M, Error = LoadError>,
{
    keep(ctx, rows.into_iter().map(|row| (id(&row), row)).collect())
}

impl Held {
    fn knows<K>(&self, key: &K) -> bool
    where
        K: Send + Sync + Hash + Eq + Clone + 'static,
        Load: Loader<K, Error = LoadError>,
    {
        let kinds = self.foreseen.read().unwrap_or_else(PoisonError::into_inner);
        let known = kinds.get(&TypeId::of::<K>()).and_then(|known| known.downcast_ref::<Foreseen<K>>());
        known.is_some_and(|known| known.contains_key(key))
    }

    /// The prefetched value of this key.
    pub(super) fn foreseen<K>(&self, key: &K) -> Option<<Load as Loader<K>>::Value>
    where
        K: Send + Sync + Hash + Eq + Clone + 'static,
        Load: Loader<K, Error = LoadError>,
    {
        let kinds = self.foreseen.read().unwrap_or_else(PoisonError::into_inner);
        kinds.get(&TypeId::of::<K>())?.downcast_ref::<Foreseen<K>>()?.get(key).cloned()
    }
}
