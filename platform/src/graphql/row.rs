//! Resolves fields of list rows synchronously.
//!
//! async-graphql allocates one future on the heap for each field of each object, as large as the largest of
//! the type's fields, and joins them. But nearly all fields of a row need no waiting: they are columns of it,
//! or were prefetched with it (`graphql::kit::foresee`). Such a field is polled once, on the stack; the
//! few that have to wait use futures as usual.

use std::{
    borrow::Cow,
    future::Future,
    pin::{Pin, pin},
    task::{self, Poll, Waker},
};

use async_graphql::{
    ContainerType, ContextSelectionSet, Name, OutputType, Positioned, ServerResult, Value,
    indexmap::IndexMap,
    parser::types::{Field, Selection, SelectionSet},
    registry::Registry,
    resolver_utils::resolve_list,
};
use futures_util::future::try_join_all;

/// An object that appears in lists. In the schema it is the wrapped type.
pub struct Row<T>(pub T);

/// A short list of such objects that belongs to another object.
pub struct Rows<T>(pub Vec<T>);

/// A type that appears in lists with many rows.
pub trait AtHand: ContainerType {
    /// Fields that run no statement of their own: they are columns of the row, or a loader answers them.
    /// Others would run their statement twice.
    const AT_HAND: &'static [&'static str];
}

impl<T: AtHand> OutputType for Row<T> {
    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        // Futures that wait are boxed: this future is part of the future of every field that returns such an
        // object.
        match answer(&self.0, ctx) {
            Some(Ok(answer)) if answer.late.is_empty() => Ok(Value::Object(answer.fields)),
            Some(Ok(answer)) => Box::pin(answer.whole()).await,
            Some(Err(error)) => Err(error),
            None => Box::pin(OutputType::resolve(&self.0, ctx, field)).await,
        }
    }
}

impl<T: AtHand> OutputType for Rows<T> {
    fn type_name() -> Cow<'static, str> {
        Vec::<T>::type_name()
    }

    fn qualified_type_name() -> String {
        Vec::<T>::qualified_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        Vec::<T>::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        let mut list = Vec::with_capacity(self.0.len());
        for (place, row) in self.0.iter().enumerate() {
            match answer(row, &ctx.with_index(place)) {
                Some(Ok(answer)) if answer.late.is_empty() => list.push(Value::Object(answer.fields)),
                Some(Err(error)) => return Err(error),
                // All rows together, so that the loaders batch what they need.
                _ => return Box::pin(resolve_list(ctx, field, &self.0, Some(self.0.len()))).await,
            }
        }
        Ok(Value::List(list))
    }
}

/// The resolved fields of an object, and the futures of those that still have to wait.
struct Answer<'a> {
    fields: IndexMap<Name, Value>,
    late: Vec<Late<'a>>,
}

type Late<'a> = Pin<Box<dyn Future<Output = ServerResult<(usize, Value)>> + Send + 'a>>;

impl Answer<'_> {
    async fn whole(mut self) -> ServerResult<Value> {
        for (place, value) in try_join_all(self.late).await? {
            self.fields[place] = value;
        }
        Ok(Value::Object(self.fields))
    }
}

/// None for rare selections that are left to async-graphql: directives, fragments on interfaces, an object
/// selected twice.
fn answer<'a, T: AtHand>(row: &'a T, ctx: &'a ContextSelectionSet<'_>) -> Option<ServerResult<Answer<'a>>> {
    let mut answer = Answer { fields: IndexMap::with_capacity(ctx.item.node.items.len()), late: Vec::new() };
    match add(row, ctx, &ctx.item.node, &mut answer) {
        Ok(true) => Some(Ok(answer)),
        Ok(false) => None,
        Err(error) => Some(Err(error)),
    }
}

/// Returns whether the whole selection could be added.
fn add<'a, T: AtHand>(
    row: &'a T,
    ctx: &'a ContextSelectionSet<'_>,
    selected: &'a SelectionSet,
    answer: &mut Answer<'a>,
) -> ServerResult<bool> {
    for selection in &selected.items {
        match &selection.node {
            Selection::Field(field) if field.node.directives.is_empty() => {
                let name = &field.node.response_key().node;
                if answer.fields.contains_key(name) {
                    // Two fragments select it. A scalar is already resolved; the selections of an object
                    // would have to be merged.
                    if field.node.selection_set.node.items.is_empty() {
                        continue;
                    }
                    return Ok(false);
                }
                let place = answer.fields.len();
                let value = if let Some(value) = now(row, ctx, field) {
                    value?
                } else {
                    answer.late.push(Box::pin(async move {
                        Ok((place, row.resolve_field(&ctx.with_field(field)).await?.unwrap_or_default()))
                    }));
                    Value::Null
                };
                answer.fields.insert(name.clone(), value);
            }
            Selection::InlineFragment(part) if part.node.directives.is_empty() => {
                let fits = part
                    .node
                    .type_condition
                    .as_ref()
                    .is_none_or(|condition| *condition.node.on.node == *T::type_name());
                if !(fits && add(row, ctx, &part.node.selection_set.node, answer)?) {
                    return Ok(false);
                }
            }
            Selection::FragmentSpread(spread) if spread.node.directives.is_empty() => {
                let part = ctx.query_env.fragments.get(&spread.node.fragment_name.node);
                let Some(part) =
                    part.filter(|part| *part.node.type_condition.node.on.node == *T::type_name())
                else {
                    return Ok(false);
                };
                if !add(row, ctx, &part.node.selection_set.node, answer)? {
                    return Ok(false);
                }
            }
            _ => return Ok(false),
        }
    }
    Ok(true)
}

/// The field's value if it is available without waiting.
fn now<T: AtHand>(
    row: &T,
    ctx: &ContextSelectionSet<'_>,
    field: &Positioned<Field>,
) -> Option<ServerResult<Value>> {
    let name = field.node.name.node.as_str();
    if name == "__typename" {
        return Some(Ok(Value::String(T::type_name().into_owned())));
    }
    if !T::AT_HAND.contains(&name) {
        return None;
    }
    let ctx = ctx.with_field(field);
    match pin!(row.resolve_field(&ctx)).poll(&mut task::Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => Some(answer.map(Option::unwrap_or_default)),
        Poll::Pending => None,
    }
}
