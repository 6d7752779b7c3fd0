//! Provenance of values, and the legal bases other than consent on which a contact is kept, in GraphQL.

use async_graphql::{Context, Object};
use entity::{EntryId, Time, basis, provenance};

use crate::{
    accounts::Right,
    error::Result,
    graphql::{
        consent::Purpose,
        journal::JournalEntry,
        kit::{allowed, load_named},
    },
};

/// GraphQL type over a `provenance` row.
pub struct Provenance(pub provenance::Model);

/// Where a value of a contact, company or deal came from.
#[Object]
impl Provenance {
    /// The field: `given_name`, `email`, `custom.topic` …
    async fn field(&self) -> &str {
        &self.0.field
    }

    /// The source: the id of a form version, or `staff`, `integration`, `person` (corrected by themselves on
    /// their data page), `domain` (the address is at a company's domain) or `merge`.
    async fn source(&self) -> &str {
        &self.0.source
    }

    /// Whether the person's mailbox confirmed it, or staff entered or confirmed it. Other sources do not
    /// replace such values.
    async fn proven(&self) -> bool {
        self.0.proven
    }

    /// Who set it: the id of a member, API key or contact, or `mailbox`, `visitor`, `system` or
    /// `operator`.
    async fn actor(&self) -> &str {
        &self.0.actor
    }

    /// When it was set.
    async fn at(&self) -> Time {
        self.0.at
    }

    /// The journal entry that recorded it.
    async fn entry(&self, ctx: &Context<'_>) -> Result<JournalEntry> {
        allowed(ctx, Right::ReadJournal)?;
        Ok(load_named::<EntryId>(ctx, self.0.entry_id).await?.into())
    }
}

/// GraphQL type over a `basis` row.
pub struct Basis(pub basis::Model);

/// A purpose on another legal basis than consent that applies to a contact.
#[Object]
impl Basis {
    /// The purpose, with its legal basis.
    async fn purpose(&self, ctx: &Context<'_>) -> Result<Purpose> {
        Ok(Purpose(load_named(ctx, self.0.purpose_id).await?))
    }

    /// When it began to apply.
    async fn since(&self) -> Time {
        self.0.since
    }

    /// When it ceased to apply; null while it applies.
    async fn until(&self) -> Option<Time> {
        self.0.until
    }
}
