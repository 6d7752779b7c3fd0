//! Loads purposes and the texts in force.

use entity::{PurposeId, PurposeVersionId, WorkspaceId, purpose, purpose_version};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::{
    error::{Error, Result},
    platform::work::Work,
};

/// Loads a purpose.
///
/// # Errors
/// `NotFound` when there is no such purpose.
pub async fn load_purpose(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    id: PurposeId,
) -> Result<purpose::Model> {
    purpose::Entity::find_by_id((workspace, id)).one(db).await?.ok_or(Error::NotFound)
}

/// All purposes of a workspace, oldest first. There are dozens, not thousands.
pub async fn list_purposes(db: &impl ConnectionTrait, workspace: WorkspaceId) -> Result<Vec<purpose::Model>> {
    Ok(purpose::Entity::find()
        .filter(purpose::Column::WorkspaceId.eq(workspace))
        .order_by_asc(purpose::Column::Id)
        .all(db)
        .await?)
}

/// The texts in force, by purpose.
pub async fn load_current_versions(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    ids: Vec<PurposeVersionId>,
) -> Result<Vec<purpose_version::Model>> {
    let rows = purpose_version::Entity::find()
        .filter(purpose_version::Column::WorkspaceId.eq(workspace))
        .filter(purpose_version::Column::Id.is_in(ids));
    Ok(rows.all(db).await?)
}

pub(super) async fn lock_purpose(work: &Work, id: PurposeId) -> Result<purpose::Model> {
    purpose::Entity::find_by_id((work.workspace(), id))
        .lock_exclusive()
        .one(work.db())
        .await?
        .ok_or(Error::NotFound)
}
