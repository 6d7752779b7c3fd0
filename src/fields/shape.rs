//! A field as its values are checked against it.

use crate::error::Result;
use entity::{DataClass, field};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Language → text.
pub type Texts = BTreeMap<String, String>;

/// One choice of a CHOICE or CHOICES field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Choice {
    /// What is stored.
    pub value: String,
    /// What is shown, by language.
    pub label: Texts,
    /// It is no longer offered; values that hold it are still shown by its label.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub retired: bool,
}

/// What values must keep to. Each is optional.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Validation {
    /// The smallest number, amount (in whatever currency) or day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<String>,
    /// The greatest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<String>,
    /// The most characters of a text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u32>,
    /// What a whole text must look like, as a regular expression.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
}

/// A field whose JSON columns are read.
#[derive(Clone, Debug)]
pub struct Shape {
    /// Its row.
    pub row: field::Model,
    /// The choices.
    pub options: Vec<Choice>,
    /// What values must keep to.
    pub validation: Validation,
}

impl Shape {
    /// Reads a row.
    ///
    /// # Errors
    /// `Internal` when a column does not read.
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

/// Whether values of this class are sealed.
#[must_use]
pub fn is_sealed(class: DataClass) -> bool {
    matches!(class, DataClass::Confidential | DataClass::Secret)
}
