//! Parses the tests of a filter: on texts, times, numbers and days, owners and custom fields.

use entity::Time;

use super::filters::{
    AmountFilter, ChoiceFilter, CodeFilter, CustomFilter, DateFilter, NumberFilter, OwnerFilter,
    ReferenceFilter, TextFilter, TimeFilter,
};
use super::reading::{MOST_NAME, MOST_TEXT, Parts, Reading, Tests, Wanted, checked};
use crate::{
    error::{Error, ProblemCode, Result},
    graphql::pipeline::BigInt,
    platform::{
        filter::{Filter, Test},
        fold::fold,
        graphql::DateTime,
        times::{NO_DAY, is_day},
    },
    records::conditions::{self, Asked, CustomCondition, CustomTest},
    search::folded,
};

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

impl Tests<String> for CodeFilter {
    fn tests(self, reading: &mut Reading, path: &str) -> Result<Vec<Wanted<String>>> {
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

impl Tests<Time> for TimeFilter {
    fn tests(self, reading: &mut Reading, path: &str) -> Result<Vec<Wanted<Time>>> {
        let mut tests = Vec::new();
        let make = |reading: &mut Reading, DateTime(at): DateTime, _: &str| reading.take(path).map(|()| at);
        tests!(reading, path, tests, make; "lt" self.lt => is Lt, "lte" self.lte => is Lte, "gt" self.gt => is Gt, "gte" self.gte => is Gte);
        absent(&mut tests, self.is_empty);
        Ok(tests)
    }
}

impl Tests<String> for DateFilter {
    // ISO days sort as text.
    fn tests(self, reading: &mut Reading, path: &str) -> Result<Vec<Wanted<String>>> {
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

impl Tests<f64> for NumberFilter {
    fn tests(self, reading: &mut Reading, path: &str) -> Result<Vec<Wanted<f64>>> {
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

impl Tests<i64> for AmountFilter {
    fn tests(self, reading: &mut Reading, path: &str) -> Result<Vec<Wanted<i64>>> {
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

impl<I: std::str::FromStr> Tests<I> for ReferenceFilter {
    fn tests(self, reading: &mut Reading, path: &str) -> Result<Vec<Wanted<I>>> {
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
