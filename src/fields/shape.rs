//! A field with what is needed to validate its values.

use crate::error::Result;
use entity::{DataClass, field};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Texts by language.
pub type Texts = BTreeMap<String, String>;

/// One option of a CHOICE or CHOICES field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Choice {
    /// The stored value.
    pub value: String,
    /// The label shown, by language.
    pub label: Texts,
    /// No longer offered; values that hold it are still shown with its label.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub retired: bool,
}

/// Constraints on values; each is optional.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Validation {
    /// The smallest number, amount (in any currency) or day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<String>,
    /// The largest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<String>,
    /// The largest number of characters of a text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u32>,
    /// A regular expression that a whole text must match.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
}

/// A field with its JSON columns parsed.
#[derive(Clone, Debug)]
pub struct Shape {
    /// Its row.
    pub row: field::Model,
    /// The options.
    pub options: Vec<Choice>,
    /// Constraints on values.
    pub validation: Validation,
}

impl Shape {
    /// Parses a row.
    ///
    /// # Errors
    /// `Internal` when a column cannot be parsed.
    pub fn read(row: field::Model) -> Result<Self> {
        Ok(Self {
            options: serde_json::from_str(&row.options)?,
            validation: serde_json::from_str(&row.validation)?,
            row,
        })
    }

    /// Whether its values are sealed.
    #[must_use]
    pub fn is_sealed(&self) -> bool {
        is_sealed(self.row.class)
    }
}

/// Whether values of this class are sealed: encrypted and stored apart.
#[must_use]
pub fn is_sealed(class: DataClass) -> bool {
    matches!(class, DataClass::Confidential | DataClass::Secret)
}
