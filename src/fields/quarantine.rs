//! Holds back texts that seem to tell of a special category of data about somebody: the text is sealed under
//! a key of its own, and a plain sentence stands in its place until the data protection officer decides
//! (`privacy::quarantine`).
//!
//! Which categories were found is such data too: it is sealed with the text, and neither is written into the
//! journal, a log or an error.

use entity::{
    ContactId, KeyOwner, QuarantineId, QuarantineSource, QuarantineState, data_key, quarantine, workspace,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect, prelude::Uuid,
};
use serde::{Deserialize, Serialize};

use super::art9::{Category, OwnWords, check_text, load_own_words};
use crate::{
    error::{Error, Result},
    platform::{
        data_keys,
        vault::{Place, Vault},
        work::{Entry, Work},
    },
};

/// What stands in the place of a text that is held back. It says nothing about the text.
const ENGLISH: &str = "[Held back: the data protection officer has to read this text first]";
const FRENCH: &str = "[Texte mis de côté : le délégué à la protection des données doit d'abord le lire]";

/// Whether a text is only the sentence in the place of another.
#[must_use]
pub fn is_held_back(text: &str) -> bool {
    text == ENGLISH || text == FRENCH
}

/// Where a text is written.
#[derive(Clone, Copy, Debug)]
pub struct Written<'a> {
    /// The kind of record.
    pub source: QuarantineSource,
    /// The record.
    pub row: Uuid,
    /// Where in the record.
    pub field: &'a str,
    /// The contact that it is about, if it is known.
    pub contact: Option<ContactId>,
}

/// What is sealed.
#[derive(Serialize, Deserialize)]
pub struct Sealed {
    /// What was found.
    pub categories: Vec<Category>,
    /// The text.
    pub text: String,
}

/// The place of the sealed text.
#[must_use]
pub fn place(workspace: entity::WorkspaceId, id: QuarantineId) -> Place {
    Place { workspace, table: "quarantine", column: "sealed", row: id.0 }
}

/// What the texts of one unit of work are read with, loaded with the first of them.
#[derive(Default)]
pub struct Screen(Option<OwnWords>);

impl Screen {
    /// Reads a text. One that tells of a special category is sealed, and the sentence that stands in its
    /// place is returned.
    ///
    /// # Errors
    /// Database errors, or `Internal` when encryption fails.
    pub async fn hold_back(
        &mut self,
        work: &mut Work,
        vault: &Vault,
        written: Written<'_>,
        text: &str,
    ) -> Result<Option<String>> {
        let Some(held) = self.read(work, text).await? else { return Ok(None) };
        keep(work, vault, written, &held).await.map(Some)
    }

    /// The same for a text that takes the place of another. What waits for a decision about this place stays
    /// if it is the same text, as a nightly synchronisation sends it; otherwise it is destroyed.
    ///
    /// # Errors
    /// As `hold_back`.
    pub async fn replace(
        &mut self,
        work: &mut Work,
        vault: &Vault,
        written: Written<'_>,
        before: &str,
        text: &str,
    ) -> Result<Option<String>> {
        if is_held_back(before) {
            for row in waiting(work, written.row, written.field).await? {
                if open(work, vault, &row).await?.text == text {
                    return Ok(Some(before.to_owned()));
                }
            }
            give_up(work, written.row, written.field).await?;
        }
        self.hold_back(work, vault, written, text).await
    }

    /// Reads a text whose record does not exist yet; `keep` holds it back once it does.
    ///
    /// # Errors
    /// Database errors only.
    pub async fn read(&mut self, work: &Work, text: &str) -> Result<Option<Sealed>> {
        // Nothing shorter says anything about anybody.
        if text.len() < 4 || is_held_back(text) {
            return Ok(None);
        }
        if self.0.is_none() {
            self.0 = Some(load_own_words(work.db(), work.workspace()).await?);
        }
        let categories = self.0.as_ref().map(|own| check_text(own, text)).unwrap_or_default();
        Ok((!categories.is_empty()).then(|| Sealed { categories, text: text.to_owned() }))
    }
}

/// The sentence in the place of a text, in the workspace's language.
///
/// # Errors
/// Database errors only.
pub async fn sentence(work: &Work) -> Result<&'static str> {
    let row = workspace::Entity::find_by_id(work.workspace()).one(work.db()).await?;
    Ok(if row.is_some_and(|row| row.default_language == "fr") { FRENCH } else { ENGLISH })
}

