//! Notes that the person is told of the end of a consent, so that they are told once.

use entity::{ConsentId, ConsentState, ContactId, consent};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr};

use crate::{error::Result, platform::work::Work};

/// Locks consents, and marks those that are given and of whose end nobody was told. Returns them, with the
/// person of each.
///
/// # Errors
/// Database errors only.
pub async fn mark_end_told(work: &Work, ids: &[ConsentId]) -> Result<Vec<(ConsentId, ContactId)>> {
    let rows = consent::Entity::find()
        .filter(consent::Column::WorkspaceId.eq(work.workspace()))
        .filter(consent::Column::Id.is_in(ids.iter().copied()))
        .filter(consent::Column::State.eq(ConsentState::Given))
        .order_by_asc(consent::Column::Id)
        .lock_exclusive()
        .all(work.db())
        .await?;
    // Another run may have been faster.
    let is_new = |row: &consent::Model| row.expires_at.is_some() && row.told_end != row.expires_at;
    let marked: Vec<_> = rows.into_iter().filter(is_new).map(|row| (row.id, row.contact_id)).collect();
    consent::Entity::update_many()
        .col_expr(consent::Column::ToldEnd, Expr::col(consent::Column::ExpiresAt))
        .filter(consent::Column::WorkspaceId.eq(work.workspace()))
        .filter(consent::Column::Id.is_in(marked.iter().map(|(id, _)| *id)))
        .exec(work.db())
        .await?;
    Ok(marked)
}
