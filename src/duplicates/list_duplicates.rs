//! Lists the duplicate pairs found, most likely first.

use std::collections::HashMap;

use entity::{ContactId, WorkspaceId, duplicate_candidate, from_row::Reader};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, Value};
use serde::{Deserialize, Serialize};

use crate::{
    error::Result,
    platform::{lists::PageRequest, query::Query},
};

/// A pair's position in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DuplicateKey(pub i32, pub ContactId, pub ContactId);

/// One page of a workspace's pairs.
///
/// # Errors
/// Database errors only.
pub async fn list_duplicates(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    request: &PageRequest<DuplicateKey>,
) -> Result<Vec<duplicate_candidate::Model>> {
    let mut query = Query::new("SELECT * FROM duplicate_candidate WHERE workspace_id = ");
    query.bind(workspace);
    for (bound, sign) in [(request.after, " < ("), (request.before, " > (")] {
        if let Some(DuplicateKey(score, low, high)) = bound {
            let key = query.places([Value::from(score), low.into(), high.into()]);
            query.push(" AND (score, low_id, high_id)").push(sign).push(&key).push(")");
        }
    }
    let order = if request.backward { "ASC" } else { "DESC" };
    query.push(&format!(" ORDER BY score {order}, low_id {order}, high_id {order} LIMIT "));
    query.bind(i64::try_from(request.limit).unwrap_or(i64::MAX));
    query.all(db).await
}

/// How many pairs a workspace has.
///
/// # Errors
/// Database errors only.
pub async fn count_duplicates(db: &impl ConnectionTrait, workspace: WorkspaceId) -> Result<i64> {
    let count = duplicate_candidate::Entity::find()
        .filter(duplicate_candidate::Column::WorkspaceId.eq(workspace))
        .count(db)
        .await?;
    Ok(i64::try_from(count).unwrap_or(i64::MAX))
}

/// The pairs of each of these contacts, most likely first.
///
/// # Errors
/// Database errors only.
pub async fn duplicates_of(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    contacts: &[ContactId],
) -> Result<HashMap<ContactId, Vec<duplicate_candidate::Model>>> {
    let mut query = Query::default();
    let (own, ids) = (query.place(workspace), query.places(contacts.iter().copied()));
    query.push(&format!(
        "SELECT *, 1 AS side FROM duplicate_candidate WHERE workspace_id = {own} AND low_id IN ({ids})
        UNION ALL SELECT *, 2 AS side FROM duplicate_candidate WHERE workspace_id = {own} AND high_id IN ({ids})
        ORDER BY score DESC, low_id DESC, high_id DESC"
    ));
    let mut found: HashMap<ContactId, Vec<duplicate_candidate::Model>> = HashMap::new();
    let rows = query.rows(db).await?;
    let Some(first) = rows.first() else { return Ok(found) };
    let reader = Reader::<duplicate_candidate::Model>::new(first, "")?;
    for row in &rows {
        let pair = reader.read(row)?;
        let of = if row.try_get::<i32>("", "side")? == 1 { pair.low_id } else { pair.high_id };
        found.entry(of).or_default().push(pair);
    }
    Ok(found)
}
