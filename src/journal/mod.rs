//! The append-only record of all actions in a workspace, and its readers. Entries are written by
//! `Work::record` only.
//!
//! Words: entry, number (consecutive, without gaps), position (the number a reader has reached).

mod count_days;
pub mod loads;
pub mod tail;

pub use count_days::count_days;

use std::sync::{Arc, PoisonError, RwLock};

use entity::{ContactId, EntryId, WorkspaceId, journal, journal_head};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::error::Result;

/// The number of the newest entry.
pub async fn current_seq(db: &impl ConnectionTrait, workspace: WorkspaceId) -> Result<i64> {
    Ok(journal_head::Entity::find_by_id(workspace).one(db).await?.map_or(0, |head| head.seq))
}

/// Entries by id, in no particular order.
pub async fn load_entries(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    ids: Vec<EntryId>,
) -> Result<Vec<journal::Model>> {
    let rows = journal::Entity::find()
        .filter(journal::Column::WorkspaceId.eq(workspace))
        .filter(journal::Column::Id.is_in(ids));
    Ok(rows.all(db).await?)
}

/// A filter for entries.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only these kinds; empty = all.
    pub kinds: Vec<String>,
    /// Only entries about this person, under any id they have or had.
    pub contact: Option<Person>,
}

/// A person as referenced in the journal. When contacts are merged during a live subscription, the new ids
/// are added.
#[derive(Clone, Debug)]
pub struct Person(Arc<RwLock<Vec<String>>>);

impl Person {
    /// A person with these ids.
    #[must_use]
    pub fn new(ids: &[ContactId]) -> Self {
        Self(Arc::new(RwLock::new(ids.iter().map(ToString::to_string).collect())))
    }

    /// All their ids, as written in entries.
    #[must_use]
    pub fn ids(&self) -> Vec<String> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn is(&self, subject: Option<&str>) -> bool {
        subject.is_some_and(|subject| {
            self.0.read().unwrap_or_else(PoisonError::into_inner).iter().any(|id| id == subject)
        })
    }

    /// Adds the ids of a merge: the survivor's and the merged contact's.
    fn learn(&self, entry: &journal::Model) {
        let (Some(survivor), Some(merged)) = (entry.subject.as_deref(), entry.object.as_deref()) else {
            return;
        };
        if entry.kind == "contact.merged" && self.is(Some(survivor)) != self.is(Some(merged)) {
            let mut ids = self.0.write().unwrap_or_else(PoisonError::into_inner);
            let new = if ids.iter().any(|id| id == survivor) { merged } else { survivor };
            ids.push(new.to_owned());
        }
    }
}

impl Filter {
    /// Whether the entry matches. Must be called in the order of the entries.
    #[must_use]
    pub fn wants(&self, entry: &journal::Model) -> bool {
        if let Some(person) = &self.contact {
            person.learn(entry);
            if !person.is(entry.subject.as_deref()) {
                return false;
            }
        }
        self.kinds.is_empty() || self.kinds.contains(&entry.kind)
    }
}
