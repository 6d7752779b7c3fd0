//! What every list's filter is made of on the wire: tests of texts, times, numbers and days, owners, custom fields, and the order.
//! What reads them is in `reading` and `read_tests`.

use async_graphql::{Enum, ID, InputObject};

use crate::{
    graphql::pipeline::BigInt,
    platform::{graphql::DateTime, keyset::Run},
    records::conditions,
};

/// A text, compared without case and accents. What is given together must hold together.
#[derive(Default, InputObject)]
pub struct TextFilter {
    /// It is this.
    pub eq: Option<String>,
    /// It is not this.
    pub ne: Option<String>,
    /// It is one of these.
    #[graphql(name = "in")]
    pub any: Option<Vec<String>>,
    /// It has this inside; a name has each word of it inside, in any order.
    pub contains: Option<String>,
    /// It begins with this.
    pub starts_with: Option<String>,
    /// There is none (true), or there is one (false).
    pub is_empty: Option<bool>,
}

/// A code, compared character by character: a domain, a language, an id elsewhere. Whole telephone numbers may be given in any spelling.
#[derive(Default, InputObject)]
pub struct CodeFilter {
    /// It is this.
    pub eq: Option<String>,
    /// It is not this.
    pub ne: Option<String>,
    /// It is one of these.
    #[graphql(name = "in")]
    pub any: Option<Vec<String>>,
    /// It begins with this.
    pub starts_with: Option<String>,
    /// There is none (true), or there is one (false).
    pub is_empty: Option<bool>,
}

/// A time. Between two times: `gte` and `lt` together.
#[derive(Default, InputObject)]
pub struct TimeFilter {
    /// Before this.
    pub lt: Option<DateTime>,
    /// At this time or before.
    pub lte: Option<DateTime>,
    /// After this.
    pub gt: Option<DateTime>,
    /// At this time or after.
    pub gte: Option<DateTime>,
    /// There is none (true), or there is one (false).
    pub is_empty: Option<bool>,
}

/// A day, as `YYYY-MM-DD`. Between two days: `gte` and `lte` together.
#[derive(Default, InputObject)]
pub struct DateFilter {
    /// On this day.
    pub eq: Option<String>,
    /// Before this.
    pub lt: Option<String>,
    /// On this day or before.
    pub lte: Option<String>,
    /// After this.
    pub gt: Option<String>,
    /// On this day or after.
    pub gte: Option<String>,
    /// There is none (true), or there is one (false).
    pub is_empty: Option<bool>,
}

/// A number; an amount in minor units of its currency (cents). Between two: `gte` and `lte` together.
#[derive(Default, InputObject)]
pub struct NumberFilter {
    /// It is this.
    pub eq: Option<f64>,
    /// It is not this.
    pub ne: Option<f64>,
    /// It is one of these.
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
    /// There is none (true), or there is one (false).
    pub is_empty: Option<bool>,
}

/// An amount in minor units of its currency (cents). Between two: `gte` and `lte` together.
#[derive(Default, InputObject)]
pub struct AmountFilter {
    /// It is this.
    pub eq: Option<BigInt>,
    /// It is not this.
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

/// A choice, as the field offers it.
#[derive(Default, InputObject)]
pub struct ChoiceFilter {
    /// It is this; of several choices, this is among them.
    pub eq: Option<String>,
    /// It is not this; of several choices, this is not among them.
    pub ne: Option<String>,
    /// It is one of these.
    #[graphql(name = "in")]
    pub any: Option<Vec<String>>,
    /// There is none (true), or there is one (false).
    pub is_empty: Option<bool>,
}

/// Something else that a row may point to.
#[derive(Default, InputObject)]
pub struct ReferenceFilter {
    /// It is one of these.
    #[graphql(name = "in")]
    pub any: Option<Vec<ID>>,
    /// There is none (true), or there is one (false).
    pub is_empty: Option<bool>,
}

/// Who looks after a row.
#[derive(Default, InputObject)]
pub struct OwnerFilter {
    /// One of these members.
    #[graphql(name = "in")]
    pub any: Option<Vec<ID>>,
    /// Whoever asks (true), or anybody but them (false). An API key looks after nothing.
    pub me: Option<bool>,
    /// Nobody (true), or somebody (false).
    pub is_empty: Option<bool>,
}

/// A custom field: its key and the test that fits its type. Sealed fields (CONFIDENTIAL, SECRET) cannot be filtered.
#[derive(InputObject)]
pub struct CustomFilter {
    /// The field's key.
    pub key: String,
    /// For TEXT, URL, PHONE, IBAN and EMAIL.
    pub text: Option<TextFilter>,
    /// For NUMBER, and MONEY in minor units.
    pub number: Option<NumberFilter>,
    /// For DATE.
    pub date: Option<DateFilter>,
    /// For CHOICE and CHOICES.
    pub choice: Option<ChoiceFilter>,
    /// For BOOLEAN.
    pub boolean: Option<bool>,
    /// For every type: there is no value (true), or there is one (false).
    pub is_empty: Option<bool>,
}

/// What becomes of archived rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "conditions::Archived")]
pub enum Archived {
    /// They are left out.
    LeftOut,
    /// They are shown like the others.
    Included,
    /// Only they are shown.
    Only,
}

/// Which way a list runs. Rows without a value come last either way.
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
