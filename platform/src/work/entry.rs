//! A journal entry before it is numbered. Its facts can only be IDs, enum values, numbers, times and hashes,
//! so that no name or address can get into an entry.

use std::collections::BTreeMap;

use entity::{EntryId, Fact, Time, WorkspaceId};
use serde_json::{Value, json};

use super::Actor;
use crate::error::Result;

/// The record of one action. Build it, then pass it to `Work::record`.
#[derive(Clone, Debug)]
pub struct Entry {
    id: EntryId,
    pub(super) kind: &'static str,
    pub(super) subject: Option<String>,
    pub(super) object: Option<String>,
    pub(super) commitment: Option<Vec<u8>>,
    facts: BTreeMap<&'static str, Fact>,
}

impl Entry {
    /// An entry of this kind (`noun.verb`).
    #[must_use]
    pub fn new(kind: &'static str) -> Self {
        Self {
            id: EntryId::new(),
            kind,
            subject: None,
            object: None,
            commitment: None,
            facts: BTreeMap::new(),
        }
    }

    /// Its ID, known before it is written.
    #[must_use]
    pub fn id(&self) -> EntryId {
        self.id
    }

    /// Sets the contact it is about.
    #[must_use]
    pub fn about(mut self, contact: entity::ContactId) -> Self {
        self.subject = Some(contact.to_string());
        self
    }

    /// Sets the row that changed.
    #[must_use]
    pub fn on(mut self, object: impl std::fmt::Display) -> Self {
        self.object = Some(object.to_string());
        self
    }

    /// Sets the commitment to its sealed evidence.
    #[must_use]
    pub fn committing(mut self, commitment: Vec<u8>) -> Self {
        self.commitment = Some(commitment);
        self
    }

    /// Adds a fact.
    #[must_use]
    pub fn with(mut self, name: &'static str, fact: impl Into<Fact>) -> Self {
        self.facts.insert(name, fact.into());
        self
    }

    /// The canonical bytes (RFC 8785), which are hashed and stored. They do not include the number, which is
    /// the leaf's position.
    pub(super) fn canonical(&self, workspace: WorkspaceId, at: Time, actor: Actor) -> Result<String> {
        let facts: serde_json::Map<String, Value> =
            self.facts.iter().map(|(name, fact)| ((*name).to_owned(), to_json(fact))).collect();
        let value = json!({
            "v": 1,
            "id": self.id,
            "workspace": workspace,
            "at": rfc3339(at),
            "kind": self.kind,
            "actor": actor.to_string(),
            "subject": self.subject,
            "object": self.object,
            "commitment": self.commitment.as_ref().map(hex::encode),
            "data": facts,
        });
        Ok(serde_json_canonicalizer::to_string(&value)?)
    }
}

/// A time in the journal's format: UTC with exactly three decimals of a second.
fn rfc3339(at: Time) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}

/// A fact as JSON, for the entry's bytes.
fn to_json(fact: &Fact) -> Value {
    match fact {
        Fact::Word(word) => json!(word),
        Fact::Number(number) => json!(number),
        Fact::Hash(bytes) => json!(hex::encode(bytes)),
        Fact::At(at) => json!(rfc3339(*at)),
        Fact::Many(facts) => facts.iter().map(to_json).collect(),
    }
}
