//! Parses the filter and the order of a list: each list only says which condition each of its fields means.

use std::str::FromStr;

use async_graphql::ID;

use super::{
    filters::{CustomFilter, Direction, OwnerFilter, TextFilter},
    reading::{Parts, Reading, Tests},
};
use crate::{
    error::{Error, ProblemCode, Result},
    platform::{
        actor::Actor,
        filter::{Filter, Test},
    },
    records::conditions::{Asked, OrderBy, Owner},
};

/// The filter of a list.
pub(crate) trait ListFilter: Default {
    /// A condition of this list.
    type Condition;

    /// Takes out its `and`, `or` and `not`.
    fn combined(&mut self) -> Combined<Self>;

    /// Adds what its fields mean to their level.
    fn read(self, level: &mut Level<'_, Self::Condition>) -> Result<()>;
}

/// A filter's `and`, `or` and `not`.
pub(crate) struct Combined<F> {
    pub and: Option<Vec<F>>,
    pub or: Option<Vec<F>>,
    pub not: Option<Box<F>>,
}

/// The fields of one level of a filter, while they are parsed.
pub(crate) struct Level<'a, C> {
    pub reading: &'a mut Reading,
    /// Where this level stands in the input, like `filter.or.1`.
    pub path: &'a str,
    pub parts: Parts<C>,
}

/// Parses the filter of a list. An absent one leaves nothing out.
///
/// # Errors
/// `Rejected` for too many conditions or levels, and for values that cannot be parsed.
pub(crate) fn read_filter<F: ListFilter>(
    filter: Option<F>,
    actor: Actor,
) -> Result<Filter<Asked<F::Condition>>> {
    read_level(filter.unwrap_or_default(), &mut Reading::new(actor), "filter", 0)
}

fn read_level<F: ListFilter>(
    mut filter: F,
    reading: &mut Reading,
    path: &str,
    level: usize,
) -> Result<Filter<Asked<F::Condition>>> {
    let level = Reading::enter(path, level)?;
    let Combined { and, or, not } = filter.combined();
    let mut fields = Level { reading: &mut *reading, path, parts: Vec::new() };
    filter.read(&mut fields)?;
    let mut parts = fields.parts;
    for (list, word, all) in [(and, "and", true), (or, "or", false)] {
        let Some(list) = list else { continue };
        reading.take(path)?;
        let inner = list
            .into_iter()
            .enumerate()
            .map(|(at, inner)| read_level(inner, reading, &format!("{path}.{word}.{at}"), level))
            .collect::<Result<Vec<_>>>()?;
        parts.push(if all { Filter::All(inner) } else { Filter::Any(inner) });
    }
    if let Some(inner) = not {
        parts.push(Filter::Not(Box::new(read_level(*inner, reading, &format!("{path}.not"), level)?)));
    }
    Ok(Filter::All(parts))
}

impl<C> Level<'_, C> {
    /// Where a field of this level stands in the input.
    pub(crate) fn at(&self, name: &str) -> String {
        format!("{}.{name}", self.path)
    }

    /// Adds a condition that was already counted.
    pub(crate) fn add(&mut self, condition: C) {
        self.parts.push(Filter::Is(Asked::Own(condition)));
    }

    /// One of these records, or of these that it refers to.
    pub(crate) fn ids<I: FromStr>(
        &mut self,
        name: &str,
        ids: Option<Vec<ID>>,
        make: impl FnOnce(Vec<I>) -> C,
    ) -> Result<()> {
        if let Some(ids) = ids {
            let ids = self.reading.ids(ids, self.path, name)?;
            self.add(make(ids));
        }
        Ok(())
    }

    /// One of these values of an enum.
    pub(crate) fn values<T, E: From<T>>(
        &mut self,
        name: &str,
        values: Option<Vec<T>>,
        make: impl FnOnce(Vec<E>) -> C,
    ) -> Result<()> {
        if let Some(values) = values {
            let values = self.reading.values(values, self.path, name)?;
            self.add(make(values));
        }
        Ok(())
    }

    /// Tests on a name, whose words may stand in any order.
    pub(crate) fn names(
        &mut self,
        name: &str,
        filter: Option<TextFilter>,
        make: impl Fn(Test<String>) -> C,
    ) -> Result<()> {
        if let Some(filter) = filter {
            let path = self.at(name);
            let tests = filter.match_names(self.reading, &path)?;
            self.parts.extend(tests.into_iter().map(|wanted| wanted.condition(&make)));
        }
        Ok(())
    }

    /// Tests on any other field.
    pub(crate) fn tests<V>(
        &mut self,
        name: &str,
        filter: Option<impl Tests<V>>,
        make: impl Fn(Test<V>) -> C,
    ) -> Result<()> {
        if let Some(filter) = filter {
            let path = self.at(name);
            let tests = filter.tests(self.reading, &path)?;
            self.parts.extend(tests.into_iter().map(|wanted| wanted.condition(&make)));
        }
        Ok(())
    }

    /// Whether a condition holds.
    pub(crate) fn holds(&mut self, wanted: Option<bool>, condition: C) -> Result<()> {
        if let Some(wanted) = wanted {
            self.reading.take(self.path)?;
            let condition = Filter::Is(Asked::Own(condition));
            self.parts.push(if wanted { condition } else { Filter::Not(Box::new(condition)) });
        }
        Ok(())
    }

    /// The responsible member.
    pub(crate) fn owner(
        &mut self,
        name: &str,
        filter: Option<OwnerFilter>,
        make: impl Fn(Owner) -> C,
    ) -> Result<()> {
        let path = self.at(name);
        filter.map_or(Ok(()), |owner| owner.put(self.reading, &path, &mut self.parts, make))
    }

    /// Custom fields.
    pub(crate) fn custom(&mut self, filters: Option<Vec<CustomFilter>>) -> Result<()> {
        let path = self.at("custom");
        CustomFilter::put(filters.unwrap_or_default(), self.reading, &path, &mut self.parts)
    }
}

/// The order of a list: by a built-in field or a custom one.
///
/// # Errors
/// `Rejected` for both, and for neither.
pub(crate) fn read_order<F, O: From<F>>(
    field: Option<F>,
    custom: Option<String>,
    direction: Direction,
) -> Result<OrderBy<O>> {
    let run = direction.into();
    match (field, custom) {
        (Some(field), None) => Ok(OrderBy::Own(field.into(), run)),
        (None, Some(key)) => Ok(OrderBy::Custom { key, run }),
        _ => Err(Error::rejected(ProblemCode::Invalid, "orderBy", "Give either field or custom.")),
    }
}
