//! The fields at the root of an operation, after fragments, `@skip` and `@include`.

use std::collections::HashSet;

use async_graphql::{
    Name, Positioned, Value, Variables,
    parser::types::{Directive, ExecutableDocument, Field, Selection, SelectionSet},
};

/// Whether two root fields have the same response name.
pub(super) fn has_doubles(document: &ExecutableDocument, root: &SelectionSet) -> bool {
    let (mut all, mut seen) = (Vec::new(), HashSet::new());
    gather(document, root, &mut all);
    !all.into_iter().all(|field| seen.insert(&field.node.response_key().node))
}

pub(super) fn is_plain(root: &SelectionSet) -> bool {
    matches!(root.items.as_slice(), [only] if matches!(&only.node, Selection::Field(field) if field.node.directives.is_empty()))
}

/// All fields at the root after fragments are expanded. This terminates because fragments that spread
/// themselves or are missing, and too many root fields, were refused before.
pub(super) fn gather<'d>(
    document: &'d ExecutableDocument,
    set: &'d SelectionSet,
    found: &mut Vec<&'d Positioned<Field>>,
) {
    for selection in &set.items {
        match &selection.node {
            Selection::Field(field) => found.push(field),
            Selection::InlineFragment(fragment) => gather(document, &fragment.node.selection_set.node, found),
            Selection::FragmentSpread(spread) => {
                if let Some(fragment) = document.fragments.get(&spread.node.fragment_name.node) {
                    gather(document, &fragment.node.selection_set.node, found);
                }
            }
        }
    }
}

/// The fields that remain with these variables, without `@skip` and `@include`.
pub(super) fn collect(
    document: &ExecutableDocument,
    set: &SelectionSet,
    variables: &Variables,
) -> Vec<Positioned<Field>> {
    fn look(
        document: &ExecutableDocument,
        set: &SelectionSet,
        variables: &Variables,
        seen: &mut HashSet<Name>,
        found: &mut Vec<Positioned<Field>>,
    ) {
        for selection in
            set.items.iter().filter(|selection| !is_left_out(selection.node.directives(), variables))
        {
            match &selection.node {
                Selection::Field(field) => {
                    let mut field = field.clone();
                    field.node.directives.retain(|directive| decides(&directive.node).is_none());
                    found.push(field);
                }
                Selection::InlineFragment(fragment) => {
                    look(document, &fragment.node.selection_set.node, variables, seen, found);
                }
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    if let Some(fragment) = document.fragments.get(name)
                        && seen.insert(name.clone())
                    {
                        look(document, &fragment.node.selection_set.node, variables, seen, found);
                    }
                }
            }
        }
    }
    let mut found = Vec::new();
    look(document, set, variables, &mut HashSet::new(), &mut found);
    found
}

/// The value of `if` that keeps the selection; none for other directives.
fn decides(directive: &Directive) -> Option<bool> {
    match directive.name.node.as_str() {
        "skip" => Some(false),
        "include" => Some(true),
        _ => None,
    }
}

fn is_left_out(directives: &[Positioned<Directive>], variables: &Variables) -> bool {
    directives.iter().any(|directive| {
        // Validation reports a directive without `if`.
        let Some(condition) = directive.node.get_argument("if") else { return false };
        let value = condition.node.clone().into_const_with(|name| variables.get(&name).cloned().ok_or(()));
        decides(&directive.node).is_some_and(|stays| stays != (value == Ok(Value::Boolean(true))))
    })
}
