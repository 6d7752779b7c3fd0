//! Recomputes the folded texts that filters use, after the folding rules changed.

use std::collections::{BTreeMap, HashMap};

use entity::{EntityKind, FieldType, field_value};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, prelude::Uuid};

use super::load_fields::of_entity;
use crate::{
    error::Result,
    platform::{db::sql, work::Work},
    search::folded,
};

/// Recomputes the values of these rows, each given with its `custom` column.
///
/// # Errors
/// Database errors only.
pub async fn refold_values<'a>(
    work: &Work,
    entity: EntityKind,
    rows: impl Iterator<Item = (Uuid, &'a str)>,
) -> Result<()> {
    let (db, workspace) = (work.db(), work.workspace());
    let mut fields = of_entity(db, workspace, entity).await?;
    fields.retain(|field| matches!(field.kind, FieldType::Text | FieldType::Url | FieldType::Email));
    let rows: HashMap<Uuid, &str> = rows.filter(|(_, custom)| *custom != "{}").collect();
    if fields.is_empty() || rows.is_empty() {
        return Ok(());
    }
    let keys: HashMap<_, _> = fields.into_iter().map(|field| (field.id, field.key)).collect();
    let values = field_value::Entity::find()
        .filter(field_value::Column::WorkspaceId.eq(workspace))
        .filter(field_value::Column::RowId.is_in(rows.keys().copied()))
        .filter(field_value::Column::FieldId.is_in(keys.keys().copied()));
    for value in values.all(db).await? {
        let (Some(custom), Some(key)) = (rows.get(&value.row_id), keys.get(&value.field_id)) else {
            continue;
        };
        let custom: BTreeMap<String, String> = serde_json::from_str(custom)?;
        let Some(text) =
            custom.get(key).map(|text| folded(text)).filter(|text| value.text.as_ref() != Some(text))
        else {
            continue;
        };
        let statement = "UPDATE field_value SET text = $5 WHERE workspace_id = $1 AND field_id = $2 AND row_id = $3 AND position = $4";
        let places = [
            workspace.into(),
            value.field_id.into(),
            value.row_id.into(),
            value.position.into(),
            text.into(),
        ];
        db.execute_raw(sql(db, statement, places)).await?;
    }
    Ok(())
}
