//! The job that gives a column short, evenly spread ranks when they have become long: same order, under the
//! stage's lock.

use entity::{DealId, deal};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{
    column::{RebalanceColumn, lock_stages},
    rank,
};
use crate::{
    app::App,
    error::Result,
    platform::{
        actor::Actor,
        db::sql,
        outbox::{Outcome, Run},
        query::Query,
        work::Entry,
    },
};

/// Number of rows per statement.
const AT_ONCE: usize = 1_000;

/// Rebalances a column. Safe to repeat: a column with short ranks is left alone.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn rebalance_column(app: &App, run: &Run, job: &RebalanceColumn) -> Result<Outcome> {
    let mut work = app.begin(job.workspace, Actor::System).await?;
    lock_stages(work.db(), job.workspace, vec![job.stage]).await?;
    let column: Vec<(DealId, String)> = deal::Entity::find()
        .select_only()
        .columns([deal::Column::Id, deal::Column::Rank])
        .filter(deal::Column::WorkspaceId.eq(job.workspace))
        .filter(deal::Column::StageId.eq(job.stage))
        .order_by_asc(deal::Column::Rank)
        .into_tuple()
        .all(work.db())
        .await?;
    if column.iter().all(|(_, rank)| rank.len() <= rank::LONGEST) {
        return Ok(Outcome::Done);
    }
    // Moves the old ranks aside, so that no new one collides with them: `~` sorts after every digit of a
    // rank.
    let aside = "UPDATE deal SET rank = '~' || rank WHERE workspace_id = $1 AND stage_id = $2";
    work.db().execute_raw(sql(work.db(), aside, [job.workspace.into(), job.stage.into()])).await?;
    let mut ranks = rank::spread(column.len());
    for chunk in column.chunks(AT_ONCE) {
        let mut query = Query::new("UPDATE deal SET rank = CASE id");
        let mut ids = Vec::with_capacity(chunk.len());
        for (id, _) in chunk {
            let id = query.place(*id);
            query.push(" WHEN ").push(&id).push(" THEN ").bind(ranks.next().unwrap_or_default());
            ids.push(id);
        }
        query.push(" ELSE rank END WHERE workspace_id = ").bind(job.workspace);
        query.push(" AND stage_id = ").bind(job.stage);
        query.push(" AND id IN (").push(&ids.join(",")).push(")");
        query.run(work.db()).await?;
    }
    let count = i64::try_from(column.len()).unwrap_or(i64::MAX);
    work.record(Entry::new("stage.rebalanced").on(job.stage).with("deals", count));
    work.finish(run).await?;
    work.commit().await?;
    Ok(Outcome::Finished)
}
