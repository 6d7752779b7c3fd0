//! Values of custom fields in GraphQL, in inputs and on contacts, companies and deals. A list needs a fixed
//! number of statements: definitions, rules, sealed values and their keys are batched.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use async_graphql::{Context, InputObject, SimpleObject, dataloader::Loader};
use entity::{EntityKind, field};
use sea_orm::prelude::Uuid;

use super::{Field, rules};
use crate::{
    accounts::Right,
    error::Result,
    fields::{CustomInput, Masked, list_fields, load_rules, masks_of},
    graphql::kit::{Load, LoadError, allowed, load},
};

/// A value of a custom field.
#[derive(InputObject, Clone)]
pub struct CustomValueInput {
    /// The field's key.
    pub key: String,
    /// The value as text: a number as `12.5`, money as `EUR 12.34`, a date as `2026-11-24`, a boolean as
    /// `true` or `false`, several options one per line; null clears it.
    pub value: Option<String>,
}

pub(crate) fn custom_inputs(values: Option<Vec<CustomValueInput>>) -> Vec<CustomInput> {
    values
        .unwrap_or_default()
        .into_iter()
        .map(|value| CustomInput { key: value.key, value: value.value })
        .collect()
}

/// A value of a custom field, or an answer to a form's own question.
#[derive(SimpleObject)]
pub struct CustomFieldValue {
    /// The key of the field or question.
    pub key: String,
    /// The custom field; null for an answer to a form's own question.
    pub field: Option<Field>,
    /// The value as text, several options one per line; null when it is sealed or the caller's role may not
    /// read its class.
    pub value: Option<String>,
    /// A mask for a value that is not shown, like `•••• 1234`; null when the value is shown.
    pub masked: Option<String>,
}

/// The fields of a kind of record.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct FieldsOf(pub EntityKind);

impl Loader<FieldsOf> for Load {
    type Value = Arc<Vec<field::Model>>;
    type Error = LoadError;

    async fn load(&self, keys: &[FieldsOf]) -> Result<HashMap<FieldsOf, Self::Value>, LoadError> {
        let mut found = HashMap::with_capacity(keys.len());
        for key in keys {
            let rows = list_fields(&self.app, self.caller.workspace, self.caller.actor, key.0, true).await?;
            found.insert(*key, Arc::new(rows));
        }
        Ok(found)
    }
}

/// The sealed values of a record, masked for the caller.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct MasksOf(pub Uuid);

impl Loader<MasksOf> for Load {
    type Value = Vec<Masked>;
    type Error = LoadError;

    async fn load(&self, keys: &[MasksOf]) -> Result<HashMap<MasksOf, Self::Value>, LoadError> {
        let rules = load_rules(self.app.db(), self.caller.workspace).await?;
        let rows = keys.iter().map(|key| key.0).collect();
        let masks = masks_of(&self.app, self.caller.workspace, self.caller.actor, &rules, rows).await?;
        Ok(masks.into_iter().map(|(row, masks)| (MasksOf(row), masks)).collect())
    }
}

/// The values of a record, in the order of the fields, followed by answers to forms' own questions. `custom`
/// is the row's JSON column.
pub(crate) async fn custom_fields(
    ctx: &Context<'_>,
    entity: EntityKind,
    row: Uuid,
    custom: &str,
) -> Result<Vec<CustomFieldValue>> {
    let (_, caller) = allowed(ctx, Right::ReadContacts)?;
    let mut custom: BTreeMap<String, String> = serde_json::from_str(custom)?;
    let (fields, rules, masks) =
        tokio::join!(load(ctx, FieldsOf(entity)), rules(ctx), load(ctx, MasksOf(row)));
    let (fields, rules, masks) = (fields?.unwrap_or_default(), rules?, masks?.unwrap_or_default());
    let mut values = Vec::with_capacity(custom.len() + masks.len());
    for field in fields.iter() {
        let plain = custom.remove(&field.key);
        let sealed = masks.iter().find(|mask| mask.field == field.id).map(|mask| mask.mask.clone());
        let hidden = || Some("••••".to_owned());
        let (value, masked) = match (plain, sealed) {
            (_, Some(mask)) => (None, Some(mask)),
            (Some(plain), None)
                if !crate::fields::is_sealed(field.class) && rules.may_read(caller.actor, field.class) =>
            {
                (Some(plain), None)
            }
            (Some(_), None) => (None, hidden()),
            (None, None) => continue,
        };
        values.push(CustomFieldValue {
            key: field.key.clone(),
            field: Some(Field(field.clone())),
            value,
            masked,
        });
    }
    values.extend(custom.into_iter().map(|(key, value)| CustomFieldValue {
        key,
        field: None,
        value: Some(value),
        masked: None,
    }));
    Ok(values)
}
