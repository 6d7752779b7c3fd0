//! Reading the members of a workspace.

use entity::{WorkspaceId, member};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, Select};

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
