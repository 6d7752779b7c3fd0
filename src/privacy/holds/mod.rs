//! Documented reasons to keep a contact for now. A hold stops deletion, not restriction.

mod end_holds;
mod loads;
mod release_hold;
mod set_hold;

use entity::{ContactId, HoldId, Time, WorkspaceId, hold};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

pub use end_holds::end_holds;
pub use loads::{HoldsWanted, count_holds, holds_by_id, notes_of, page_holds};
pub use release_hold::release_hold;
pub use set_hold::{NewHold, set_hold};

use crate::{error::Result, platform::vault::Place};

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

/// Whether a hold applies, was released, or came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoldState {
    /// It applies.
    Current,
    /// Somebody released it.
    Released,
    /// Its end came.
    Over,
}

/// The state of a hold.
#[must_use]
pub fn state_of(row: &hold::Model, now: Time) -> HoldState {
    match row.released_at {
        Some(at) if at < row.until => HoldState::Released,
        None if row.until > now => HoldState::Current,
        _ => HoldState::Over,
    }
}

fn place(workspace: WorkspaceId, id: HoldId) -> Place {
    Place { workspace, table: "hold", column: "sealed", row: id.0 }
}
