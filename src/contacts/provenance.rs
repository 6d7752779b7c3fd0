//! Where each value came from: one row per value and change, beside the journal entry that recorded it.

use entity::{EntityKind, EntryId, ProvenanceId, provenance};
use sea_orm::{ActiveValue::Set, EntityTrait, prelude::Uuid};

use crate::{error::Result, platform::work::Work};

/// The source of what staff entered by hand.
pub const STAFF: &str = "staff";
/// The source of what a merge decided; where the value came from before stands in the rows before it.
pub const MERGE: &str = "merge";

/// Notes that these fields of a row now hold values from this source. `proven`: the person's mailbox confirmed them, or staff
/// vouch for them; such values are not replaced by unproven ones.
///
/// # Errors
/// Database errors only.
pub async fn trace(work: &Work, entity: EntityKind, row: Uuid, fields: Vec<String>, source: &str, proven: bool, entry: EntryId) -> Result<()> {
    let rows = fields.into_iter().map(|field| provenance::ActiveModel {
        workspace_id: Set(work.workspace()),
        id: Set(ProvenanceId::new()),
        entity: Set(entity),
        row_id: Set(row),
        field: Set(field),
        source: Set(source.to_owned()),
        proven: Set(proven),
        actor: Set(work.actor().to_string()),
        at: Set(work.now()),
        entry_id: Set(entry),
    });
    provenance::Entity::insert_many(rows).exec_without_returning(work.db()).await?;
    Ok(())
}
