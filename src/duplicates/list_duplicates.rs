//! Lists the duplicate pairs found, most likely first.

use std::{collections::HashMap, fmt::Write as _};

use entity::{
    ContactId, WorkspaceId, duplicate_candidate,
    from_row::{Reader, read_all},
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, Value};
use serde::{Deserialize, Serialize};

use crate::{
    contacts::contacts_of_companies::places,
    error::Result,
    platform::{db::sql, lists::PageRequest},
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
    let mut values: Vec<Value> =
        vec![workspace.into(), i64::try_from(request.limit).unwrap_or(i64::MAX).into()];
    let mut bounds = String::new();
    for (bound, sign) in [(request.after, '<'), (request.before, '>')] {
        if let Some(DuplicateKey(score, low, high)) = bound {
            let first = values.len() + 1;
            values.extend([score.into(), low.into(), high.into()]);
            let _ = write!(
                bounds,
                " AND (score, low_id, high_id) {sign} (${first}, ${}, ${})",
                first + 1,
                first + 2
            );
        }
    }
    let order = if request.backward { "ASC" } else { "DESC" };
    let text = format!(
        "SELECT * FROM duplicate_candidate WHERE workspace_id = $1{bounds} ORDER BY score {order}, low_id {order}, high_id {order} LIMIT $2"
    );
    Ok(read_all(&db.query_all_raw(sql(db, &text, values)).await?)?)
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
    let mut values: Vec<Value> = vec![workspace.into()];
    let ids = places(&mut values, contacts);
    let text = format!(
        "SELECT *, 1 AS side FROM duplicate_candidate WHERE workspace_id = $1 AND low_id IN ({ids})
        UNION ALL SELECT *, 2 AS side FROM duplicate_candidate WHERE workspace_id = $1 AND high_id IN ({ids})
        ORDER BY score DESC, low_id DESC, high_id DESC"
    );
    let mut found: HashMap<ContactId, Vec<duplicate_candidate::Model>> = HashMap::new();
    let rows = db.query_all_raw(sql(db, &text, values)).await?;
    let Some(first) = rows.first() else { return Ok(found) };
    let reader = Reader::<duplicate_candidate::Model>::new(first, "")?;
    for row in &rows {
        let pair = reader.read(row)?;
        let of = if row.try_get::<i32>("", "side")? == 1 { pair.low_id } else { pair.high_id };
        found.entry(of).or_default().push(pair);
    }
    Ok(found)
}
