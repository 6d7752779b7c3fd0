//! The board's data in a constant number of statements: the totals of all columns together, and one page of
//! all columns together. Each page is read through its column's index, however many deals the column has.

use std::collections::HashMap;
use std::fmt::Write as _;

use entity::{DealId, StageId, WorkspaceId, deal};
use sea_orm::{ConnectionTrait, FromQueryResult};

use crate::{
    error::Result,
    platform::{lists::PageRequest, query::Query},
};

/// Maximum number of columns per statement; more are read with several statements.
const AT_ONCE: usize = 100;

/// Sort key of a column's page.
pub type ColumnKey = (String, DealId);

/// The deals of a stage in one currency.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Sum {
    /// The column's stage.
    pub stage_id: StageId,
    /// ISO 4217.
    pub currency: String,
    /// Number of deals.
    pub deals: i64,
    /// Their total, in minor units.
    pub minor: i64,
}

/// Counts and sums of columns, without archived deals.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn sum_columns(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    stages: &[StageId],
) -> Result<HashMap<StageId, Vec<Sum>>> {
    let mut found: HashMap<StageId, Vec<Sum>> = HashMap::new();
    for stages in stages.chunks(AT_ONCE) {
        let mut query = Query::new(
            "SELECT stage_id, currency, count(*) AS deals, CAST(sum(amount_minor) AS bigint) AS minor FROM deal
            WHERE workspace_id = ",
        );
        query
            .bind(workspace)
            .push(" AND archived_at IS NULL AND ")
            .is_any("stage_id", stages.iter().copied());
        query.push(" GROUP BY stage_id, currency ORDER BY currency");
        for sum in Sum::find_by_statement(query.statement(db)).all(db).await? {
            found.entry(sum.stage_id).or_default().push(sum);
        }
    }
    Ok(found)
}

/// One page of each of these columns, in the order the page asks for.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn page_columns(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    stages: &[StageId],
    page: &PageRequest<ColumnKey>,
) -> Result<HashMap<StageId, Vec<deal::Model>>> {
    let mut found: HashMap<StageId, Vec<deal::Model>> = HashMap::new();
    for stages in stages.chunks(AT_ONCE) {
        let mut query = Query::default();
        let own = query.place(workspace);
        let mut bounds = String::new();
        for (bound, sign) in [(&page.after, '>'), (&page.before, '<')] {
            if let Some((rank, id)) = bound.clone() {
                let (rank, id) = (query.place(rank), query.place(id));
                let _ = write!(bounds, " AND (rank, id) {sign} ({rank}, {id})");
            }
        }
        let order = if page.backward { "rank DESC, id DESC" } else { "rank, id" };
        let limit = page.limit;
        for (at, stage) in stages.iter().enumerate() {
            let stage = query.place(*stage);
            query.push(if at == 0 { "" } else { " UNION ALL " }).push(&format!(
                "SELECT * FROM (SELECT * FROM deal WHERE workspace_id = {own} AND stage_id = {stage} AND archived_at IS NULL{bounds} ORDER BY {order} LIMIT {limit}) AS c{at}"
            ));
        }
        for row in query.all::<deal::Model>(db).await? {
            found.entry(row.stage_id).or_default().push(row);
        }
    }
    // UNION ALL guarantees no order.
    for rows in found.values_mut() {
        rows.sort_by(|a, b| (&a.rank, a.id).cmp(&(&b.rank, b.id)));
        if page.backward {
            rows.reverse();
        }
    }
    Ok(found)
}

/// The deal directly above each of these in its column, archived ones left out; none for the topmost and for
/// archived ones.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn deals_above(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    deals: &[DealId],
) -> Result<HashMap<DealId, deal::Model>> {
    #[derive(FromQueryResult)]
    struct Above {
        below: DealId,
        #[sea_orm(nested)]
        deal: deal::Model,
    }
    let mut found = HashMap::with_capacity(deals.len());
    for deals in deals.chunks(AT_ONCE) {
        let mut query = Query::new(
            "SELECT d.id AS below, a.* FROM deal d JOIN deal a ON a.workspace_id = d.workspace_id AND a.id =
                (SELECT e.id FROM deal e WHERE e.workspace_id = d.workspace_id AND e.stage_id = d.stage_id AND e.archived_at IS NULL
                    AND (e.rank, e.id) < (d.rank, d.id) ORDER BY e.rank DESC, e.id DESC LIMIT 1)
            WHERE d.workspace_id = ",
        );
        query.bind(workspace).push(" AND d.archived_at IS NULL AND ").is_any("d.id", deals.iter().copied());
        let rows = Above::find_by_statement(query.statement(db)).all(db).await?;
        found.extend(rows.into_iter().map(|row| (row.below, row.deal)));
    }
    Ok(found)
}
