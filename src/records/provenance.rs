//! Where each value came from: one row per value and change, beside the journal entry that recorded it.

use std::collections::HashMap;

use entity::{EntityKind, EntryId, ProvenanceId, provenance};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, prelude::Uuid};

use crate::{
    error::Result,
    platform::{inserts::Inserts, work::Work},
};

/// The source of what staff entered by hand.
pub const STAFF: &str = "staff";
/// The source of what a merge decided; where the value came from before stands in the rows before it.
pub const MERGE: &str = "merge";
/// The source of what another system gave.
pub const INTEGRATION: &str = "integration";
/// The source of a link to a company that was made because an address is at its domain.
pub const DOMAIN: &str = "domain";

/// Notes that these fields of a row now hold values from this source. `proven`: the person's mailbox confirmed them, or staff
/// vouch for them; such values are not replaced by unproven ones.
///
/// # Errors
/// Database errors only.
pub async fn trace(
    work: &Work,
    entity: EntityKind,
    row: Uuid,
    fields: Vec<String>,
    source: &str,
    proven: bool,
    entry: EntryId,
) -> Result<()> {
    let mut rows = Inserts::default();
    rows.add(traces(work, entity, row, fields, source, proven, entry));
    rows.run(work.db()).await
}

/// The same as rows, for a unit that writes them with others.
pub fn traces(
    work: &Work,
    entity: EntityKind,
    row: Uuid,
    fields: Vec<String>,
    source: &str,
    proven: bool,
    entry: EntryId,
) -> impl Iterator<Item = provenance::ActiveModel> {
    fields.into_iter().map(move |field| provenance::ActiveModel {
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
    })
}

/// The fields of a row that ever got a value or were cleared, and whether what they hold now was proven or vouched for.
///
/// # Errors
/// Database errors only.
pub async fn proven_fields(work: &Work, row: Uuid) -> Result<HashMap<String, bool>> {
    let rows = provenance::Entity::find()
        .filter(provenance::Column::WorkspaceId.eq(work.workspace()))
        .filter(provenance::Column::RowId.eq(row))
        .all(work.db())
        .await?;
    let mut newest: HashMap<String, (ProvenanceId, bool)> = HashMap::new();
    for row in rows {
        let known = newest.entry(row.field).or_insert((row.id, row.proven));
        if row.id >= known.0 {
            *known = (row.id, row.proven);
        }
    }
    Ok(newest.into_iter().map(|(field, (_, proven))| (field, proven)).collect())
}
