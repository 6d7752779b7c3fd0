//! The append-only record of every act in a workspace, and its readers. Writing is `Work::record`; nothing else writes.
//!
//! Words: entry, number (its place, gap-free), position (the number a reader has reached).

pub mod graphql;
pub mod tail;

use entity::{ContactId, EntryId, WorkspaceId, journal, journal_head};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::{app::App, error::Result};

/// The number of the newest entry.
pub async fn current_seq(app: &App, workspace: WorkspaceId) -> Result<i64> {
    Ok(journal_head::Entity::find_by_id(workspace).one(app.db()).await?.map_or(0, |head| head.seq))
}

/// Entries by id, in no order.
pub async fn load_entries(app: &App, workspace: WorkspaceId, ids: Vec<EntryId>) -> Result<Vec<journal::Model>> {
    let rows = journal::Entity::find().filter(journal::Column::WorkspaceId.eq(workspace)).filter(journal::Column::Id.is_in(ids));
    Ok(rows.all(app.db()).await?)
}

/// What a reader wants to see.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only these kinds; empty = all.
    pub kinds: Vec<String>,
    /// Only entries about this contact.
    pub contact: Option<ContactId>,
}

impl Filter {
    /// Whether the entry is wanted.
    #[must_use]
    pub fn wants(&self, entry: &journal::Model) -> bool {
        (self.kinds.is_empty() || self.kinds.contains(&entry.kind))
            && self.contact.is_none_or(|contact| entry.subject.as_deref() == Some(contact.to_string().as_str()))
    }
}