/// Seals a text, and returns the sentence that stands in its place.
///
/// # Errors
/// Database errors, or `Internal` when encryption fails.
pub async fn keep(work: &mut Work, vault: &Vault, written: Written<'_>, held: &Sealed) -> Result<String> {
    let id = QuarantineId::new();
    let (key, wrapped) = vault.new_data_key(work.workspace())?;
    data_keys::keep(work, &key, wrapped, KeyOwner::Quarantine, id.0).await?;
    let entry = Entry::new("text.held_back").on(id).with("source", written.source);
    let entry = work.record(match written.contact {
        Some(contact) => entry.about(contact),
        None => entry,
    });
    let row = quarantine::Model {
        workspace_id: work.workspace(),
        id,
        source: written.source,
        row_id: written.row,
        field: written.field.to_owned(),
        contact_id: written.contact,
        state: QuarantineState::Waiting,
        data_key_id: key.id,
        sealed: Some(key.seal(&place(work.workspace(), id), &serde_json::to_vec(held)?)?),
        author: work.actor().to_string(),
        held_at: work.now(),
        decided_at: None,
        ground: None,
        entry_id: entry,
    };
    quarantine::Entity::insert(row.into_active_model()).exec_without_returning(work.db()).await?;
    Ok(sentence(work).await?.to_owned())
}

/// Destroys what waits for a decision about this place, because another text has taken it.
///
/// # Errors
/// Database errors only.
pub async fn give_up(work: &mut Work, row: Uuid, field: &str) -> Result<()> {
    for row in waiting(work, row, field).await? {
        destroy(work, row, "replaced").await?;
    }
    Ok(())
}

/// What waits for a decision about this place, locked.
async fn waiting(work: &Work, row: Uuid, field: &str) -> Result<Vec<quarantine::Model>> {
    let rows = quarantine::Entity::find()
        .filter(quarantine::Column::WorkspaceId.eq(work.workspace()))
        .filter(quarantine::Column::RowId.eq(row))
        .filter(quarantine::Column::Field.eq(field))
        .filter(quarantine::Column::State.eq(QuarantineState::Waiting));
    Ok(rows.lock_exclusive().all(work.db()).await?)
}

/// Ends one that waits: its key and its text are destroyed.
///
/// # Errors
/// Database errors only.
pub async fn destroy(
    work: &mut Work,
    row: quarantine::Model,
    why: &'static str,
) -> Result<quarantine::Model> {
    let entry = Entry::new("text.destroyed").on(row.id).with("why", why);
    work.record(match row.contact_id {
        Some(contact) => entry.about(contact),
        None => entry,
    });
    end(work, row, QuarantineState::Destroyed, None).await
}

/// Writes the end of one, and destroys its key.
///
/// # Errors
/// Database errors only.
pub async fn end(
    work: &Work,
    row: quarantine::Model,
    state: QuarantineState,
    ground: Option<&'static str>,
) -> Result<quarantine::Model> {
    work.destroys();
    data_key::Entity::delete_many()
        .filter(data_key::Column::WorkspaceId.eq(work.workspace()))
        .filter(data_key::Column::OwnerKind.eq(KeyOwner::Quarantine))
        .filter(data_key::Column::OwnerId.eq(row.id.0))
        .exec(work.db())
        .await?;
    let mut update = row.into_active_model();
    update.state = Set(state);
    update.sealed = Set(None);
    update.ground = Set(ground.map(str::to_owned));
    update.decided_at = Set(Some(work.now()));
    Ok(quarantine::Entity::update(update).exec(work.db()).await?)
}

/// Opens a text that waits.
///
/// # Errors
/// `NotFound` when it was decided; `Internal` when it does not open.
pub async fn open(work: &Work, vault: &Vault, row: &quarantine::Model) -> Result<Sealed> {
    let (workspace, owner) = (work.workspace(), row.id.0);
    let key = data_keys::find(work.db(), vault, workspace, KeyOwner::Quarantine, owner).await?;
    let (Some(key), Some(sealed)) = (key, row.sealed.as_deref()) else { return Err(Error::NotFound) };
    Ok(serde_json::from_slice(&key.open(&place(workspace, row.id), sealed)?)?)
}
