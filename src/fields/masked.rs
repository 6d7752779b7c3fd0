//! Masks shown in place of sealed values: `•••• 1234` for an IBAN, `••••` for others. Computed on demand for
//! many rows at once, never stored.

use std::collections::HashMap;

use entity::{FieldId, FieldType, WorkspaceId, field};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, prelude::Uuid};

use super::{
    class_rules::ClassRules,
    sealed::{of_rows, open},
    value::mask,
};
use crate::{app::App, error::Result, platform::actor::Actor};

/// A sealed value, masked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Masked {
    /// Its field.
    pub field: FieldId,
    /// Its mask.
    pub mask: String,
}

/// The masked values of these rows for this actor, in four statements however many rows there are. Only IBANs
/// are decrypted, and only for roles that may read their class.
///
/// # Errors
/// `Internal` when a value cannot be decrypted.
pub async fn masks_of(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    rules: &ClassRules,
    rows: Vec<Uuid>,
) -> Result<HashMap<Uuid, Vec<Masked>>> {
    let closed = of_rows(app.db(), workspace, rows).await?;
    let mut masks: HashMap<Uuid, Vec<Masked>> = HashMap::new();
    if closed.is_empty() {
        return Ok(masks);
    }
    let mut ids: Vec<FieldId> = closed.iter().map(|value| value.field_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let fields = field::Entity::find()
        .filter(field::Column::WorkspaceId.eq(workspace))
        .filter(field::Column::Id.is_in(ids))
        .all(app.db())
        .await?;
    let fields: HashMap<FieldId, field::Model> = fields.into_iter().map(|field| (field.id, field)).collect();
    let shows = |field: &field::Model| field.kind == FieldType::Iban && rules.may_read(actor, field.class);
    let wanted: Vec<_> =
        closed.iter().filter(|value| fields.get(&value.field_id).is_some_and(shows)).collect();
    let opened = open(app.db(), &app.vault, workspace, &wanted).await?;
    for value in &closed {
        let Some(field) = fields.get(&value.field_id) else { continue };
        let text = opened.get(&(value.row_id, value.field_id)).map(String::as_str);
        masks.entry(value.row_id).or_default().push(Masked { field: field.id, mask: mask(field.kind, text) });
    }
    Ok(masks)
}
