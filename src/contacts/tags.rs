//! Reads tags: those of contacts, and how many contacts have each.

use std::collections::HashMap;

use entity::{ContactId, TagId, WorkspaceId, from_row::Reader, tag};
use sea_orm::{ConnectionTrait, Value};

use super::contacts_of_companies::places;
use crate::{error::Result, platform::db::sql};

/// The tags of each contact, by name.
///
/// # Errors
/// Database errors only.
pub async fn tags_of(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    contacts: &[ContactId],
) -> Result<Vec<(ContactId, tag::Model)>> {
    let mut values: Vec<Value> = vec![workspace.into()];
    let places = places(&mut values, contacts);
    let text = format!(
        "SELECT t.*, ct.contact_id AS tagged FROM contact_tag ct JOIN tag t ON t.workspace_id = ct.workspace_id AND t.id = ct.tag_id
        WHERE ct.workspace_id = $1 AND ct.contact_id IN ({places}) ORDER BY t.name_key"
    );
    let rows = db.query_all_raw(sql(db, &text, values)).await?;
    let Some(first) = rows.first() else { return Ok(Vec::new()) };
    let reader = Reader::new(first, "")?;
    rows.iter().map(|row| Ok((row.try_get("", "tagged")?, reader.read(row)?))).collect()
}

/// How many contacts have each tag, without archived ones; unused tags are missing.
///
/// # Errors
/// Database errors only.
pub async fn count_tagged(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    tags: &[TagId],
) -> Result<HashMap<TagId, i64>> {
    let mut values: Vec<Value> = vec![workspace.into()];
    let places = places(&mut values, tags);
    let text = format!(
        "SELECT ct.tag_id AS id, count(*) AS uses FROM contact_tag ct
        JOIN contact c ON c.workspace_id = ct.workspace_id AND c.id = ct.contact_id AND c.archived_at IS NULL
        WHERE ct.workspace_id = $1 AND ct.tag_id IN ({places}) GROUP BY ct.tag_id"
    );
    let mut counts = HashMap::with_capacity(tags.len());
    for row in db.query_all_raw(sql(db, &text, values)).await? {
        counts.insert(row.try_get("", "id")?, row.try_get("", "uses")?);
    }
    Ok(counts)
}
