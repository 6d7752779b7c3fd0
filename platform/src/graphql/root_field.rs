//! Reads the root of an operation as the specification does (`CollectFields`, Single Root Field): through
//! fragments, `@skip` and `@include`, merging selections of the same field.
//!
//! async-graphql looks at each selection separately. If a fragment holds a subscription's field, it ends the
//! subscription at once; if the field is selected twice, it answers both in turn; and it runs a mutation's
//! field once per selection. So an operation with such a root is first validated as sent, then executed with
//! the plain fields that it amounts to.
//!
//! The edition of September 2025 forbids `@skip` and `@include` at the root of a subscription, because a
//! validator does not know the variables. We do, so a root field may carry them, as every older edition
//! allows; the field must be what remains.

use std::collections::HashSet;

use async_graphql::{
    Executor, Name, Pos, Positioned, Request, Response as Answer, ServerError, Value, Variables,
    parser::types::{
        Directive, DocumentOperations, ExecutableDocument, Field, InlineFragment, OperationDefinition,
        OperationType, Selection, SelectionSet,
    },
};
use async_graphql_value::Value as Literal;
use futures_util::{
    StreamExt,
    future::ready,
    stream::{self, BoxStream},
};

use super::user_error::GraphqlErrorCode as Code;

/// Refuses a subscription with more than one root field, or with an introspection field, whatever its
/// variables.
///
/// # Errors
/// The refusal, with its code and position.
pub(super) fn check(
    document: &ExecutableDocument,
    operation: &OperationDefinition,
) -> Result<(), Box<ServerError>> {
    let mut all = Vec::new();
    gather(document, &operation.selection_set.node, &mut all);
    let Some(first) = all.first() else { return Ok(()) };
    if let Some(other) =
        all.iter().find(|field| field.node.response_key().node != first.node.response_key().node)
    {
        return Err(Box::new(refusal(
            "a subscription has one field at its root: open one for each",
            other.pos,
        )));
    }
    if first.node.name.node.starts_with("__") {
        return Err(Box::new(refusal(
            "a subscription follows a field of the schema: ask about the schema with a query",
            first.pos,
        )));
    }
    Ok(())
}

/// Refuses a subscription whose variables leave no field.
///
/// # Errors
/// The refusal, with its code and position.
pub(super) fn check_left(
    document: &ExecutableDocument,
    operation: &Positioned<OperationDefinition>,
    variables: &Variables,
) -> Result<(), Box<ServerError>> {
    let set = &operation.node.selection_set;
    if operation.node.ty == OperationType::Subscription
        && !is_plain(&set.node)
        && collect(document, &set.node, variables).is_empty()
    {
        return Err(Box::new(refusal(
            "`@skip` and `@include` leave this subscription nothing to follow",
            set.pos,
        )));
    }
    Ok(())
}

fn refusal(message: &str, place: Pos) -> ServerError {
    let mut error = Code::ValidationFailed.error(message);
    error.locations.push(place);
    error
}

/// Executes a subscription.
pub(super) fn subscribe<S: Executor>(schema: &S, mut request: Request) -> BoxStream<'static, Answer> {
    let Some((check, plain)) = simplify(&mut request) else { return schema.execute_stream(request, None) };
    let schema = schema.clone();
    let begun = async move {
        // A valid document produces no event here, because everything in it is skipped.
        if let Some(refused) = schema.execute_stream(check, None).next().await {
            return stream::once(ready(refused)).boxed();
        }
        request.operation_name = None;
        request.set_parsed_query(plain);
        schema.execute_stream(request, None)
    };
    stream::once(begun).flatten().boxed()
}

/// Executes a query or mutation.
pub(super) async fn execute<S: Executor>(schema: &S, mut request: Request) -> Answer {
    if let Some((check, plain)) = simplify(&mut request) {
        let checked = schema.execute(check).await;
        if !checked.errors.is_empty() {
            return checked;
        }
        request.operation_name = None;
        request.set_parsed_query(plain);
    }
    schema.execute(request).await
}

