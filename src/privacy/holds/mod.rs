//! Documented reasons to keep a contact for now. A hold stops deletion, not restriction.

use entity::{ContactId, Time, WorkspaceId, hold};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::error::Result;

/// The hold on a contact that lasts longest, if any applies now.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn current_hold(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    contact: ContactId,
    now: Time,
) -> Result<Option<hold::Model>> {
    Ok(hold::Entity::find()
        .filter(hold::Column::WorkspaceId.eq(workspace))
        .filter(hold::Column::ContactId.eq(contact))
        .filter(hold::Column::ReleasedAt.is_null())
        .filter(hold::Column::Until.gt(now))
        .order_by_desc(hold::Column::Until)
        .one(db)
        .await?)
}
