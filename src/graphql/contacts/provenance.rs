//! Where values came from, and on which other bases than consent a contact is kept, in GraphQL.

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

/// Where a value of a contact, company or deal came from.
pub struct Provenance(pub provenance::Model);

/// Where a value of a contact, company or deal came from.
#[Object]
impl Provenance {
    /// Which value: `given_name`, `email`, `custom.topic` …
    async fn field(&self) -> &str {
        &self.0.field
    }

    /// What it came through: the id of a form version, or `staff`, `integration`, `domain` (the address belongs to a company's domain),
    /// `merge`.
    async fn source(&self) -> &str {
        &self.0.source
    }

    /// Whether the person's mailbox confirmed it, or staff vouch for it. Such values are not replaced by others.
    async fn proven(&self) -> bool {
        self.0.proven
    }

    /// Who set it: the id of an API key or contact, or one of `mailbox`, `visitor`, `system`, `operator`.
    async fn actor(&self) -> &str {
        &self.0.actor
    }

    /// When.
    async fn at(&self) -> Time {
        self.0.at
    }

    /// The journal entry that recorded it.
    async fn entry(&self, ctx: &Context<'_>) -> Result<JournalEntry> {
        allowed(ctx, Right::ReadJournal)?;
        Ok(load_named::<EntryId>(ctx, self.0.entry_id).await?.into())
    }
}

/// A purpose on another basis than consent that was shown to hold for a contact.
pub struct Basis(pub basis::Model);

/// A purpose on another basis than consent that was shown to hold for a contact.
#[Object]
impl Basis {
    /// The purpose; its legal basis says which.
    async fn purpose(&self, ctx: &Context<'_>) -> Result<Purpose> {
        Ok(Purpose(load_named(ctx, self.0.purpose_id).await?))
    }

    /// Since when.
    async fn since(&self) -> Time {
        self.0.since
    }

    /// When its condition ended; null while it holds.
    async fn until(&self) -> Option<Time> {
        self.0.until
    }
}
