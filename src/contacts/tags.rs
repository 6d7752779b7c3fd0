//! Reads tags: those of contacts, and how many contacts have each.

use std::collections::HashMap;

use entity::{ContactId, TagId, WorkspaceId, from_row::Reader, tag};
use sea_orm::ConnectionTrait;

use crate::{error::Result, platform::query::Query};

/// The tags of each contact, by name.
///
/// # Errors
/// Database errors only.
pub async fn tags_of(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    contacts: &[ContactId],
) -> Result<Vec<(ContactId, tag::Model)>> {
    let mut query = Query::new(
        "SELECT t.*, ct.contact_id AS tagged FROM contact_tag ct
        JOIN tag t ON t.workspace_id = ct.workspace_id AND t.id = ct.tag_id WHERE ct.workspace_id = ",
    );
    query.bind(workspace).push(" AND ").is_any("ct.contact_id", contacts.iter().copied());
    query.push(" ORDER BY t.name_key");
    let rows = query.rows(db).await?;
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
    let mut query = Query::new(
        "SELECT ct.tag_id AS id, count(*) AS uses FROM contact_tag ct
        JOIN contact c ON c.workspace_id = ct.workspace_id AND c.id = ct.contact_id AND c.archived_at IS NULL
        WHERE ct.workspace_id = ",
    );
    query.bind(workspace).push(" AND ").is_any("ct.tag_id", tags.iter().copied()).push(" GROUP BY ct.tag_id");
    let mut counts = HashMap::with_capacity(tags.len());
    for row in query.rows(db).await? {
        counts.insert(row.try_get("", "id")?, row.try_get("", "uses")?);
    }
    Ok(counts)
}