/// For a root that is more than plain fields: a request that only validates the document as sent, and a
/// document with the plain fields to execute. None when there is nothing to simplify.
fn simplify(request: &mut Request) -> Option<(Request, ExecutableDocument)> {
    let name = request.operation_name.clone();
    let (document, operation) = meant(request, name.as_deref())?;
    let set = &operation.node.selection_set.node;
    let to_do = match operation.node.ty {
        OperationType::Query => false,
        OperationType::Mutation => has_doubles(document, set),
        OperationType::Subscription => !is_plain(set),
    };
    if !to_do {
        return None;
    }
    let variables = request.variables.clone();
    let (document, operation) = meant(request, name.as_deref())?;
    let set = &operation.node.selection_set;
    let mut fields: Vec<Positioned<Field>> = Vec::new();
    for field in collect(document, &set.node, &variables) {
        match fields.iter_mut().find(|known| known.node.response_key().node == field.node.response_key().node)
        {
            Some(known) => known.node.selection_set.node.items.extend(field.node.selection_set.node.items),
            None => fields.push(field),
        }
    }

    let mut as_it_stands = document.clone();
    let same = match &mut as_it_stands.operations {
        DocumentOperations::Single(operation) => operation,
        DocumentOperations::Multiple(all) => all.values_mut().find(|one| one.pos == operation.pos)?,
    };
    same.node.selection_set.node.items = vec![left_out(set.clone())];
    let mut check = Request::new("").variables(variables.clone());
    check.operation_name.clone_from(&name);
    check.set_parsed_query(as_it_stands);

    let mut used = Used::default();
    for field in &fields {
        used.by_field(document, &field.node);
    }
    let mut plain = operation.clone();
    plain.node.directives.clear();
    plain.node.selection_set.node.items =
        fields.into_iter().map(|field| Positioned::new(Selection::Field(field), set.pos)).collect();
    plain.node.variable_definitions.retain(|variable| used.variables.contains(&variable.node.name.node));
    let fragments = document.fragments.iter().filter(|(name, _)| used.fragments.contains(*name));
    let fragments = fragments.map(|(name, fragment)| (name.clone(), fragment.clone())).collect();
    Some((check, ExecutableDocument { operations: DocumentOperations::Single(plain), fragments }))
}

/// The document, and the operation to run.
fn meant<'r>(
    request: &'r mut Request,
    name: Option<&str>,
) -> Option<(&'r ExecutableDocument, &'r Positioned<OperationDefinition>)> {
    let document = request.parsed_query().ok()?;
    let is_meant = |known: Option<&Name>| name.is_none_or(|name| known.is_some_and(|known| known == name));
    let mut operations = document.operations.iter().filter(|(known, _)| is_meant(*known));
    match (operations.next(), operations.next()) {
        (Some((_, operation)), None) => Some((document, operation)),
        _ => None,
    }
}

/// `... @skip(if: true) { … }`: validated but not executed.
fn left_out(set: Positioned<SelectionSet>) -> Positioned<Selection> {
    let pos = set.pos;
    let here = |name: &str| Positioned::new(Name::new(name), pos);
    let arguments = vec![(here("if"), Positioned::new(Literal::Boolean(true), pos))];
    let skip = Positioned::new(Directive { name: here("skip"), arguments }, pos);
    let whole = InlineFragment { type_condition: None, directives: vec![skip], selection_set: set };
    Positioned::new(Selection::InlineFragment(Positioned::new(whole, pos)), pos)
}

/// Whether two root fields have the same response name.
fn has_doubles(document: &ExecutableDocument, root: &SelectionSet) -> bool {
    let (mut all, mut seen) = (Vec::new(), HashSet::new());
    gather(document, root, &mut all);
    !all.into_iter().all(|field| seen.insert(&field.node.response_key().node))
}

fn is_plain(root: &SelectionSet) -> bool {
    matches!(root.items.as_slice(), [only] if matches!(&only.node, Selection::Field(field) if field.node.directives.is_empty()))
}

