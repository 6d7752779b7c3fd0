//! A journal entry before it has a number. Its facts can only be ids, enum values, numbers, times and hashes: there is no
//! way to put a name or an address into one.

use std::collections::BTreeMap;

use entity::{EntryId, Fact, Time, WorkspaceId};
use serde_json::{Value, json};

use super::Actor;
use crate::error::Result;

/// One act. Build it, then hand it to `Work::record`.
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
    /// An act of this kind (`noun.verb`).
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

    /// Its id, known before it is written.
    #[must_use]
    pub fn id(&self) -> EntryId {
        self.id
    }

    /// The contact it is about.
    #[must_use]
    pub fn about(mut self, contact: entity::ContactId) -> Self {
        self.subject = Some(contact.to_string());
        self
    }

    /// The row that changed.
    #[must_use]
    pub fn on(mut self, object: impl std::fmt::Display) -> Self {
        self.object = Some(object.to_string());
        self
    }

    /// The commitment to its sealed evidence.
    #[must_use]
    pub fn committing(mut self, commitment: Vec<u8>) -> Self {
        self.commitment = Some(commitment);
        self
    }

    /// A fact.
    #[must_use]
    pub fn with(mut self, name: &'static str, fact: impl Into<Fact>) -> Self {
        self.facts.insert(name, fact.into());
        self
    }

    /// The canonical bytes (RFC 8785): what is hashed and kept. The number is not among them: it is the leaf's position.
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

/// A time as the journal writes it: UTC with exactly three digits of a second.
fn rfc3339(at: Time) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}

/// A fact as the entry's bytes hold it.
fn to_json(fact: &Fact) -> Value {
    match fact {
        Fact::Word(word) => json!(word),
        Fact::Number(number) => json!(number),
        Fact::Hash(bytes) => json!(hex::encode(bytes)),
        Fact::At(at) => json!(rfc3339(*at)),
        Fact::Many(facts) => facts.iter().map(to_json).collect(),
    }
}
