//! When a contact is merged into another, its roles in deals move to the survivor. In deals where both have
//! one, the survivor's stays.

use entity::{ContactId, deal_contact};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::{
    error::Result,
    platform::{db::sql, work::Work},
};

/// Moves the roles that `other` has in deals to `survivor`. The caller has locked both contacts.
///
/// # Errors
/// Database errors only.
pub async fn hand_over_deals(work: &Work, survivor: ContactId, other: ContactId) -> Result<()> {
    let given = "INSERT INTO deal_contact (workspace_id, deal_id, contact_id, role, added_at)
        SELECT workspace_id, deal_id, $2, role, added_at FROM deal_contact WHERE workspace_id = $1 AND contact_id = $3 ON CONFLICT DO NOTHING";
    work.db()
        .execute_raw(sql(work.db(), given, [work.workspace().into(), survivor.into(), other.into()]))
        .await?;
    deal_contact::Entity::delete_many()
        .filter(deal_contact::Column::WorkspaceId.eq(work.workspace()))
        .filter(deal_contact::Column::ContactId.eq(other))
        .exec(work.db())
        .await?;
    Ok(())
}
