//! Contacts by company: one page for each of several companies in one statement, and counts; archived ones
//! are left out.

use std::collections::HashMap;
use std::fmt::Write as _;

use entity::{CompanyId, ContactId, WorkspaceId, contact, from_row::read_all};
use sea_orm::{ConnectionTrait, Value};

use crate::{
    error::Result,
    platform::{db::sql, lists::PageRequest},
};

/// One page of each company's contacts, newest first, or from the end if the request says so; archived ones
/// are left out.
///
/// # Errors
/// Database errors only.
pub async fn contacts_of_companies(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    companies: &[CompanyId],
    request: &PageRequest<ContactId>,
) -> Result<Vec<contact::Model>> {
    let mut values: Vec<Value> =
        vec![workspace.into(), i64::try_from(request.limit).unwrap_or(i64::MAX).into()];
    let mut bounds = String::new();
    for (bound, sign) in [(request.after, '<'), (request.before, '>')] {
        if let Some(bound) = bound {
            values.push(bound.into());
            let _ = write!(bounds, " AND c.id {sign} ${}", values.len());
        }
    }
    let places = places(&mut values, companies);
    let order = if request.backward { "ASC" } else { "DESC" };
    let text = format!(
        "SELECT * FROM (SELECT c.*, row_number() OVER (PARTITION BY c.company_id ORDER BY c.id {order}) AS place
            FROM contact c WHERE c.workspace_id = $1 AND c.archived_at IS NULL AND c.company_id IN ({places}){bounds}) AS ranked
        WHERE place <= $2 ORDER BY id {order}"
    );
    Ok(read_all(&db.query_all_raw(sql(db, &text, values)).await?)?)
}

/// How many contacts each company has, without archived ones; companies without contacts are missing.
///
/// # Errors
/// Database errors only.
pub async fn count_contacts_of_companies(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    companies: &[CompanyId],
) -> Result<HashMap<CompanyId, i64>> {
    let mut values: Vec<Value> = vec![workspace.into()];
    let places = places(&mut values, companies);
    let text = format!(
        "SELECT c.company_id AS id, count(*) AS uses FROM contact c
        WHERE c.workspace_id = $1 AND c.archived_at IS NULL AND c.company_id IN ({places}) GROUP BY c.company_id"
    );
    let mut counts = HashMap::with_capacity(companies.len());
    for row in db.query_all_raw(sql(db, &text, values)).await? {
        counts.insert(row.try_get("", "id")?, row.try_get("", "uses")?);
    }
    Ok(counts)
}

/// Adds the ids to the values. Returns their placeholders for `IN (…)`.
pub(crate) fn places<T: Copy + Into<Value>>(values: &mut Vec<Value>, ids: &[T]) -> String {
    let first = values.len() + 1;
    values.extend(ids.iter().map(|id| (*id).into()));
    (first..=values.len()).map(|place| format!("${place}")).collect::<Vec<_>>().join(",")
}
