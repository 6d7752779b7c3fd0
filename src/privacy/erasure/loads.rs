//! Erasures as edges and other parts read them.

use entity::{ContactId, ErasureId, WorkspaceId, erasure};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::{
    error::Result,
    platform::{
        db::sql,
        keyset::{Run, count_of, page_by},
        lists::{Page, PageRequest},
        loads::loads_by_id,
    },
};

loads_by_id! {
    /// Erasures by id.
    erasures_by_id(ErasureId) -> erasure;
}

/// The erasure of a contact, also by an id that had been merged into theirs.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn erasure_of_contact(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    contact: ContactId,
) -> Result<Option<erasure::Model>> {
    let text = "SELECT id FROM erasure WHERE workspace_id = $1 AND contact_id = $2
        UNION SELECT erasure_id FROM erasure_alias WHERE workspace_id = $1 AND old_id = $2";
    let Some(row) = db.query_one_raw(sql(db, text, [workspace.into(), contact.into()])).await? else {
        return Ok(None);
    };
    let id: ErasureId = row.try_get("", "id")?;
    Ok(erasure::Entity::find_by_id((workspace, id)).one(db).await?)
}

/// A page of erasures, the newest first.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn page_erasures(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    request: &PageRequest<ErasureId>,
) -> Result<Page<erasure::Model>> {
    let rows = erasure::Entity::find().filter(erasure::Column::WorkspaceId.eq(workspace));
    page_by(db, rows, erasure::Column::Id, Run::Down, request).await
}

/// How many erasures there are.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn count_erasures(db: &impl ConnectionTrait, workspace: WorkspaceId) -> Result<i64> {
    count_of(db, erasure::Entity::find().filter(erasure::Column::WorkspaceId.eq(workspace))).await
}
