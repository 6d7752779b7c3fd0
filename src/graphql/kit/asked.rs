//! The caller of a request, and parsing of its input: ids, and texts that may be cleared.

use std::str::FromStr;

use async_graphql::{Context, ID, MaybeUndefined};

use crate::{
    accounts::{Caller, Right, allow},
    app::App,
    error::{Error, Result},
};

/// Result of a field that may fail but awaits nothing. Not named `Result`, so that the macro leaves the
/// function as it is.
pub(crate) type Read<T> = async_graphql::Result<T>;

/// The application and the caller. Rejects members who must enrol a second factor first.
pub(crate) fn asked<'a>(ctx: &'a Context<'_>) -> Result<(&'a App, Caller)> {
    let (app, caller) = anyone(ctx)?;
    if caller.must_enrol { Err(Error::SecondFactorRequired { enrolled: false }) } else { Ok((app, caller)) }
}

/// The application and the caller, even one who must still enrol a second factor: for enrolling it, and for
/// listing and ending their own sessions.
pub(crate) fn anyone<'a>(ctx: &'a Context<'_>) -> Result<(&'a App, Caller)> {
    let app = ctx.data::<App>().map_err(|_| Error::internal("the schema was built without an App"))?;
    let caller = ctx.data::<Caller>().map_err(|_| Error::Unauthenticated)?;
    Ok((app, *caller))
}

/// The application and the caller, if they have the right: the first line of every resolver that reads.
pub(crate) fn allowed<'a>(ctx: &'a Context<'_>, right: Right) -> Result<(&'a App, Caller)> {
    let (app, caller) = asked(ctx)?;
    allow(caller.actor, right)?;
    Ok((app, caller))
}

/// Parses an id; none when it is of another type, which is treated like an id that does not exist.
pub(crate) fn parse<T: FromStr>(id: &ID) -> Option<T> {
    id.parse().ok()
}

/// Parses an id in a mutation's input, or returns a problem that names the field.
pub(crate) fn named<T: FromStr>(id: &ID, field: &str) -> Result<T> {
    parse(id).ok_or_else(|| missing(field))
}

/// Turns "not found" into a problem on the input field that named the row, like other input errors.
pub(crate) fn found<T>(field: &str, outcome: Result<T>) -> Result<T> {
    outcome.map_err(|error| if matches!(error, Error::NotFound) { missing(field) } else { error })
}

/// The problem of an id that does not exist.
pub(crate) fn missing(field: &str) -> Error {
    Error::no_such(field)
}

/// A text in an update: absent = unchanged, null = cleared.
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
