//! Parses the filters of lists, and validates them (number of conditions, depth, lengths); each problem
//! carries its path, like `filter.or.1.name.in`.

use async_graphql::ID;

use crate::{
    error::{Error, ProblemCode, Result},
    graphql::kit::parse,
    platform::{
        actor::Actor,
        filter::{Filter, Test},
    },
    records::conditions::Asked,
};

/// Limit on the conditions of one filter.
const MOST_CONDITIONS: usize = 60;
/// Limit on the nesting of `and`, `or` and `not`.
const MOST_LEVELS: usize = 5;
/// Limit on the values of one list.
const MOST_VALUES: usize = 100;
/// Limit on a text, in characters.
pub(super) const MOST_TEXT: usize = 320;
/// Limit on a name, in characters: a family name, a space and a given name.
pub(super) const MOST_NAME: usize = 601;

/// State of parsing a filter: the caller, and how many more conditions are allowed.
pub(crate) struct Reading {
    pub actor: Actor,
    left: usize,
}

/// A test or its negation.
pub(crate) struct Wanted<V> {
    pub(super) holds: bool,
    pub(super) test: Test<V>,
}

impl<V> Wanted<V> {
    pub(super) fn is(test: Test<V>) -> Self {
        Self { holds: true, test }
    }

    pub(super) fn is_not(test: Test<V>) -> Self {
        Self { holds: false, test }
    }

    pub(crate) fn condition<C>(self, make: impl FnOnce(Test<V>) -> C) -> Filter<Asked<C>> {
        let condition = Filter::Is(Asked::Own(make(self.test)));
        if self.holds { condition } else { Filter::Not(Box::new(condition)) }
    }
}

/// Tests on values of one type.
pub(crate) trait Tests<V> {
    /// All of them, which must hold together.
    fn tests(self, reading: &mut Reading, path: &str) -> Result<Vec<Wanted<V>>>;
}

/// The conditions of one level; all must hold.
pub(crate) type Parts<C> = Vec<Filter<Asked<C>>>;

impl Reading {
    pub(crate) fn new(actor: Actor) -> Self {
        Self { actor, left: MOST_CONDITIONS }
    }

    /// Checks the depth and returns the next level.
    pub(crate) fn enter(path: &str, level: usize) -> Result<usize> {
        if level >= MOST_LEVELS {
            return Err(Error::rejected(
                ProblemCode::TooLong,
                path,
                format!("Nest `and`, `or` and `not` at most {MOST_LEVELS} levels deep."),
            ));
        }
        Ok(level + 1)
    }

    /// Counts one condition against the limit.
    pub(crate) fn take(&mut self, path: &str) -> Result<()> {
        self.left = self.left.checked_sub(1).ok_or_else(|| {
            Error::rejected(ProblemCode::TooLong, path, format!("Give at most {MOST_CONDITIONS} conditions."))
        })?;
        Ok(())
    }

    pub(super) fn text(&mut self, text: String, path: &str, name: &str) -> Result<String> {
        self.take(path)?;
        checked(text, MOST_TEXT, &format!("{path}.{name}"))
    }

    pub(super) fn many<T>(&mut self, values: Vec<T>, path: &str, name: &str) -> Result<Vec<T>> {
        self.take(path)?;
        if values.len() > MOST_VALUES {
            return Err(Error::rejected(
                ProblemCode::TooLong,
                format!("{path}.{name}"),
                format!("Give at most {MOST_VALUES} values."),
            ));
        }
        Ok(values)
    }

    /// Parses ids of one type. An id of another type is rejected: it is a mistake of the client, and an empty
    /// result would hide it.
    pub(crate) fn ids<I: std::str::FromStr>(
        &mut self,
        ids: Vec<ID>,
        path: &str,
        name: &str,
    ) -> Result<Vec<I>> {
        let read = |(at, id): (usize, &ID)| {
            let message = "This is not an id of the right kind: give one that this API returned.";
            parse(id)
                .ok_or_else(|| Error::rejected(ProblemCode::Invalid, format!("{path}.{name}.{at}"), message))
        };
        self.many(ids, path, name)?.iter().enumerate().map(read).collect()
    }

    pub(crate) fn values<T, E: From<T>>(&mut self, values: Vec<T>, path: &str, name: &str) -> Result<Vec<E>> {
        Ok(self.many(values, path, name)?.into_iter().map(E::from).collect())
    }
}

pub(super) fn checked(text: String, most: usize, path: &str) -> Result<String> {
    if text.chars().count() > most {
        return Err(Error::rejected(ProblemCode::TooLong, path, format!("Use at most {most} characters.")));
    }
    if text.contains('\0') {
        return Err(Error::rejected(ProblemCode::Invalid, path, "Remove the NUL character."));
    }
    Ok(text)
}
