//! Filter inputs shared by all lists: tests on texts, times, numbers and days, owners, custom fields, and the
//! sort direction.
//!
//! Parsing validates them (number of conditions, depth, lengths); each problem carries its path, like
//! `filter.or.1.name.in`.

use async_graphql::{Enum, ID, InputObject};
use entity::Time;

use crate::{
    error::{Error, ProblemCode, Result},
    graphql::{kit::parse, pipeline::BigInt},
    platform::{
        actor::Actor,
        filter::{Filter, Test},
        fold::fold,
        graphql::DateTime,
        keyset::Run,
        times::{NO_DAY, is_day},
    },
    records::conditions::{self, Asked, CustomCondition, CustomTest},
    search::folded,
};

/// Limit on the conditions of one filter.
const MOST_CONDITIONS: usize = 60;
/// Limit on the nesting of `and`, `or` and `not`.
const MOST_LEVELS: usize = 5;
/// Limit on the values of one list.
const MOST_VALUES: usize = 100;
/// Limit on a text, in characters.
const MOST_TEXT: usize = 320;
/// Limit on a name, in characters: a family name, a space and a given name.
const MOST_NAME: usize = 601;

/// Tests on a text, ignoring case and accents. All of them must hold.
#[derive(Default, InputObject)]
pub struct TextFilter {
    /// Equal to this.
    pub eq: Option<String>,
    /// Not equal to this.
    pub ne: Option<String>,
    /// Equal to one of these.
    #[graphql(name = "in")]
    pub any: Option<Vec<String>>,
    /// Contains this; a name contains each of the words, in any order.
    pub contains: Option<String>,
    /// Starts with this.
    pub starts_with: Option<String>,
    /// True: has no value; false: has a value.
    pub is_empty: Option<bool>,
}

/// Tests on a code, compared character by character: a domain, a language, an external id. Complete telephone
/// numbers may be written in any way.
#[derive(Default, InputObject)]
pub struct CodeFilter {
    /// Equal to this.
    pub eq: Option<String>,
    /// Not equal to this.
    pub ne: Option<String>,
    /// Equal to one of these.
    #[graphql(name = "in")]
    pub any: Option<Vec<String>>,
    /// Starts with this.
    pub starts_with: Option<String>,
    /// True: has no value; false: has a value.
    pub is_empty: Option<bool>,
}

/// Tests on a time. For a range, give `gte` and `lt` together.
#[derive(Default, InputObject)]
pub struct TimeFilter {
    /// Before this.
    pub lt: Option<DateTime>,
    /// At this time or earlier.
    pub lte: Option<DateTime>,
    /// After this.
    pub gt: Option<DateTime>,
    /// At this time or later.
    pub gte: Option<DateTime>,
    /// True: has no value; false: has a value.
    pub is_empty: Option<bool>,
}

/// Tests on a day, as `YYYY-MM-DD`. For a range, give `gte` and `lte` together.
#[derive(Default, InputObject)]
pub struct DateFilter {
    /// On this day.
    pub eq: Option<String>,
    /// Before this day.
    pub lt: Option<String>,
    /// On this day or earlier.
    pub lte: Option<String>,
    /// After this day.
    pub gt: Option<String>,
    /// On this day or later.
    pub gte: Option<String>,
    /// True: has no value; false: has a value.
    pub is_empty: Option<bool>,
}

/// Tests on a number, or on an amount in minor units of its currency (cents). For a range, give `gte` and
/// `lte` together.
#[derive(Default, InputObject)]
pub struct NumberFilter {
    /// Equal to this.
    pub eq: Option<f64>,
    /// Not equal to this.
    pub ne: Option<f64>,
    /// Equal to one of these.
    #[graphql(name = "in")]
    pub any: Option<Vec<f64>>,
    /// Less than this.
    pub lt: Option<f64>,
    /// This or less.
    pub lte: Option<f64>,
    /// More than this.
    pub gt: Option<f64>,
    /// This or more.
    pub gte: Option<f64>,
    /// True: has no value; false: has a value.
    pub is_empty: Option<bool>,
}

/// Tests on an amount in minor units of its currency (cents). For a range, give `gte` and `lte` together.
#[derive(Default, InputObject)]
pub struct AmountFilter {
    /// Equal to this.
    pub eq: Option<BigInt>,
    /// Not equal to this.
    pub ne: Option<BigInt>,
    /// Less than this.
    pub lt: Option<BigInt>,
    /// This or less.
    pub lte: Option<BigInt>,
    /// More than this.
    pub gt: Option<BigInt>,
    /// This or more.
    pub gte: Option<BigInt>,
}

