//! Entries as the wing of edges reads them: by id, and page by page.

use entity::{EntryId, WorkspaceId, journal};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Select};

use super::Filter;
use crate::{
    error::Result,
    platform::{
        keyset::{Run, count_of, page_by},
        lists::{Page, PageRequest},
        loads::loads_by_id,
    },
};

loads_by_id! {
    /// Entries by id.
    entries_by_id(EntryId) -> journal;
}

/// A page of entries, oldest first.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn page_entries(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    filter: &Filter,
    request: &PageRequest<i64>,
) -> Result<Page<journal::Model>> {
    page_by(db, entries(workspace, filter), journal::Column::Seq, Run::Up, request).await
}

/// How many entries there are.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn count_entries(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    filter: &Filter,
) -> Result<i64> {
    count_of(db, entries(workspace, filter)).await
}

fn entries(workspace: WorkspaceId, filter: &Filter) -> Select<journal::Entity> {
    let mut select = journal::Entity::find().filter(journal::Column::WorkspaceId.eq(workspace));
    if !filter.kinds.is_empty() {
        select = select.filter(journal::Column::Kind.is_in(filter.kinds.clone()));
    }
    if let Some(person) = &filter.contact {
        select = select.filter(journal::Column::Subject.is_in(person.ids()));
    }
    select
}
