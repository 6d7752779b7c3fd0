//! Validates and normalises every string of a request, in its variables and in its document, before any
//! resolver sees it.

use async_graphql::{
    Positioned, ServerError, Value as ConstValue,
    parser::types::{
        Directive, DocumentOperations, ExecutableDocument, Field, OperationDefinition, Selection,
        SelectionSet,
    },
};
use async_graphql_value::Value;
use serde_json::Map;

use super::user_error::{GraphqlErrorCode as Code, with_problems};
use crate::{
    error::{Problem, ProblemCode},
    text,
};

/// Most errors reported at once.
const MOST: usize = 8;

/// The positions of strings that are not allowed: `$input.name`, `signIn.input.email`.
#[derive(Default)]
pub(super) struct Unreadable(Vec<String>);

impl Unreadable {
    /// Normalises the strings of variables in place.
    pub(super) fn of_variables(variables: &mut Map<String, serde_json::Value>) -> Self {
        let mut found = Self::default();
        for (name, value) in variables {
            found.json(&format!("${name}"), value);
        }
        found
    }

    /// Normalises the strings of a document in place.
    pub(super) fn of_document(document: &mut ExecutableDocument) -> Self {
        let mut found = Self::default();
        match &mut document.operations {
            DocumentOperations::Single(operation) => found.operation(&mut operation.node),
            DocumentOperations::Multiple(operations) => {
                for operation in operations.values_mut() {
                    found.operation(&mut operation.node);
                }
            }
        }
        for fragment in document.fragments.values_mut() {
            found.directives(&mut fragment.node.directives);
            found.selections(&mut fragment.node.selection_set.node);
        }
        found
    }

    /// Returns the refusal, if a string is not allowed.
    pub(super) fn refuse(&self) -> Result<(), Box<ServerError>> {
        if self.0.is_empty() {
            return Ok(());
        }
        let message = "Leave out control characters and marks that turn the text around them: what is kept must be what people see.";
        let problems: Vec<Problem> =
            self.0.iter().map(|place| Problem::new(ProblemCode::Invalid, place, message)).collect();
        Err(Box::new(with_problems(Code::BadUserInput.error(message), &problems)))
    }

    fn string(&mut self, place: &str, value: &mut String) {
        match text::read(value) {
            Some(read) if read == *value => {}
            Some(read) => *value = read.into_owned(),
            None if self.0.len() < MOST => self.0.push(place.to_owned()),
            None => {}
        }
    }

    fn json(&mut self, place: &str, value: &mut serde_json::Value) {
        match value {
            serde_json::Value::String(value) => self.string(place, value),
            serde_json::Value::Array(list) => {
                for (at, value) in list.iter_mut().enumerate() {
                    self.json(&format!("{place}.{at}"), value);
                }
            }
            serde_json::Value::Object(members) => {
                for (name, value) in members {
                    self.json(&format!("{place}.{name}"), value);
                }
            }
            _ => {}
        }
    }

    fn operation(&mut self, operation: &mut OperationDefinition) {
        for variable in &mut operation.variable_definitions {
            let place = format!("${}", variable.node.name.node);
            if let Some(value) = &mut variable.node.default_value {
                self.constant(&place, &mut value.node);
            }
            self.directives(&mut variable.node.directives);
        }
        self.directives(&mut operation.directives);
        self.selections(&mut operation.selection_set.node);
    }

    fn selections(&mut self, set: &mut SelectionSet) {
        for selection in &mut set.items {
            match &mut selection.node {
                Selection::Field(field) => self.field(&mut field.node),
                Selection::FragmentSpread(spread) => self.directives(&mut spread.node.directives),
                Selection::InlineFragment(fragment) => {
                    self.directives(&mut fragment.node.directives);
                    self.selections(&mut fragment.node.selection_set.node);
                }
            }
        }
    }

    fn field(&mut self, field: &mut Field) {
        let name = field.name.node.clone();
        for (argument, value) in &mut field.arguments {
            self.value(&format!("{name}.{}", argument.node), &mut value.node);
        }
        self.directives(&mut field.directives);
        self.selections(&mut field.selection_set.node);
    }

    fn directives(&mut self, directives: &mut [Positioned<Directive>]) {
        for directive in directives {
            let name = directive.node.name.node.clone();
            for (argument, value) in &mut directive.node.arguments {
                self.value(&format!("@{name}.{}", argument.node), &mut value.node);
            }
        }
    }

    fn value(&mut self, place: &str, value: &mut Value) {
        match value {
            Value::String(value) => self.string(place, value),
            Value::List(list) => {
                for (at, value) in list.iter_mut().enumerate() {
                    self.value(&format!("{place}.{at}"), value);
                }
            }
            Value::Object(members) => {
                for (name, value) in members {
                    self.value(&format!("{place}.{name}"), value);
                }
            }
            _ => {}
        }
    }

    fn constant(&mut self, place: &str, value: &mut ConstValue) {
        match value {
            ConstValue::String(value) => self.string(place, value),
            ConstValue::List(list) => {
                for (at, value) in list.iter_mut().enumerate() {
                    self.constant(&format!("{place}.{at}"), value);
                }
            }
            ConstValue::Object(members) => {
                for (name, value) in members {
                    self.constant(&format!("{place}.{name}"), value);
                }
            }
            _ => {}
        }
    }
}
