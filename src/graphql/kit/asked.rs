//! Who asks, and what the wire gives: ids, and texts that may be cleared.

use std::str::FromStr;

use async_graphql::{Context, ID, MaybeUndefined};

use crate::{
    accounts::{Caller, Right, allow},
    app::App,
    error::{Error, Result},
};

/// A field that may fail without waiting for anything. The name is not `Result`, so that the macro leaves the function alone.
pub(crate) type Read<T> = async_graphql::Result<T>;

/// The process and the caller. Whoever must enrol a second factor first is stopped here.
pub(crate) fn asked<'a>(ctx: &'a Context<'_>) -> Result<(&'a App, Caller)> {
    let (app, caller) = anyone(ctx)?;
    if caller.must_enrol { Err(Error::SecondFactorRequired { enrolled: false }) } else { Ok((app, caller)) }
}

/// The process and the caller, also when they must enrol a second factor: for that, and to see and end their own sessions.
pub(crate) fn anyone<'a>(ctx: &'a Context<'_>) -> Result<(&'a App, Caller)> {
    let app = ctx.data::<App>().map_err(|_| Error::internal("the schema was built without an App"))?;
    let caller = ctx.data::<Caller>().map_err(|_| Error::Unauthenticated)?;
    Ok((app, *caller))
}

/// The process and the caller, if they have the right: the first line of every resolver that reads.
pub(crate) fn allowed<'a>(ctx: &'a Context<'_>, right: Right) -> Result<(&'a App, Caller)> {
    let (app, caller) = asked(ctx)?;
    allow(caller.actor, right)?;
    Ok((app, caller))
}

/// An id from the wire; none when it is of another type, which looks like an id of nothing.
pub(crate) fn parse<T: FromStr>(id: &ID) -> Option<T> {
    id.parse().ok()
}

/// An id in the input of a mutation, or a problem that names the field.
pub(crate) fn named<T: FromStr>(id: &ID, field: &str) -> Result<T> {
    parse(id).ok_or_else(|| missing(field))
}

/// What a mutation names does not exist: said beside the field, as other mistakes are.
pub(crate) fn found<T>(field: &str, outcome: Result<T>) -> Result<T> {
    outcome.map_err(|error| if matches!(error, Error::NotFound) { missing(field) } else { error })
}

/// The problem of an id that names nothing.
pub(crate) fn missing(field: &str) -> Error {
    Error::no_such(field)
}

/// What an update says of a text: absent = leave, null = clear.
pub(crate) fn cleared(value: MaybeUndefined<String>) -> Option<String> {
    match value {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(String::new()),
        MaybeUndefined::Value(value) => Some(value),
    }
}

#[cfg(test)]
mod tests {
    use entity::{ContactId, JobId};

    use super::*;

    #[test]
    fn an_id_of_another_type_is_an_id_of_nothing() {
        let job: ID = JobId::new().into();
        assert!(parse::<JobId>(&job).is_some());
        assert!(parse::<ContactId>(&job).is_none());
    }
}
