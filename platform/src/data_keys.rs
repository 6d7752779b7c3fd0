//! The keys that seal what belongs to somebody: one for each owner, made at first use. Destroying an owner's
//! key makes unreadable whatever it sealed.

use entity::{KeyOwner, WorkspaceId, data_key};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::{
    vault::{DataKey, Vault},
    work::Work,
};
use crate::error::Result;

/// An owner's key; of several, after a merge, the oldest.
///
/// # Errors
/// `Busy` when the database is away; `Internal` when the key does not open.
pub async fn find(
    db: &impl ConnectionTrait,
    vault: &Vault,
    workspace: WorkspaceId,
    kind: KeyOwner,
    owner: Uuid,
) -> Result<Option<DataKey>> {
    let row = data_key::Entity::find()
        .filter(data_key::Column::WorkspaceId.eq(workspace))
        .filter(data_key::Column::OwnerKind.eq(kind))
        .filter(data_key::Column::OwnerId.eq(owner))
        .order_by_asc(data_key::Column::Id)
        .one(db)
        .await?;
    Ok(row.map(|row| vault.open_data_key(workspace, row.id, &row.wrapped)).transpose()?)
}

/// An owner's key, made if there is none. The caller holds the owner's lock.
///
/// # Errors
/// `Busy` when the database is away; `Internal` when the key does not open.
pub async fn find_or_make(work: &Work, vault: &Vault, kind: KeyOwner, owner: Uuid) -> Result<DataKey> {
    if let Some(known) = find(work.db(), vault, work.workspace(), kind, owner).await? {
        return Ok(known);
    }
    let (key, wrapped) = vault.new_data_key(work.workspace())?;
    keep(work, &key, wrapped, kind, owner).await?;
    Ok(key)
}

/// Writes a new key.
///
/// # Errors
/// `Busy` when the database is away.
pub async fn keep(work: &Work, key: &DataKey, wrapped: Vec<u8>, kind: KeyOwner, owner: Uuid) -> Result<()> {
    let row = data_key::ActiveModel {
        workspace_id: Set(work.workspace()),
        id: Set(key.id),
        owner_kind: Set(kind),
        owner_id: Set(owner),
        wrapped: Set(wrapped),
    };
    data_key::Entity::insert(row).exec_without_returning(work.db()).await?;
    Ok(())
}
