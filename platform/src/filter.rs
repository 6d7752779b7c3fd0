//! Which rows a list keeps: conditions joined by and, or and not, written into a statement.
//!
//! `not` is the complement, also where a value is missing: SQL's NULL never makes a row vanish from both
//! sides.

use sea_orm::Value;

use super::query::Query;

/// Conditions on a row.
#[derive(Clone, Debug)]
pub enum Filter<C> {
    /// All of them hold; an empty list matches everything.
    All(Vec<Self>),
    /// At least one of them holds; an empty list matches nothing.
    Any(Vec<Self>),
    /// The condition does not hold.
    Not(Box<Self>),
    /// A single condition.
    Is(C),
}

impl<C> Default for Filter<C> {
    fn default() -> Self {
        Self::All(Vec::new())
    }
}

impl<C> Filter<C> {
    /// Writes this as one SQL condition. `leaf` writes a single condition.
    pub fn write(&self, query: &mut Query, leaf: &dyn Fn(&mut Query, &C)) {
        let (parts, between, nothing) = match self {
            Self::All(parts) => (parts, " AND ", "1 = 1"),
            Self::Any(parts) => (parts, " OR ", "1 = 0"),
            Self::Not(inner) => {
                query.push("(");
                inner.write(query, leaf);
                query.push(") IS NOT TRUE");
                return;
            }
            Self::Is(condition) => {
                leaf(query, condition);
                return;
            }
        };
        if parts.is_empty() {
            query.push(nothing);
            return;
        }
        query.push("(");
        for (at, part) in parts.iter().enumerate() {
            if at > 0 {
                query.push(between);
            }
            part.write(query, leaf);
        }
        query.push(")");
    }

    /// Converts every single condition with `make`.
    ///
    /// # Errors
    /// The first error that `make` returns.
    pub fn try_map<D, E>(self, make: &mut dyn FnMut(C) -> Result<D, E>) -> Result<Filter<D>, E> {
        Ok(match self {
            Self::All(parts) => {
                Filter::All(parts.into_iter().map(|part| part.try_map(make)).collect::<Result<_, E>>()?)
            }
            Self::Any(parts) => {
                Filter::Any(parts.into_iter().map(|part| part.try_map(make)).collect::<Result<_, E>>()?)
            }
            Self::Not(inner) => Filter::Not(Box::new(inner.try_map(make)?)),
            Self::Is(condition) => Filter::Is(make(condition)?),
        })
    }

    /// Calls `see` with every single condition.
    pub fn each(&self, see: &mut dyn FnMut(&C)) {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.each(see)),
            Self::Not(inner) => inner.each(see),
            Self::Is(condition) => see(condition),
        }
    }
}

/// A comparison with one value.
#[derive(Clone, Debug, PartialEq)]
pub enum Test<V> {
    /// Equal.
    Eq(V),
    /// Equal to one of these.
    In(Vec<V>),
    /// Less than.
    Lt(V),
    /// Less than or equal.
    Lte(V),
    /// Greater than.
    Gt(V),
    /// Greater than or equal.
    Gte(V),
    /// Contains this text.
    Contains(String),
    /// Starts with this text.
    StartsWith(String),
    /// The value is missing (true) or present (false).
    Absent(bool),
}

/// How a column represents a missing value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blank {
    /// As an empty text.
    Empty,
    /// As NULL.
    Null,
}

impl<V: Clone + Into<Value>> Test<V> {
    /// Writes the condition on `column`.
    pub fn write(&self, query: &mut Query, column: &str, blank: Blank) {
        match self {
            Self::Eq(value) => query.push(column).push(" = ").bind(value.clone()),
            Self::In(values) => query.is_any(column, values.iter().cloned()),
            Self::Lt(value) => query.push(column).push(" < ").bind(value.clone()),
            Self::Lte(value) => query.push(column).push(" <= ").bind(value.clone()),
            Self::Gt(value) => query.push(column).push(" > ").bind(value.clone()),
            Self::Gte(value) => query.push(column).push(" >= ").bind(value.clone()),
            Self::Contains(text) => {
                query.push(column).push(" LIKE ").bind(format!("%{}%", escaped(text))).push(" ESCAPE '\\'")
            }
            Self::StartsWith(text) => {
                let (from, to) = prefix_range(text);
                query
                    .push("(")
                    .push(column)
                    .push(" >= ")
                    .bind(from)
                    .push(" AND ")
                    .push(column)
                    .push(" < ")
                    .bind(to)
                    .push(")")
            }
            Self::Absent(absent) => query.push(column).push(match (blank, absent) {
                (Blank::Empty, true) => " = ''",
                (Blank::Empty, false) => " <> ''",
                (Blank::Null, true) => " IS NULL",
                (Blank::Null, false) => " IS NOT NULL",
            }),
        };
    }
}

/// Escapes the wildcards of `LIKE` for `LIKE … ESCAPE '\\'`.
#[must_use]
pub fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

/// The lower and upper bound, in byte order, of texts that start with `text`: a range that an index can
/// serve.
#[must_use]
pub fn prefix_range(text: &str) -> (String, String) {
    (text.to_owned(), format!("{text}{}", char::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn and_or_not_are_written_with_their_brackets() {
        let filter = Filter::All(vec![
            Filter::Is("a"),
            Filter::Not(Box::new(Filter::Any(vec![Filter::Is("b"), Filter::Is("c")]))),
            Filter::Any(Vec::new()),
            Filter::All(Vec::new()),
        ]);
        let mut query = Query::new("");
        filter.write(&mut query, &|query, leaf| {
            query.push(leaf);
        });
        assert_eq!(
            format!("{query:?}"),
            format!("{:?}", Query::new("(a AND ((b OR c)) IS NOT TRUE AND 1 = 0 AND 1 = 1)"))
        );
    }

    #[test]
    fn signs_of_patterns_are_only_signs() {
        assert_eq!(escaped("50%_\\"), "50\\%\\_\\\\");
    }
}
