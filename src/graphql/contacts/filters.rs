//! Filter inputs shared by all lists: tests on texts, times, numbers and days, owners, custom fields, and the
//! sort direction. They are parsed in `reading.rs` and `read_tests.rs`.

use async_graphql::{Enum, ID, InputObject};

use crate::{
    graphql::pipeline::BigInt,
    platform::{graphql::DateTime, keyset::Run},
    records::conditions,
};

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