/// Tests on a CHOICE or CHOICES field.
#[derive(Default, InputObject)]
pub struct ChoiceFilter {
    /// Equal to this; for CHOICES: contains this.
    pub eq: Option<String>,
    /// Not equal to this; for CHOICES: does not contain this.
    pub ne: Option<String>,
    /// Equal to one of these.
    #[graphql(name = "in")]
    pub any: Option<Vec<String>>,
    /// True: has no value; false: has a value.
    pub is_empty: Option<bool>,
}

/// Tests on a link to another record.
#[derive(Default, InputObject)]
pub struct ReferenceFilter {
    /// Equal to one of these.
    #[graphql(name = "in")]
    pub any: Option<Vec<ID>>,
    /// True: has no value; false: has a value.
    pub is_empty: Option<bool>,
}

/// The member responsible for a record.
#[derive(Default, InputObject)]
pub struct OwnerFilter {
    /// One of these members.
    #[graphql(name = "in")]
    pub any: Option<Vec<ID>>,
    /// True: the caller; false: anybody else. An API key is responsible for nothing.
    pub me: Option<bool>,
    /// True: has no owner; false: has an owner.
    pub is_empty: Option<bool>,
}

/// A custom field's key and the test that fits its type. Sealed fields (CONFIDENTIAL, SECRET) cannot be
/// filtered.
#[derive(InputObject)]
pub struct CustomFilter {
    /// The field's key.
    pub key: String,
    /// For TEXT, URL, PHONE, IBAN and EMAIL.
    pub text: Option<TextFilter>,
    /// For NUMBER, and for MONEY in minor units.
    pub number: Option<NumberFilter>,
    /// For DATE.
    pub date: Option<DateFilter>,
    /// For CHOICE and CHOICES.
    pub choice: Option<ChoiceFilter>,
    /// For BOOLEAN.
    pub boolean: Option<bool>,
    /// For every type. True: has no value; false: has a value.
    pub is_empty: Option<bool>,
}

/// Whether a list shows archived records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "conditions::Archived")]
pub enum Archived {
    /// Leave them out.
    LeftOut,
    /// Show them with the others.
    Included,
    /// Show only them.
    Only,
}

/// Sort direction. Rows without a value come last in both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum Direction {
    /// Smallest, earliest, A first.
    Ascending,
    /// Largest, latest, Z first.
    Descending,
}

impl From<Direction> for Run {
    fn from(direction: Direction) -> Self {
        match direction {
            Direction::Ascending => Self::Up,
            Direction::Descending => Self::Down,
        }
    }
}

/// State of parsing a filter: the caller, and how many more conditions are allowed.
pub(crate) struct Reading {
    pub actor: Actor,
    left: usize,
}

/// A test or its negation.
pub(crate) struct Wanted<V> {
    holds: bool,
    test: Test<V>,
}

impl<V> Wanted<V> {
    fn is(test: Test<V>) -> Self {
        Self { holds: true, test }
    }

    fn is_not(test: Test<V>) -> Self {
        Self { holds: false, test }
    }

    pub(crate) fn condition<C>(self, make: impl FnOnce(Test<V>) -> C) -> Filter<Asked<C>> {
        let condition = Filter::Is(Asked::Own(make(self.test)));
        if self.holds { condition } else { Filter::Not(Box::new(condition)) }
    }
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

    fn text(&mut self, text: String, path: &str, name: &str) -> Result<String> {
        self.take(path)?;
        checked(text, MOST_TEXT, &format!("{path}.{name}"))
    }

