//! Meetings and demos that were planned when they were logged, and have happened since: the person took part,
//! so they move the clock like those that were logged afterwards. One that was called off is archived or
//! moved by staff.

use chrono::TimeDelta;
use entity::{ContactId, Time, contact, retention_run};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};

use crate::{
    error::Result,
    platform::{db::sql, work::Work},
};

/// Contacts per unit of work.
const BATCH: usize = 500;
/// How far back is looked: meetings can be moved into the past, and the server may have been down.
const BACK: TimeDelta = TimeDelta::days(366);

/// Moves the last contact of a batch of people forward. Returns whether there may be more.
pub(super) async fn count_planned(work: &Work, run: &retention_run::Model) -> Result<bool> {
    let (db, now) = (work.db(), work.now().min(run.started_at));
    let text = format!(
        "SELECT a.contact_id AS id, max(a.occurred_at) AS met FROM activity a
        JOIN contact c ON c.workspace_id = a.workspace_id AND c.id = a.contact_id
        WHERE a.workspace_id = $1 AND a.occurred_at > a.created_at AND a.occurred_at > $2 AND a.occurred_at <= $3
        AND a.kind IN ('MEETING', 'DEMO') AND a.archived_at IS NULL
        AND (c.last_contact_at IS NULL OR c.last_contact_at < a.occurred_at)
        GROUP BY a.contact_id ORDER BY a.contact_id LIMIT {BATCH}"
    );
    let values = [work.workspace().into(), (now - BACK).into(), now.into()];
    let rows = db.query_all_raw(sql(db, &text, values)).await?;
    for row in &rows {
        let (id, met): (ContactId, Time) = (row.try_get("", "id")?, row.try_get("", "met")?);
        let last = contact::Column::LastContactAt;
        contact::Entity::update_many()
            .col_expr(last, Expr::value(met))
            .filter(contact::Column::WorkspaceId.eq(work.workspace()))
            .filter(contact::Column::Id.eq(id))
            .filter(Condition::any().add(last.is_null()).add(last.lt(met)))
            .exec(db)
            .await?;
    }
    Ok(rows.len() == BATCH)
}
