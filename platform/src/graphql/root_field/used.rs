//! What a field refers to: a document may define no variable and no fragment that nothing uses.

use std::collections::HashSet;

use async_graphql::{
    Name, Positioned, Value,
    parser::types::{Directive, ExecutableDocument, Field, Selection, SelectionSet},
};
use async_graphql_value::Value as Literal;

/// The variables and fragments that a field uses.
#[derive(Default)]
pub(super) struct Used {
    pub(super) variables: HashSet<Name>,
    pub(super) fragments: HashSet<Name>,
}

impl Used {
    pub(super) fn by_field(&mut self, document: &ExecutableDocument, field: &Field) {
        self.by_arguments(&field.arguments);
        self.by_directives(&field.directives);
        self.by_set(document, &field.selection_set.node);
    }

    fn by_set(&mut self, document: &ExecutableDocument, set: &SelectionSet) {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => self.by_field(document, &field.node),
                Selection::InlineFragment(fragment) => {
                    self.by_directives(&fragment.node.directives);
                    self.by_set(document, &fragment.node.selection_set.node);
                }
                Selection::FragmentSpread(spread) => {
                    self.by_directives(&spread.node.directives);
                    let name = &spread.node.fragment_name.node;
                    if let Some(fragment) = document.fragments.get(name)
                        && self.fragments.insert(name.clone())
                    {
                        self.by_directives(&fragment.node.directives);
                        self.by_set(document, &fragment.node.selection_set.node);
                    }
                }
            }
        }
    }

    fn by_directives(&mut self, directives: &[Positioned<Directive>]) {
        for directive in directives {
            self.by_arguments(&directive.node.arguments);
        }
    }

    fn by_arguments(&mut self, arguments: &[(Positioned<Name>, Positioned<Literal>)]) {
        for (_, value) in arguments {
            // Converts the value only to learn the names of its variables.
            let _ = value.node.clone().into_const_with(|name| {
                self.variables.insert(name);
                Ok::<_, ()>(Value::Null)
            });
        }
    }
}
