//! Provenance of values: one row per value and change, beside the journal entry that recorded it.

use std::collections::HashMap;

use entity::{EntityKind, EntryId, ProvenanceId, provenance};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, prelude::Uuid};

use crate::{
    error::Result,
    platform::{inserts::Inserts, work::Work},
};

/// Source of values that staff entered.
pub const STAFF: &str = "staff";
/// Source of values that the person corrected on their data page.
pub const PERSON: &str = "person";
/// Source of values that a merge chose; earlier rows tell where they came from before.
pub const MERGE: &str = "merge";
/// Source of values from another system.
pub const INTEGRATION: &str = "integration";
/// Source of a link to a company that was derived from the domain of an address.
pub const DOMAIN: &str = "domain";

/// Records that these fields of a row now hold values from this source. `proven`: the person's mailbox
/// confirmed them, or staff entered or confirmed them; unproven values do not replace them.
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

/// As `trace`, but returns the rows, for a unit of work that inserts them with others.
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

/// The fields of a row that were ever set or cleared, and whether their current value is proven.
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