/// All fields at the root after fragments are expanded. This terminates because fragments that spread
/// themselves or are missing, and too many root fields, were refused before.
fn gather<'d>(
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
fn collect(
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

/// The variables and fragments that a field uses.
#[derive(Default)]
struct Used {
    variables: HashSet<Name>,
    fragments: HashSet<Name>,
}

impl Used {
    fn by_field(&mut self, document: &ExecutableDocument, field: &Field) {
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

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::{
        super::{
            limits,
            test_schema::{Seen, schema},
        },
        *,
    };

    /// All events of a subscription.
    async fn follow(document: &str, variables: Json) -> Vec<Json> {
        let checked =
            limits::check(document, None).unwrap_or_else(|error| panic!("{document}: {}", error.message));
        let mut request = Request::new("").variables(Variables::from_json(variables));
        request.set_parsed_query(checked.document);
        subscribe(&schema(&Seen::default()), request)
            .map(|answer| serde_json::to_value(answer).unwrap())
            .collect()
            .await
    }

    #[tokio::test]
    async fn a_field_is_followed_wherever_fragments_put_it() {
        for document in [
            "subscription { count(to: 2) }",
            "subscription { ...F } fragment F on Subscription { count(to: 2) }",
            "subscription { ... on Subscription { count(to: 2) } }",
            "subscription { ... { count(to: 2) } }",
            "subscription { ...F } fragment F on Subscription { ...G } fragment G on Subscription { ... { count(to: 2) } }",
            "subscription { ...F ...F count(to: 2) } fragment F on Subscription { count(to: 2) }",
            "subscription A { ...F } fragment F on Subscription { count(to: 2) }",
            "subscription($to: Int!, $yes: Boolean!) { ... @include(if: $yes) { count(to: $to) @skip(if: false) } }",
            "subscription($no: Boolean!) { ...F @skip(if: $no) } fragment F on Subscription { count(to: 2) }",
        ] {
            let all: Vec<_> = follow(document, json!({ "to": 2, "yes": true, "no": false })).await;
            assert_eq!(
                all,
                [json!({ "data": { "count": 1 } }), json!({ "data": { "count": 2 } })],
                "{document}"
            );
        }
        let renamed =
            follow("subscription { ...F } fragment F on Subscription { n: count(to: 1) }", json!({})).await;
        assert_eq!(renamed, [json!({ "data": { "n": 1 } })]);
    }

    #[test]
    fn more_than_one_field_is_refused_and_so_is_a_question_about_the_schema() {
        for document in [
            "subscription { count(to: 1) silent }",
            "subscription { a: silent b: silent }",
            "subscription { silent ...F } fragment F on Subscription { count(to: 1) }",
            "subscription { ...F } fragment F on Subscription { silent ... { count(to: 1) } }",
            "subscription($y: Boolean!) { silent @include(if: $y) count(to: 1) @skip(if: $y) }",
            "subscription { silent __typename }",
            "subscription { __typename }",
            "subscription { ...F } fragment F on Subscription { __typename }",
            "query A { me } subscription B { silent count(to: 1) }",
        ] {
            for name in [None, Some("A")] {
                let error =
                    limits::check(document, name).err().unwrap_or_else(|| panic!("{document} was taken"));
                let code = super::super::user_error::code_of(&error);
                assert_eq!(
                    (code, error.locations.len()),
                    (Some(Code::ValidationFailed), 1),
                    "{document}: {}",
                    error.message
                );
            }
        }
    }

    #[test]
    fn a_subscription_whose_variables_leave_nothing_is_refused() {
        for (document, left) in [
            ("subscription($y: Boolean!) { silent @include(if: $y) }", false),
            ("subscription($y: Boolean!) { silent @skip(if: $y) }", true),
            (
                "subscription($y: Boolean!) { ...F @include(if: $y) } fragment F on Subscription { silent }",
                false,
            ),
            ("subscription { ... { silent @skip(if: true) } silent }", true),
        ] {
            let checked =
                limits::check(document, None).unwrap_or_else(|error| panic!("{document}: {}", error.message));
            let (_, operation) = checked.document.operations.iter().next().unwrap();
            let variables = Variables::from_json(json!({ "y": false }));
            assert_eq!(check_left(&checked.document, operation, &variables).is_ok(), left, "{document}");
        }
    }

    #[tokio::test]
    async fn what_does_not_fit_the_schema_is_refused_in_a_fragment_too() {
        for document in [
            "subscription { ...F } fragment F on Subscription { nothing }",
            "subscription { ...F } fragment F on Query { me }",
            "subscription { ... on Nobody { count(to: 1) } }",
            "subscription { ... @unknown { count(to: 1) } }",
            "subscription { ... @include(if: 7) { count(to: 1) } count(to: 1) }",
            "subscription($unused: Int) { ... { count(to: 1) } }",
            "subscription($y: Int!) { ... @include(if: $y) { count(to: 1) } count(to: 1) }",
            "subscription { ... { count(to: 1) } count(to: 2) }",
            "subscription { ... { count(to: \"x\") } }",
            "subscription { ... { count(to: 1) } } fragment Unused on Query { me }",
        ] {
            let all = follow(document, json!({ "y": 1 })).await;
            assert!(all.len() == 1 && all[0]["errors"].is_array(), "{document}: {all:?}");
        }
    }
}
