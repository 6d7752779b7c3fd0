//! Inputs and payloads of the mutations about breaches.

use async_graphql::{ID, InputObject, SimpleObject};
use entity::BreachId;

use super::{Breach, BreachException, BreachRisk};
use crate::{
    error::Result,
    graphql::kit::named,
    platform::graphql::{DateTime, UserError},
    privacy::breaches::{BreachTexts, BreachValues, Search, Told},
};

/// A breach to record.
#[derive(InputObject)]
pub struct RecordBreachInput {
    /// One line, at most 300 characters.
    pub title: String,
    /// What happened.
    pub facts: String,
    /// Which people it concerns.
    #[graphql(default)]
    pub people: String,
    /// Which records it concerns.
    #[graphql(default)]
    pub records: String,
    /// Its effects and likely consequences; the people concerned read them, too.
    #[graphql(default)]
    pub effects: String,
    /// What was done and is proposed; the people concerned read it, too.
    #[graphql(default)]
    pub remedies: String,
    /// Why the authority is told late.
    #[graphql(default)]
    pub late_because: String,
    /// What happened, in plain words for the people concerned.
    #[graphql(default)]
    pub plain_words: String,
    /// The risk to the people concerned.
    #[graphql(default_with = "BreachRisk::NotAssessed")]
    pub risk: BreachRisk,
    /// When you became aware of it; the clock runs from then.
    pub aware_at: DateTime,
    /// How many hours you have to tell the authority, from 1 to 720: 72 by law, fewer by some contracts.
    #[graphql(default = 72)]
    pub clock_hours: i32,
    /// When it began.
    pub began_at: Option<DateTime>,
    /// When it ended.
    pub ended_at: Option<DateTime>,
    /// The approximate number of people concerned.
    pub people_approximate: Option<i32>,
    /// The approximate number of records concerned.
    pub records_approximate: Option<i32>,
    /// Why the people are not told one by one; only where the risk is high.
    pub exception: Option<BreachException>,
}

/// What is known of a breach now: every value is replaced.
#[derive(InputObject)]
pub struct UpdateBreachInput {
    /// The breach.
    pub breach_id: ID,
    /// `Breach.version` as you read it: if it has changed since, nothing is written and the error code is `STALE`.
    pub expected_version: i32,
    /// One line, at most 300 characters.
    pub title: String,
    /// What happened.
    pub facts: String,
    /// Which people it concerns.
    #[graphql(default)]
    pub people: String,
    /// Which records it concerns.
    #[graphql(default)]
    pub records: String,
    /// Its effects and likely consequences; the people concerned read them, too.
    #[graphql(default)]
    pub effects: String,
    /// What was done and is proposed; the people concerned read it, too.
    #[graphql(default)]
    pub remedies: String,
    /// Why the authority is told late.
    #[graphql(default)]
    pub late_because: String,
    /// What happened, in plain words for the people concerned.
    #[graphql(default)]
    pub plain_words: String,
    /// The risk to the people concerned.
    #[graphql(default_with = "BreachRisk::NotAssessed")]
    pub risk: BreachRisk,
    /// When you became aware of it; the clock runs from then.
    pub aware_at: DateTime,
    /// How many hours you have to tell the authority, from 1 to 720: 72 by law, fewer by some contracts.
    #[graphql(default = 72)]
    pub clock_hours: i32,
    /// When it began.
    pub began_at: Option<DateTime>,
    /// When it ended.
    pub ended_at: Option<DateTime>,
    /// The approximate number of people concerned.
    pub people_approximate: Option<i32>,
    /// The approximate number of records concerned.
    pub records_approximate: Option<i32>,
    /// Why the people are not told one by one; only where the risk is high.
    pub exception: Option<BreachException>,
}

macro_rules! values_of {
    ($input:ident) => {
        BreachValues {
            texts: BreachTexts {
                title: $input.title,
                facts: $input.facts,
                people: $input.people,
                records: $input.records,
                effects: $input.effects,
                remedies: $input.remedies,
                late_because: $input.late_because,
                plain_words: $input.plain_words,
            },
            risk: $input.risk.into(),
            aware_at: $input.aware_at.0,
            clock_hours: $input.clock_hours,
            began_at: $input.began_at.map(|at| at.0),
            ended_at: $input.ended_at.map(|at| at.0),
            people_approximate: $input.people_approximate,
            records_approximate: $input.records_approximate,
            exception: $input.exception.map(Into::into),
        }
    };
}

