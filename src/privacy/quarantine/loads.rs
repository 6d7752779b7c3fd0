//! Texts in quarantine as edges read them: who wrote them where and when, and what became of them.

use entity::{QuarantineId, QuarantineState, WorkspaceId, quarantine};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Select};

use crate::{
    error::Result,
    platform::{
        keyset::{Run, count_of, page_by},
        lists::{Page, PageRequest},
        loads::loads_by_id,
    },
};

loads_by_id! {
    /// Texts by id.
    texts_by_id(QuarantineId) -> quarantine;
}

fn texts(workspace: WorkspaceId, state: Option<QuarantineState>) -> Select<quarantine::Entity> {
    let all = quarantine::Entity::find().filter(quarantine::Column::WorkspaceId.eq(workspace));
    match state {
        Some(state) => all.filter(quarantine::Column::State.eq(state)),
        None => all,
    }
}

/// A page of texts, the oldest first.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn page_texts(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    state: Option<QuarantineState>,
    request: &PageRequest<QuarantineId>,
) -> Result<Page<quarantine::Model>> {
    page_by(db, texts(workspace, state), quarantine::Column::Id, Run::Up, request).await
}

/// How many there are.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn count_texts(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    state: Option<QuarantineState>,
) -> Result<i64> {
    count_of(db, texts(workspace, state)).await
}
