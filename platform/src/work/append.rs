//! Appends a unit's entries to the journal: the counter is incremented and the rows are inserted in the last
//! statement before the commit. SQLite does not allow UPDATE inside a CTE, so it needs two statements.

use entity::{EntryId, Time, WorkspaceId};
use sea_orm::{ConnectionTrait, Value};
use sha2::{Digest, Sha256};

use super::{Actor, Entry};
use crate::{
    db::{Tx, can_update_in_cte, sql},
    error::{Error, Result},
};

/// Returns the number of the last entry, or none if there were no entries.
pub(super) async fn append(
    tx: &Tx,
    workspace: WorkspaceId,
    at: Time,
    entries: Vec<(EntryId, Actor, Entry)>,
) -> Result<Option<i64>> {
    if entries.is_empty() {
        return Ok(None);
    }
    let count = i64::try_from(entries.len()).unwrap_or(i64::MAX);
    let mut values: Vec<Value> = vec![workspace.into(), count.into()];
    let together = can_update_in_cte(tx);
    if !together {
        let moved = sql(
            tx,
            "UPDATE journal_head SET seq = seq + $2 WHERE workspace_id = $1 RETURNING seq",
            values.clone(),
        );
        let last = read_seq(tx.query_one_raw(moved).await?)?;
        values[1] = (last - count).into();
    }
    let mut rows = String::new();
    for (position, (id, actor, entry)) in entries.into_iter().enumerate() {
        let bytes = entry.canonical(workspace, at, actor)?;
        let leaf_hash = Sha256::new().chain_update([0]).chain_update(&bytes).finalize().to_vec();
        let first = values.len();
        values.extend([
            i64::try_from(position + 1).unwrap_or(i64::MAX).into(),
            id.into(),
            at.into(),
            entry.kind.into(),
            actor.to_string().into(),
            entry.subject.into(),
            entry.object.into(),
            bytes.into(),
            entry.commitment.into(),
            leaf_hash.into(),
        ]);
        if position > 0 {
            rows.push(',');
        }
        rows.push_str(&row(first, together));
    }
    let text = if together {
        format!(
            "WITH head AS (UPDATE journal_head SET seq = seq + $2 WHERE workspace_id = $1 RETURNING seq) \
             INSERT INTO journal (workspace_id, seq, id, at, kind, actor, subject, object, bytes, commitment, leaf_hash) \
             SELECT $1, head.seq - $2 + e.position, e.id, e.at, e.kind, e.actor, e.subject, e.object, e.bytes, e.commitment, e.leaf_hash \
             FROM head, (VALUES {rows}) AS e (position, id, at, kind, actor, subject, object, bytes, commitment, leaf_hash) \
             RETURNING seq"
        )
    } else {
        format!(
            "INSERT INTO journal (workspace_id, seq, id, at, kind, actor, subject, object, bytes, commitment, leaf_hash) VALUES {rows} RETURNING seq"
        )
    };
    let written = tx.query_all_raw(sql(tx, &text, values)).await?;
    let mut last = None;
    for row in written {
        last = last.max(Some(row.try_get_by_index::<i64>(0)?));
    }
    // No row: the workspace has no journal head, so it does not exist.
    last.map(Some).ok_or(Error::NotFound)
}

fn read_seq(row: Option<sea_orm::QueryResult>) -> Result<i64> {
    Ok(row.ok_or(Error::NotFound)?.try_get_by_index(0)?)
}

/// One row of VALUES whose first parameter is `$first + 1`. PostgreSQL needs explicit types; on SQLite the
/// row computes its own number.
fn row(first: usize, together: bool) -> String {
    let p = |offset: usize| first + offset;
    if together {
        format!(
            "(${}::bigint,${}::uuid,${}::timestamptz,${}::text,${}::text,${}::text,${}::text,${}::text,${}::bytea,${}::bytea)",
            p(1),
            p(2),
            p(3),
            p(4),
            p(5),
            p(6),
            p(7),
            p(8),
            p(9),
            p(10)
        )
    } else {
        format!(
            "($1,$2+${},${},${},${},${},${},${},${},${},${})",
            p(1),
            p(2),
            p(3),
            p(4),
            p(5),
            p(6),
            p(7),
            p(8),
            p(9),
            p(10)
        )
    }
}
