//! Contacts by company: one page for each of several companies in one statement, and counts; archived ones
//! are left out.

use std::collections::HashMap;

use entity::{CompanyId, ContactId, WorkspaceId, contact};
use sea_orm::ConnectionTrait;

use crate::{
    error::Result,
    platform::{lists::PageRequest, query::Query},
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
    let order = if request.backward { "ASC" } else { "DESC" };
    let mut query =
        Query::new("SELECT * FROM (SELECT c.*, row_number() OVER (PARTITION BY c.company_id ORDER BY c.id ");
    query.push(order).push(") AS place FROM contact c WHERE c.workspace_id = ").bind(workspace);
    query.push(" AND c.archived_at IS NULL AND ").is_any("c.company_id", companies.iter().copied());
    for (bound, sign) in [(request.after, " < "), (request.before, " > ")] {
        if let Some(bound) = bound {
            query.push(" AND c.id").push(sign).bind(bound);
        }
    }
    query.push(") AS ranked WHERE place <= ").bind(i64::try_from(request.limit).unwrap_or(i64::MAX));
    query.push(" ORDER BY id ").push(order);
    query.all(db).await
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
    let mut query =
        Query::new("SELECT c.company_id AS id, count(*) AS uses FROM contact c WHERE c.workspace_id = ");
    query.bind(workspace).push(" AND c.archived_at IS NULL AND ");
    query.is_any("c.company_id", companies.iter().copied()).push(" GROUP BY c.company_id");
    let mut counts = HashMap::with_capacity(companies.len());
    for row in query.rows(db).await? {
        counts.insert(row.try_get("", "id")?, row.try_get("", "uses")?);
    }
    Ok(counts)
}
