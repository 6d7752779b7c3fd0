//! Claims due jobs with a lease.

use entity::{JobId, Time, WorkspaceId};
use sea_orm::{FromQueryResult, QueryResult};

use super::{LEASE, Run};
use crate::{db::for_update_skip_locked, error::Result, query::Query, work::Ledger};

/// Parameters of a claim.
pub(super) struct Claim<'a> {
    pub lease: &'a str,
    /// The kinds that this version knows. Others wait for a node that knows them, such as a newer one during
    /// an upgrade.
    pub kinds: &'a [&'static str],
    /// Most jobs to claim.
    pub most: usize,
    /// Whether to also claim jobs whose lease has expired.
    pub takes_over: bool,
}

/// Claims due jobs. Reads first, so that an idle worker never takes the turn to write.
pub(super) async fn claim(ledger: &Ledger, claim: &Claim<'_>) -> Result<Vec<Run>> {
    let now = ledger.clock.now();
    let mut query = Query::default();
    let (at, known) = (query.place(now), query.places(claim.kinds.iter().copied()));
    let free = if claim.takes_over {
        format!("(leased_until IS NULL OR leased_until <= {at})")
    } else {
        "leased_until IS NULL".to_owned()
    };
    // A job that was due when it was queued stays due whatever the clock says now: it may have been set back
    // meanwhile.
    let due = format!(
        "SELECT id FROM job WHERE parked_at IS NULL AND (run_at <= {at} OR run_at <= waits_since) AND {free} AND kind IN ({known})"
    );
    let reader = ledger.db.read();
    let mut any = query.clone();
    any.push(&due).push(" LIMIT 1");
    if any.rows(reader).await?.is_empty() {
        return Ok(Vec::new());
    }
    let (lease, until) = (query.place(claim.lease), query.place(now + LEASE));
    let most = query.place(i64::try_from(claim.most).unwrap_or(1));
    // MATERIALIZED, so that the subquery runs once: PostgreSQL might otherwise run it again for each updated
    // row, and claim more jobs than requested, which nobody would run.
    query.push(&format!(
        "WITH due AS MATERIALIZED ({due} ORDER BY priority, run_at, id LIMIT {most}{}) \
         UPDATE job SET lease = {lease}, leased_until = {until}, begun_at = {at}, attempts = attempts + 1 WHERE id IN (SELECT id FROM due) \
         RETURNING id, workspace_id, kind, payload, attempts, created_at, priority, run_at",
        for_update_skip_locked(reader),
    ));
    let (text, values) = query.into_parts();
    let rows = ledger.db.touch_returning(&text, values).await?;
    let mut runs: Vec<(i32, Time, Run)> =
        rows.iter().map(|row| read(row, claim.lease)).collect::<std::result::Result<_, _>>()?;
    runs.sort_by_key(|(priority, run_at, run)| (*priority, *run_at, run.id));
    Ok(runs.into_iter().map(|(_, _, run)| run).collect())
}

#[derive(FromQueryResult)]
struct Claimed {
    id: JobId,
    workspace_id: Option<WorkspaceId>,
    kind: String,
    payload: String,
    attempts: i32,
    created_at: Time,
    priority: i32,
    run_at: Time,
}

fn read(row: &QueryResult, lease: &str) -> std::result::Result<(i32, Time, Run), sea_orm::DbErr> {
    let row = Claimed::from_query_result(row, "")?;
    let run = Run {
        id: row.id,
        workspace: row.workspace_id,
        kind: row.kind,
        payload: row.payload,
        attempt: row.attempts,
        created_at: row.created_at,
        lease: lease.to_owned(),
    };
    Ok((row.priority, row.run_at, run))
}
