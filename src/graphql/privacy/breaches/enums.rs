//! Enums of breaches in GraphQL; each mirrors a stored enum.

use async_graphql::Enum;

/// The state of a breach.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::BreachState")]
pub enum BreachState {
    /// It is being looked into.
    Open,
    /// Everything that must be done is done and documented.
    Closed,
}

/// The risk of a breach to the people concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::BreachRisk")]
pub enum BreachRisk {
    /// Not assessed yet.
    NotAssessed,
    /// Unlikely: nobody need be told (GDPR Art. 33(1)).
    Unlikely,
    /// A risk: the authority is told.
    Risk,
    /// A high risk: the people are told, too (Art. 34).
    High,
}

/// Why people are not told one by one of a breach with a high risk (GDPR Art. 34(3)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::BreachException")]
pub enum BreachException {
    /// The data were unintelligible to whoever got them, for example encrypted.
    Encrypted,
    /// Measures taken since make the high risk unlikely.
    Averted,
    /// A disproportionate effort; a public communication takes its place.
    PublicNotice,
}

/// A step in the handling of a breach.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::BreachStepKind")]
pub enum BreachStepKind {
    /// It was recorded.
    Recorded,
    /// Its facts, effects or remedies were changed.
    Changed,
    /// The people concerned were looked up in the journal.
    PeopleFound,
    /// The authority was told, in whole or in part (Art. 33(4)).
    AuthorityTold,
    /// The people concerned are told.
    PeopleTold,
    /// It was closed.
    Closed,
    /// It was opened again.
    Reopened,
}
