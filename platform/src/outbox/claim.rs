//! Claims due jobs with a lease.

use entity::{JobId, Time, WorkspaceId};
use sea_orm::{ConnectionTrait, FromQueryResult, QueryResult, Value};

use super::{LEASE, Run};
use crate::{
    db::{for_update_skip_locked, sql},
    error::Result,
    work::Ledger,
};

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
    let mut values: Vec<Value> = vec![now.into()];
    values.extend(claim.kinds.iter().map(|kind| Value::from(*kind)));
    let known: Vec<String> = (2..2 + claim.kinds.len()).map(|place| format!("${place}")).collect();
    let free = if claim.takes_over {
        "(leased_until IS NULL OR leased_until <= $1)"
    } else {
        "leased_until IS NULL"
    };
    // A job that was due when it was queued stays due whatever the clock says now: it may have been set back
    // meanwhile.
    let due = format!(
        "SELECT id FROM job WHERE parked_at IS NULL AND (run_at <= $1 OR run_at <= waits_since) AND {free} AND kind IN ({})",
        known.join(",")
    );
    let reader = ledger.db.read();
    if reader.query_one_raw(sql(reader, &format!("{due} LIMIT 1"), values.clone())).await?.is_none() {
        return Ok(Vec::new());
    }
    let first = values.len();
    values.extend([claim.lease.into(), (now + LEASE).into(), i64::try_from(claim.most).unwrap_or(1).into()]);
    // MATERIALIZED, so that the subquery runs once: PostgreSQL might otherwise run it again for each updated
    // row, and claim more jobs than requested, which nobody would run.
    let text = format!(
        "WITH due AS MATERIALIZED ({due} ORDER BY priority, run_at, id LIMIT ${}{}) \
         UPDATE job SET lease = ${}, leased_until = ${}, begun_at = $1, attempts = attempts + 1 WHERE id IN (SELECT id FROM due) \
         RETURNING id, workspace_id, kind, payload, attempts, created_at, priority, run_at",
        first + 3,
        for_update_skip_locked(reader),
        first + 1,
        first + 2,
    );
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
