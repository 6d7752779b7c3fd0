//! Reading the members of a workspace.

use entity::{Role, WorkspaceId, member};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Select};

use crate::{app::App, error::Result};

/// Members of one workspace.
#[must_use]
pub fn members_of(workspace: WorkspaceId) -> Select<member::Entity> {
    member::Entity::find().filter(member::Column::WorkspaceId.eq(workspace))
}

/// All members of a workspace, oldest first, for commands.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn list_members(app: &App, workspace: WorkspaceId) -> Result<Vec<member::Model>> {
    Ok(members_of(workspace).order_by_asc(member::Column::Id).all(app.db()).await?)
}

/// Members with a role who have access, oldest first.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn members_with(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    role: Role,
) -> Result<Vec<member::Model>> {
    let active = members_of(workspace)
        .filter(member::Column::Role.eq(role))
        .filter(member::Column::JoinedAt.is_not_null())
        .filter(member::Column::DeactivatedAt.is_null());
    Ok(active.order_by_asc(member::Column::Id).all(db).await?)
}
