//! Holds end by themselves: what keeps a contact looks at the end, and this records that it came.

use entity::hold;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr};

use crate::{
    error::Result,
    platform::work::{Entry, Work},
};

/// Holds per unit of work.
const BATCH: u64 = 200;

/// Records a batch of holds of this workspace whose end came. Returns whether there may be more.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn end_holds(work: &mut Work) -> Result<bool> {
    let over = hold::Entity::find()
        .filter(hold::Column::WorkspaceId.eq(work.workspace()))
        .filter(hold::Column::ReleasedAt.is_null())
        .filter(hold::Column::Until.lte(work.now()))
        .order_by_asc(hold::Column::Id)
        .limit(BATCH)
        .lock_exclusive()
        .all(work.db())
        .await?;
    if over.is_empty() {
        return Ok(false);
    }
    hold::Entity::update_many()
        .col_expr(hold::Column::ReleasedAt, Expr::col(hold::Column::Until))
        .filter(hold::Column::WorkspaceId.eq(work.workspace()))
        .filter(hold::Column::Id.is_in(over.iter().map(|row| row.id)))
        .exec(work.db())
        .await?;
    for row in &over {
        work.record(Entry::new("hold.ended").about(row.contact_id).on(row.id));
    }
    Ok(over.len() as u64 == BATCH)
}
