//! What was written about a breach. It is the controller's own text, but may name people: it is sealed with a key
//! that belongs to the breach.

use entity::{BreachId, EntryId, KeyOwner, WorkspaceId, breach, breach_step};
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};

use crate::{
    error::{Error, Problem, ProblemCode, Result},
    platform::{
        data_keys,
        text::{is_block, is_line},
        vault::{DataKey, Place, Vault},
    },
};

/// Longest title, in characters.
const LINE: usize = 300;
/// Longest text, in characters.
const BLOCK: usize = 10_000;

/// The texts of a breach (GDPR Art. 33(3), 33(5), 34(2)).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BreachTexts {
    /// One line.
    pub title: String,
    /// What happened.
    pub facts: String,
    /// Which people it concerns.
    pub people: String,
    /// Which records it concerns.
    pub records: String,
    /// Its effects and likely consequences.
    pub effects: String,
    /// What was done and is proposed, also against its effects.
    pub remedies: String,
    /// Why the authority is told later than it should be; empty when it is not.
    pub late_because: String,
    /// What happened, in plain words for the people concerned.
    pub plain_words: String,
}

impl BreachTexts {
    /// What is wrong with them.
    pub(super) fn check(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (field, text, most) in [
            ("title", &self.title, LINE),
            ("facts", &self.facts, BLOCK),
            ("people", &self.people, BLOCK),
            ("records", &self.records, BLOCK),
            ("effects", &self.effects, BLOCK),
            ("remedies", &self.remedies, BLOCK),
            ("lateBecause", &self.late_because, BLOCK),
            ("plainWords", &self.plain_words, BLOCK),
        ] {
            if text.trim().is_empty() && matches!(field, "title" | "facts") {
                problems.push(Problem::new(ProblemCode::Required, field, "Say what happened."));
            } else if text.chars().count() > most {
                let message = format!("Use at most {most} characters.");
                problems.push(Problem::new(ProblemCode::TooLong, field, message));
            } else if !(is_block(text) && (field != "title" || is_line(text))) {
                let message = "Remove the control characters; a title is one line.";
                problems.push(Problem::new(ProblemCode::Invalid, field, message));
            }
        }
        problems
    }

    pub(super) fn seal(&self, key: &DataKey, workspace: WorkspaceId, id: BreachId) -> Result<Vec<u8>> {
        Ok(key.seal(&place(workspace, id), &serde_json::to_vec(self)?)?)
    }
}

/// The key of a breach.
///
/// # Errors
/// `Internal` when it is missing.
pub(super) async fn key_of(
    db: &impl ConnectionTrait,
    vault: &Vault,
    workspace: WorkspaceId,
    id: BreachId,
) -> Result<DataKey> {
    let key = data_keys::find(db, vault, workspace, KeyOwner::Breach, id.0).await?;
    key.ok_or_else(|| Error::internal("a breach has no key"))
}

/// The texts of a breach.
///
/// # Errors
/// `Busy` when the database is unreachable; `Internal` when the row was moved or changed.
pub async fn open_texts(
    db: &impl ConnectionTrait,
    vault: &Vault,
    row: &breach::Model,
) -> Result<BreachTexts> {
    let key = key_of(db, vault, row.workspace_id, row.id).await?;
    let plain = key.open(&place(row.workspace_id, row.id), &row.sealed)?;
    Ok(serde_json::from_slice(&plain)?)
}

/// What was written about a step; empty when nothing was.
///
/// # Errors
/// `Busy` when the database is unreachable; `Internal` when the row was moved or changed.
pub async fn open_step(db: &impl ConnectionTrait, vault: &Vault, row: &breach_step::Model) -> Result<String> {
    let Some(sealed) = &row.sealed else { return Ok(String::new()) };
    let key = key_of(db, vault, row.workspace_id, row.breach_id).await?;
    let plain = key.open(&step_place(row.workspace_id, row.entry_id), sealed)?;
    Ok(String::from_utf8_lossy(&plain).into_owned())
}

pub(super) fn seal_step(
    key: &DataKey,
    workspace: WorkspaceId,
    id: EntryId,
    text: &str,
) -> Result<Option<Vec<u8>>> {
    if text.is_empty() {
        return Ok(None);
    }
    Ok(Some(key.seal(&step_place(workspace, id), text.as_bytes())?))
}

fn place(workspace: WorkspaceId, id: BreachId) -> Place {
    Place { workspace, table: "breach", column: "sealed", row: id.0 }
}

fn step_place(workspace: WorkspaceId, id: EntryId) -> Place {
    Place { workspace, table: "breach_step", column: "sealed", row: id.0 }
}
