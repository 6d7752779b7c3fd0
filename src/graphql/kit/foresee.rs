//! Loading what the fields of rows will ask for together with the rows, before they are asked one by one: then no row waits for the
//! others, and what is asked two levels down is on its way already.
//!
//! Only where loaders keep what they load, which is where nothing is changed. A key without an answer would be asked for again by its
//! field, so loaders of what belongs to a row answer for each key (`group_for`).

use std::{
    any::TypeId,
    collections::{HashMap, HashSet},
    hash::Hash,
    sync::PoisonError,
};

use async_graphql::{Context, Lookahead, dataloader::Loader};

use super::loaders::{Held, Load, LoadError, held, loaders_of};
use crate::error::Result;

/// What was foreseen of one kind of key.
type Foreseen<K> = HashMap<K, <Load as Loader<K>>::Value>;

/// What a document asks of rows.
pub(crate) struct Asks<'a> {
    of: Vec<Lookahead<'a>>,
    /// There is one row, whatever the data are.
    pub(crate) one: bool,
}

impl<'a> Asks<'a> {
    /// Of the row, or of every row, that this field gives.
    pub(crate) fn of(field: Lookahead<'a>) -> Self {
        Self { of: vec![field], one: false }
    }

    /// Of the one row that this field gives.
    pub(crate) fn of_one(field: Lookahead<'a>) -> Self {
        Self { one: true, ..Self::of(field) }
    }

    /// Of every row of the connection that this field gives.
    pub(crate) fn of_nodes(field: &Lookahead<'a>) -> Self {
        Self { of: vec![field.field("nodes"), field.field("edges").field("node")], one: false }
    }

    /// Of the rows that a field of these rows gives.
    pub(crate) fn under(&self, field: &str) -> Self {
        Self { of: self.of.iter().map(|asks| asks.field(field)).collect(), one: false }
    }

    fn have(&self, fields: &[&str]) -> bool {
        self.of.iter().any(|asks| fields.iter().any(|field| asks.field(field).exists()))
    }
}

/// Loads what one of these fields of the rows will ask for, if it is asked for and not there yet.
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

/// The same, to look at before it is kept: nothing when the field is not asked for.
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

/// Whether one of these fields will be asked for, and what is loaded now will be kept for it.
pub(crate) fn is_foreseen(ctx: &Context<'_>, asks: &Asks<'_>, fields: &[&str]) -> Result<bool> {
    Ok(held(ctx)?.keep && asks.have(fields))
}

/// Keeps what was fetched for the fields that will ask for it, where nothing is changed meanwhile.
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

/// The same for rows, each under its own id.
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

    /// What was foreseen of this key.
    pub(super) fn foreseen<K>(&self, key: &K) -> Option<<Load as Loader<K>>::Value>
    where
        K: Send + Sync + Hash + Eq + Clone + 'static,
        Load: Loader<K, Error = LoadError>,
    {
        let kinds = self.foreseen.read().unwrap_or_else(PoisonError::into_inner);
        kinds.get(&TypeId::of::<K>())?.downcast_ref::<Foreseen<K>>()?.get(key).cloned()
    }
}
