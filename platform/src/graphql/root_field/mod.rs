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

mod collect;
#[cfg(test)]
mod tests;
mod used;

use async_graphql::{
    Executor, Name, Pos, Positioned, Request, Response as Answer, ServerError, Variables,
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

use self::{
    collect::{collect, gather, has_doubles, is_plain},
    used::Used,
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
