//! Reading what is kept of an erased contact: with a right of its own and a stated reason, and each access is
//! an entry of the journal.

use std::{fmt, str::FromStr};

use entity::{ArchiveItemId, ContactId, Fact, KeyOwner, WorkspaceId, archive_item, data_key};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{archive::place, loads::erasure_of_contact};
use crate::{
    accounts::{Right, allow},
    app::App,
    error::Result,
    platform::{actor::Actor, work::Entry},
};

/// Items shown at once. One contact has a proof per consent and a row per deal, so this is far above.
const MOST: u64 = 1_000;

/// Why staff read the archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArchiveAccess {
    /// A legal claim is established, exercised or defended.
    LegalClaim,
    /// An accounting or tax audit.
    Audit,
    /// An authority asks.
    Authority,
    /// The person themself asks.
    PersonAsks,
}

impl ArchiveAccess {
    /// The word in the journal.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LegalClaim => "LEGAL_CLAIM",
            Self::Audit => "AUDIT",
            Self::Authority => "AUTHORITY",
            Self::PersonAsks => "PERSON_ASKS",
        }
    }
}

impl fmt::Display for ArchiveAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for ArchiveAccess {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let all = [Self::LegalClaim, Self::Audit, Self::Authority, Self::PersonAsks];
        all.into_iter().find(|one| one.as_str() == text).ok_or(())
    }
}

/// An item of the archive, opened.
#[derive(Clone, Debug)]
pub struct Archived {
    /// Its row.
    pub row: archive_item::Model,
    /// What is kept, as a JSON object.
    pub content: serde_json::Value,
}

/// Opens what is kept of an erased contact, and records who read it and why.
///
/// # Errors
/// `Forbidden` without the right; `NotFound` when nobody of this id was erased.
pub async fn read_archive(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    contact: ContactId,
    reason: ArchiveAccess,
) -> Result<Vec<Archived>> {
    allow(actor, Right::ReadArchive)?;
    let mut work = app.begin(workspace, actor).await?;
    let erasure =
        erasure_of_contact(work.db(), workspace, contact).await?.ok_or(crate::error::Error::NotFound)?;
    let rows = archive_item::Entity::find()
        .filter(archive_item::Column::WorkspaceId.eq(workspace))
        .filter(archive_item::Column::ErasureId.eq(erasure.id))
        .filter(archive_item::Column::Until.gt(work.now()))
        .order_by_asc(archive_item::Column::Id)
        .limit(MOST)
        .all(work.db())
        .await?;
    let keys = data_key::Entity::find()
        .filter(data_key::Column::WorkspaceId.eq(workspace))
        .filter(data_key::Column::OwnerKind.eq(KeyOwner::Archive))
        .filter(data_key::Column::Id.is_in(rows.iter().map(|row| row.data_key_id)))
        .all(work.db())
        .await?;
    let mut opened = Vec::with_capacity(rows.len());
    for row in rows {
        let Some(key) = keys.iter().find(|key| key.id == row.data_key_id) else { continue };
        let key = app.vault.open_data_key(workspace, key.id, &key.wrapped)?;
        let plain = key.open(&place(workspace, row.id), &row.sealed)?;
        opened.push(Archived { content: serde_json::from_slice(&plain)?, row });
    }
    let items: Fact =
        opened.iter().take(100).map(|item: &Archived| -> ArchiveItemId { item.row.id }).collect();
    work.record(
        Entry::new("archive.read")
            .about(erasure.contact_id)
            .on(erasure.id)
            .with("reason", reason.as_str())
            .with("items", items)
            .with("count", i64::try_from(opened.len()).unwrap_or(i64::MAX)),
    );
    work.commit().await?;
    Ok(opened)
}
