//! CONFIDENTIAL and SECRET values, encrypted under a data key of their record: destroying that key destroys
//! them, in backups too.
//!
//! The location (workspace, table, column, the value's own id) is associated data, and the field's id
//! precedes the text: a value moved to another row or field does not decrypt.

use std::collections::HashMap;

use entity::{DataKeyId, EntityKind, FieldId, KeyOwner, SealedValueId, WorkspaceId, data_key, sealed_value};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, prelude::Uuid};

use crate::{
    error::{Error, Result},
    platform::{
        data_keys,
        vault::{Place, Vault},
        work::Work,
    },
};

/// The owner of the data keys of a kind of record.
#[must_use]
pub fn owner_kind(entity: EntityKind) -> KeyOwner {
    match entity {
        EntityKind::Contact => KeyOwner::Contact,
        EntityKind::Company => KeyOwner::Company,
        EntityKind::Deal => KeyOwner::Deal,
    }
}

fn place(workspace: WorkspaceId, id: SealedValueId) -> Place {
    Place { workspace, table: "sealed_value", column: "sealed", row: id.0 }
}

/// Seals values of one row, in place of those before.
///
/// # Errors
/// Database errors, or `Internal` when encryption fails.
pub(super) async fn seal(
    work: &Work,
    vault: &Vault,
    entity: EntityKind,
    row: Uuid,
    values: &[(FieldId, String)],
) -> Result<()> {
    if values.is_empty() {
        return Ok(());
    }
    forget(work, row, values.iter().map(|(field, _)| *field).collect()).await?;
    let key = data_keys::find_or_make(work, vault, owner_kind(entity), row).await?;
    let mut rows = Vec::with_capacity(values.len());
    for (field, text) in values {
        let id = SealedValueId::new();
        let plain = [field.0.as_bytes().as_slice(), text.as_bytes()].concat();
        rows.push(sealed_value::ActiveModel {
            workspace_id: Set(work.workspace()),
            id: Set(id),
            entity: Set(entity),
            row_id: Set(row),
            field_id: Set(*field),
            data_key_id: Set(key.id),
            sealed: Set(key.seal(&place(work.workspace(), id), &plain)?),
            set_at: Set(work.now()),
        });
    }
    sealed_value::Entity::insert_many(rows).exec_without_returning(work.db()).await?;
    Ok(())
}

/// Deletes sealed values of one row.
pub(super) async fn forget(work: &Work, row: Uuid, fields: Vec<FieldId>) -> Result<()> {
    work.destroys();
    sealed_value::Entity::delete_many()
        .filter(sealed_value::Column::WorkspaceId.eq(work.workspace()))
        .filter(sealed_value::Column::RowId.eq(row))
        .filter(sealed_value::Column::FieldId.is_in(fields))
        .exec(work.db())
        .await?;
    Ok(())
}

/// Sealed values of these rows, still encrypted.
pub(crate) async fn of_rows(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    rows: Vec<Uuid>,
) -> Result<Vec<sealed_value::Model>> {
    let select = sealed_value::Entity::find()
        .filter(sealed_value::Column::WorkspaceId.eq(workspace))
        .filter(sealed_value::Column::RowId.is_in(rows));
    Ok(select.all(db).await?)
}

/// Decrypts values; those whose key was destroyed are left out.
///
/// # Errors
/// `Internal` when one cannot be decrypted: it was moved or changed, or has another record's key.
pub(crate) async fn open(
    db: &impl ConnectionTrait,
    vault: &Vault,
    workspace: WorkspaceId,
    values: &[&sealed_value::Model],
) -> Result<HashMap<(Uuid, FieldId), String>> {
    let mut ids: Vec<DataKeyId> = values.iter().map(|value| value.data_key_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut opened = HashMap::with_capacity(values.len());
    if ids.is_empty() {
        return Ok(opened);
    }
    let rows = data_key::Entity::find()
        .filter(data_key::Column::WorkspaceId.eq(workspace))
        .filter(data_key::Column::Id.is_in(ids))
        .all(db)
        .await?;
    let mut keys = HashMap::with_capacity(rows.len());
    for row in rows {
        keys.insert(row.id, (vault.open_data_key(workspace, row.id, &row.wrapped)?, row));
    }
    for value in values {
        let Some((key, owner)) = keys.get(&value.data_key_id) else { continue };
        if (owner.owner_kind, owner.owner_id) != (owner_kind(value.entity), value.row_id) {
            return Err(Error::internal("a sealed value stands with a row that does not own its key"));
        }
        let plain = key.open(&place(workspace, value.id), &value.sealed)?;
        let (field, text) =
            plain.split_at_checked(16).ok_or_else(|| Error::internal("a sealed value is too short"))?;
        if field != value.field_id.0.as_bytes() {
            return Err(Error::internal("a sealed value stands with another field than it was sealed for"));
        }
        let text =
            String::from_utf8(text.to_vec()).map_err(|_| Error::internal("a sealed value is not text"))?;
        opened.insert((value.row_id, value.field_id), text);
    }
    Ok(opened)
}