    fn many<T>(&mut self, values: Vec<T>, path: &str, name: &str) -> Result<Vec<T>> {
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

fn checked(text: String, most: usize, path: &str) -> Result<String> {
    if text.chars().count() > most {
        return Err(Error::rejected(ProblemCode::TooLong, path, format!("Give at most {most} signs.")));
    }
    if text.contains('\0') {
        return Err(Error::rejected(ProblemCode::Invalid, path, "Remove the NUL character."));
    }
    Ok(text)
}

macro_rules! tests {
    ($reading:ident, $path:ident, $tests:ident, $make:expr; $($name:literal $value:expr => $wanted:ident $test:ident),*) => {$(
        if let Some(value) = $value {
            let value = $make($reading, value, $name)?;
            $tests.push(Wanted::$wanted(Test::$test(value)));
        }
    )*};
}

impl TextFilter {
    /// The tests, on text folded as custom fields are.
    fn tests(self, reading: &mut Reading, path: &str) -> Result<Vec<Wanted<String>>> {
        self.read(reading, path, MOST_TEXT, folded)
    }

    /// The tests, on text folded as names are, without truncation.
    pub(crate) fn match_names(self, reading: &mut Reading, path: &str) -> Result<Vec<Wanted<String>>> {
        self.read(reading, path, MOST_NAME, fold)
    }

    fn read(
        self,
        reading: &mut Reading,
        path: &str,
        most: usize,
        fold: fn(&str) -> String,
    ) -> Result<Vec<Wanted<String>>> {
        let mut tests = Vec::new();
        let make = |reading: &mut Reading, text: String, name: &str| {
            reading.take(path)?;
            checked(text, most, &format!("{path}.{name}")).map(|text| fold(&text))
        };
        tests!(reading, path, tests, make; "eq" self.eq => is Eq, "ne" self.ne => is_not Eq, "contains" self.contains => is Contains,
            "startsWith" self.starts_with => is StartsWith);
        if let Some(texts) = self.any {
            let texts = reading.many(texts, path, "in")?;
            let texts = texts
                .into_iter()
                .map(|text| checked(text, most, &format!("{path}.in")).map(|text| fold(&text)))
                .collect::<Result<_>>()?;
            tests.push(Wanted::is(Test::In(texts)));
        }
        absent(&mut tests, self.is_empty);
        Ok(tests)
    }
}

impl CodeFilter {
    pub(crate) fn tests(self, reading: &mut Reading, path: &str) -> Result<Vec<Wanted<String>>> {
        let mut tests = Vec::new();
        let make = |reading: &mut Reading, text: String, name: &str| reading.text(text, path, name);
        tests!(reading, path, tests, make; "eq" self.eq => is Eq, "ne" self.ne => is_not Eq, "startsWith" self.starts_with => is StartsWith);
        if let Some(texts) = self.any {
            let texts = reading.many(texts, path, "in")?;
            let texts = texts
                .into_iter()
                .map(|text| checked(text, MOST_TEXT, &format!("{path}.in")))
                .collect::<Result<_>>()?;
            tests.push(Wanted::is(Test::In(texts)));
        }
        absent(&mut tests, self.is_empty);
        Ok(tests)
    }
}

impl ChoiceFilter {
    fn tests(self, reading: &mut Reading, path: &str) -> Result<Vec<Wanted<String>>> {
        let Self { eq, ne, any, is_empty } = self;
        CodeFilter { eq, ne, any, is_empty, starts_with: None }.tests(reading, path)
    }
}

impl TimeFilter {
    pub(crate) fn tests(self, reading: &mut Reading, path: &str) -> Result<Vec<Wanted<Time>>> {
        let mut tests = Vec::new();
        let make = |reading: &mut Reading, DateTime(at): DateTime, _: &str| reading.take(path).map(|()| at);
        tests!(reading, path, tests, make; "lt" self.lt => is Lt, "lte" self.lte => is Lte, "gt" self.gt => is Gt, "gte" self.gte => is Gte);
        absent(&mut tests, self.is_empty);
        Ok(tests)
    }
}

impl DateFilter {
    /// The tests; ISO days sort as text.
    pub(crate) fn tests(self, reading: &mut Reading, path: &str) -> Result<Vec<Wanted<String>>> {
        let mut tests = Vec::new();
        let make = |reading: &mut Reading, day: String, name: &str| {
            reading.take(path)?;
            if is_day(&day) {
                Ok(day)
            } else {
                Err(Error::rejected(ProblemCode::Invalid, format!("{path}.{name}"), NO_DAY))
            }
        };
        tests!(reading, path, tests, make; "eq" self.eq => is Eq, "lt" self.lt => is Lt, "lte" self.lte => is Lte, "gt" self.gt => is Gt,
            "gte" self.gte => is Gte);
        absent(&mut tests, self.is_empty);
        Ok(tests)
    }
}

impl NumberFilter {
    pub(crate) fn tests(self, reading: &mut Reading, path: &str) -> Result<Vec<Wanted<f64>>> {
        let mut tests = Vec::new();
        let make = |reading: &mut Reading, number: f64, _: &str| reading.take(path).map(|()| number);
        tests!(reading, path, tests, make; "eq" self.eq => is Eq, "ne" self.ne => is_not Eq, "lt" self.lt => is Lt, "lte" self.lte => is Lte,
            "gt" self.gt => is Gt, "gte" self.gte => is Gte);
        if let Some(numbers) = self.any {
            tests.push(Wanted::is(Test::In(reading.many(numbers, path, "in")?)));
        }
        absent(&mut tests, self.is_empty);
        Ok(tests)
    }
}

impl AmountFilter {
    pub(crate) fn tests(self, reading: &mut Reading, path: &str) -> Result<Vec<Wanted<i64>>> {
        let mut tests = Vec::new();
        let make = |reading: &mut Reading, BigInt(minor): BigInt, name: &str| {
            reading.take(path)?;
            let message = "Give a whole number of minor units, like \"125000\".";
            minor
                .parse()
                .map_err(|_| Error::rejected(ProblemCode::Invalid, format!("{path}.{name}"), message))
        };
        tests!(reading, path, tests, make; "eq" self.eq => is Eq, "ne" self.ne => is_not Eq, "lt" self.lt => is Lt, "lte" self.lte => is Lte,
            "gt" self.gt => is Gt, "gte" self.gte => is Gte);
        Ok(tests)
    }
}

impl ReferenceFilter {
    pub(crate) fn tests<I: std::str::FromStr>(
        self,
        reading: &mut Reading,
        path: &str,
    ) -> Result<Vec<Wanted<I>>> {
        let mut tests = Vec::new();
        if let Some(ids) = self.any {
            tests.push(Wanted::is(Test::In(reading.ids(ids, path, "in")?)));
        }
        absent(&mut tests, self.is_empty);
        Ok(tests)
    }
}

impl OwnerFilter {
    /// Adds its conditions to those of a level.
    pub(crate) fn put<C>(
        self,
        reading: &mut Reading,
        path: &str,
        parts: &mut Parts<C>,
        make: impl Fn(conditions::Owner) -> C,
    ) -> Result<()> {
        if let Some(ids) = self.any {
            let ids = reading.ids(ids, path, "in")?;
            parts.push(Filter::Is(Asked::Own(make(conditions::Owner::Is(ids)))));
        }
        if let Some(me) = self.me {
            reading.take(path)?;
            let mine = Filter::Is(Asked::Own(make(conditions::Owner::me(reading.actor))));
            parts.push(if me { mine } else { Filter::Not(Box::new(mine)) });
        }
        if let Some(nobody) = self.is_empty {
            reading.take(path)?;
            parts.push(Filter::Is(Asked::Own(make(conditions::Owner::Nobody(nobody)))));
        }
        Ok(())
    }
}

impl CustomFilter {
    /// Adds the conditions on several fields to those of a level.
    pub(crate) fn put<C>(
        filters: Vec<Self>,
        reading: &mut Reading,
        path: &str,
        parts: &mut Parts<C>,
    ) -> Result<()> {
        for (at, filter) in filters.into_iter().enumerate() {
            filter.put_one(reading, &format!("{path}.{at}"), parts)?;
        }
        Ok(())
    }

    fn put_one<C>(self, reading: &mut Reading, path: &str, parts: &mut Parts<C>) -> Result<()> {
        reading.take(path)?;
        let before = parts.len();
        let key = checked(self.key, MOST_TEXT, &format!("{path}.key"))?;
        let asked = |test| {
            Filter::Is(Asked::Custom(CustomCondition { input: path.to_owned(), key: key.clone(), test }))
        };
        let mut put =
            |holds, test| parts.push(if holds { asked(test) } else { Filter::Not(Box::new(asked(test))) });
        if let Some(text) = self.text {
            text.tests(reading, &format!("{path}.text"))?
                .into_iter()
                .for_each(|wanted| put(wanted.holds, CustomTest::Text(wanted.test)));
        }
        if let Some(number) = self.number {
            number
                .tests(reading, &format!("{path}.number"))?
                .into_iter()
                .for_each(|wanted| put(wanted.holds, CustomTest::Number(wanted.test)));
        }
        if let Some(date) = self.date {
            date.tests(reading, &format!("{path}.date"))?
                .into_iter()
                .for_each(|wanted| put(wanted.holds, CustomTest::Date(wanted.test)));
        }
        if let Some(choice) = self.choice {
            choice
                .tests(reading, &format!("{path}.choice"))?
                .into_iter()
                .for_each(|wanted| put(wanted.holds, CustomTest::Choice(wanted.test)));
        }
        if let Some(yes) = self.boolean {
            put(true, CustomTest::Boolean(yes));
        }
        if let Some(absent) = self.is_empty {
            put(true, CustomTest::Absent(absent));
        }
        if parts.len() == before {
            return Err(Error::rejected(
                ProblemCode::Required,
                path,
                "Add a condition on the field: text, number, date, choice, boolean or isEmpty.",
            ));
        }
        Ok(())
    }
}

fn absent<V>(tests: &mut Vec<Wanted<V>>, is_empty: Option<bool>) {
    tests.extend(is_empty.map(|absent| Wanted::is(Test::Absent(absent))));
}

/// Parses a filter's `and`, `or` and `not` into the conditions of its level.
macro_rules! joined {
    ($filter:ident, $reading:ident, $path:ident, $level:ident, $parts:ident) => {
        for (list, word, all) in [($filter.and, "and", true), ($filter.or, "or", false)] {
            let Some(list) = list else { continue };
            $reading.take($path)?;
            let inner = list
                .into_iter()
                .enumerate()
                .map(|(at, inner)| inner.read($reading, &format!("{}.{word}.{at}", $path), $level))
                .collect::<Result<Vec<_>>>()?;
            $parts.push(if all { Filter::All(inner) } else { Filter::Any(inner) });
        }
        if let Some(inner) = $filter.not {
            $parts.push(Filter::Not(Box::new(inner.read($reading, &format!("{}.not", $path), $level)?)));
        }
    };
}
pub(crate) use joined;
