//! Recomputes the folded texts that filters use, after the folding rules changed.

use std::collections::{BTreeMap, HashMap};

use entity::{EntityKind, FieldType, field_value};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, prelude::Uuid, sea_query::Expr};

use super::load_fields::of_entity;
use crate::{error::Result, platform::work::Work, search::folded};

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
        field_value::Entity::update_many()
            .col_expr(field_value::Column::Text, Expr::value(text))
            .filter(field_value::Column::WorkspaceId.eq(workspace))
            .filter(field_value::Column::FieldId.eq(value.field_id))
            .filter(field_value::Column::RowId.eq(value.row_id))
            .filter(field_value::Column::Position.eq(value.position))
            .exec(db)
            .await?;
    }
    Ok(())
}