impl RecordBreachInput {
    pub(super) fn read(self) -> BreachValues {
        values_of!(self)
    }
}

impl UpdateBreachInput {
    pub(super) fn read(self) -> Result<(BreachId, i32, BreachValues)> {
        let id = named(&self.breach_id, "breachId")?;
        Ok((id, self.expected_version, values_of!(self)))
    }
}

/// What to look for in the journal.
#[derive(InputObject)]
pub struct FindBreachPeopleInput {
    /// The breach.
    pub breach_id: ID,
    /// From when.
    pub from: DateTime,
    /// Until when.
    pub until: DateTime,
    /// Only what this member, API key or contact did: their id; or `visitor` or `system`. Absent = anybody.
    pub actor: Option<String>,
    /// Whose values were revealed, opened, downloaded or disclosed. The journal does not record who only looked at
    /// a list or a contact.
    #[graphql(default = true)]
    pub seen: bool,
    /// Whose data were changed.
    #[graphql(default = true)]
    pub changed: bool,
    /// Everybody who was a contact then, whatever the journal shows: for a stolen key or account.
    #[graphql(default)]
    pub everyone: bool,
}

impl FindBreachPeopleInput {
    pub(super) fn read(self) -> Result<(BreachId, Search)> {
        let search = Search {
            from: self.from.0,
            until: self.until.0,
            actor: self.actor,
            seen: self.seen,
            changed: self.changed,
            everyone: self.everyone,
        };
        Ok((named(&self.breach_id, "breachId")?, search))
    }
}

/// What the authority was told.
#[derive(InputObject)]
pub struct RecordAuthorityToldInput {
    /// The breach.
    pub breach_id: ID,
    /// When; absent = now.
    pub at: Option<DateTime>,
    /// The authority's reference, and what this phase contained; at most 1000 characters.
    #[graphql(default)]
    pub reference: String,
}

impl RecordAuthorityToldInput {
    pub(super) fn read(self) -> Result<(BreachId, Told)> {
        let told = Told { at: self.at.map(|at| at.0), reference: self.reference };
        Ok((named(&self.breach_id, "breachId")?, told))
    }
}

/// The breach whose people are to be told.
#[derive(InputObject)]
pub struct TellBreachPeopleInput {
    /// The breach.
    pub breach_id: ID,
}

/// The breach to close.
#[derive(InputObject)]
pub struct CloseBreachInput {
    /// The breach.
    pub breach_id: ID,
}

/// The closed breach to open again.
#[derive(InputObject)]
pub struct ReopenBreachInput {
    /// The breach.
    pub breach_id: ID,
}

/// Result of `recordBreach`.
#[derive(SimpleObject)]
pub struct RecordBreachPayload {
    /// The breach; null when the input was refused.
    pub breach: Option<Breach>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// Result of `updateBreach`.
#[derive(SimpleObject)]
pub struct UpdateBreachPayload {
    /// The breach; null when the input was refused.
    pub breach: Option<Breach>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// Result of `findBreachPeople`.
#[derive(SimpleObject)]
pub struct FindBreachPeoplePayload {
    /// The breach; null when the input was refused.
    pub breach: Option<Breach>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// Result of `recordAuthorityTold`.
#[derive(SimpleObject)]
pub struct RecordAuthorityToldPayload {
    /// The breach; null when the input was refused.
    pub breach: Option<Breach>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// Result of `tellBreachPeople`.
#[derive(SimpleObject)]
pub struct TellBreachPeoplePayload {
    /// The breach; null when the input was refused.
    pub breach: Option<Breach>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// Result of `closeBreach`.
#[derive(SimpleObject)]
pub struct CloseBreachPayload {
    /// The breach; null when the input was refused.
    pub breach: Option<Breach>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// Result of `reopenBreach`.
#[derive(SimpleObject)]
pub struct ReopenBreachPayload {
    /// The breach; null when the input was refused.
    pub breach: Option<Breach>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}
