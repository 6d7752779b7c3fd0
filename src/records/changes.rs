//! Applies changes to a row, value by value, and withholds those that another system may not make: shared by
//! contacts and companies.

use std::collections::HashMap;

use super::links::{line_of, withhold_custom};
use crate::fields::CustomInput;

/// The fields of a row that changed, under their provenance names.
#[derive(Default)]
pub(crate) struct Changed(pub Vec<&'static str>);

impl Changed {
    /// Sets a value if it is given and differs.
    pub(crate) fn set<T: PartialEq + Clone>(
        &mut self,
        field: &'static str,
        current: &mut T,
        new: Option<&T>,
    ) {
        if let Some(new) = new.filter(|new| *new != current) {
            current.clone_from(new);
            self.0.push(field);
        }
    }

    /// The same for the id in an external system, which an empty text clears.
    pub(crate) fn external_id(&mut self, current: &mut Option<String>, new: Option<&String>) {
        let new = new.map(|id| Some(id.clone()).filter(|id| !id.is_empty()));
        self.set("external_id", current, new.as_ref());
    }
}

/// Takes changes away that would replace what the person proved or what staff entered or confirmed, and notes
/// a line for staff about each.
pub(crate) struct Withheld<'a> {
    known: &'a HashMap<String, bool>,
    lines: Vec<String>,
}

impl<'a> Withheld<'a> {
    /// `known`: by field, whether its newest value is proven.
    pub(crate) fn new(known: &'a HashMap<String, bool>) -> Self {
        Self { known, lines: Vec::new() }
    }

    fn is_proven(&self, field: &str) -> bool {
        self.known.get(field).copied().unwrap_or(false)
    }

    /// A text. `same` says whether two different spellings mean the same, which is not worth a line.
    pub(crate) fn text(
        &mut self,
        (field, label): (&str, &str),
        current: &str,
        new: &mut Option<String>,
        same: impl FnOnce(&str, &str) -> bool,
    ) {
        if self.is_proven(field)
            && let Some(new) = new.take_if(|new| new != current)
            && !same(current, &new)
        {
            self.lines.push(line_of(label, Some(new).filter(|new| !new.is_empty())));
        }
    }

    /// Any other value. `say` makes the line of it.
    pub(crate) fn value<T: PartialEq>(
        &mut self,
        (field, label): (&str, &str),
        current: &T,
        new: &mut Option<T>,
        say: impl FnOnce(&str, T) -> String,
    ) {
        if self.is_proven(field)
            && let Some(new) = new.take_if(|new| new != current)
        {
            self.lines.push(say(label, new));
        }
    }

    /// Custom fields; then the lines are complete.
    pub(crate) fn and_custom(self, inputs: &mut Vec<CustomInput>, custom: &str) -> Vec<String> {
        let mut lines = self.lines;
        lines.extend(withhold_custom(inputs, custom, self.known));
        lines
    }
}
