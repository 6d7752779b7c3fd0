//! Pairs of contacts who may be one person, in GraphQL.

pub(crate) mod duplicate;

pub use duplicate::*;
