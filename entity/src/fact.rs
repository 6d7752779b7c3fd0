//! The facts of a journal entry: IDs, enum values, numbers, hashes and times. The macros of IDs and enums
//! implement the conversion for each of their types, so that no name or address can get into an entry.

use crate::Time;

/// A value in an entry.
#[derive(Clone, Debug)]
pub enum Fact {
    /// An ID, an enum value or a fixed word.
    Word(String),
    /// A number within ±2^53.
    Number(i64),
    /// A hash, written as hex.
    Hash(Vec<u8>),
    /// A time.
    At(Time),
    /// A list.
    Many(Vec<Fact>),
}

impl From<&'static str> for Fact {
    fn from(word: &'static str) -> Self {
        Self::Word(word.to_owned())
    }
}

impl From<i64> for Fact {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<i32> for Fact {
    fn from(number: i32) -> Self {
        Self::Number(number.into())
    }
}

impl From<Time> for Fact {
    fn from(at: Time) -> Self {
        Self::At(at)
    }
}

impl From<Vec<u8>> for Fact {
    fn from(hash: Vec<u8>) -> Self {
        Self::Hash(hash)
    }
}

impl<T: Into<Fact>> FromIterator<T> for Fact {
    fn from_iter<I: IntoIterator<Item = T>>(facts: I) -> Self {
        Self::Many(facts.into_iter().map(Into::into).collect())
    }
}
