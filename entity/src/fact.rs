//! What an entry of the journal may say beside what it is about: ids, values of enums, numbers, hashes and times. Every id and
//! every enum of the tables is one by its macro; there is no way to put a name or an address into one.

use crate::Time;

/// What an entry may say.
#[derive(Clone, Debug)]
pub enum Fact {
    /// An id, an enum value or a word of ours.
    Word(String),
    /// A number within ±2^53.
    Number(i64),
    /// Bytes of a hash, written as hex.
    Hash(Vec<u8>),
    /// A time.
    At(Time),
    /// Several.
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
