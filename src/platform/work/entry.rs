//! A journal entry before it is numbered. Its facts can only be IDs, enum values, numbers, times and hashes,
//! so that no name or address can get into an entry.

use std::collections::BTreeMap;

use entity::{EntryId, Time, WorkspaceId};
use serde_json::{Value, json};

use super::Actor;
use crate::error::Result;

/// A value in an entry.
#[derive(Clone, Debug)]
pub enum Fact {
    /// An ID, an enum value or a fixed word.
    Word(String),
    /// A number within ±2^53.
    Number(i64),
    /// A hash, written as hex.
    Hash(Vec<u8>),
    /// A time.
    At(Time),
    /// A list.
    Many(Vec<Fact>),
}

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
            self.facts.iter().map(|(name, fact)| ((*name).to_owned(), fact.to_json())).collect();
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

impl Fact {
    fn to_json(&self) -> Value {
        match self {
            Self::Word(word) => json!(word),
            Self::Number(number) => json!(number),
            Self::Hash(bytes) => json!(hex::encode(bytes)),
            Self::At(at) => json!(rfc3339(*at)),
            Self::Many(facts) => facts.iter().map(Self::to_json).collect(),
        }
    }
}

macro_rules! words {
    ($($name:ty),* $(,)?) => {$(
        impl From<$name> for Fact {
            fn from(value: $name) -> Self {
                Self::Word(value.to_string())
            }
        }
    )*};
}

words!(
    entity::WorkspaceId,
    entity::ApiKeyId,
    entity::MemberId,
    entity::SessionId,
    entity::CompanyId,
    entity::TagId,
    entity::FieldId,
    entity::PipelineId,
    entity::StageId,
    entity::LossReasonId,
    entity::DealId,
    entity::ActivityKind,
    entity::EntityKind,
    entity::FieldType,
    entity::DataClass,
    entity::StageKind,
    entity::DealRole,
    entity::ContactSource,
    entity::RevealReason,
    entity::Lifecycle,
    entity::ContactId,
    entity::ContactAddressId,
    entity::ActivityId,
    entity::PurposeId,
    entity::PurposeVersionId,
    entity::FormId,
    entity::FormVersionId,
    entity::SubmissionId,
    entity::OptInId,
    entity::ConsentId,
    entity::BasisId,
    entity::EvidenceId,
    entity::EntryId,
    entity::JobId,
    entity::MailId,
    entity::Role,
    entity::LegalBasis,
    entity::Channel,
    entity::ConfirmationMode,
    entity::ConsentState,
    entity::OptInState,
    entity::SubmissionState,
    entity::SuppressionReason,
    entity::MailState,
    entity::WithdrawalReason,
    entity::RevocationReason,
);

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
