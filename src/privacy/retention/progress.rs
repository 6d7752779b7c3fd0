//! What a run did, by rule: added up in the unit of work that did it.

use entity::{retention_count, retention_rule, retention_run};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::{
    error::Result,
    platform::{db::sql, work::Work},
};

/// Numbers of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Told that their end is near.
    pub warned: i64,
    /// Contacts erased, other rows deleted.
    pub erased: i64,
    /// Rows of erased contacts that were moved to the archive.
    pub archived: i64,
    /// Staying because of a hold.
    pub held: i64,
    /// Staying because their processing is restricted.
    pub restricted: i64,
    /// Not erased because of an error.
    pub failed: i64,
}

/// Adds to the numbers of a run under a rule.
pub(super) async fn add(
    work: &Work,
    run: &retention_run::Model,
    rule: &retention_rule::Model,
    more: Tally,
) -> Result<()> {
    let text = "INSERT INTO retention_count
            (workspace_id, run_id, rule_id, rule_version, warned, erased, archived, held, restricted, failed)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT (workspace_id, run_id, rule_id) DO UPDATE SET
            rule_version = excluded.rule_version,
            warned = retention_count.warned + excluded.warned,
            erased = retention_count.erased + excluded.erased,
            archived = retention_count.archived + excluded.archived,
            held = excluded.held,
            restricted = excluded.restricted,
            failed = retention_count.failed + excluded.failed";
    let Tally { warned, erased, archived, held, restricted, failed } = more;
    let values = [
        run.workspace_id.into(),
        run.id.into(),
        rule.id.into(),
        rule.version.into(),
        warned.into(),
        erased.into(),
        archived.into(),
        held.into(),
        restricted.into(),
        failed.into(),
    ];
    work.db().execute_raw(sql(work.db(), text, values)).await?;
    Ok(())
}

/// The sums of a run.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn sum(db: &impl ConnectionTrait, run: &retention_run::Model) -> Result<Tally> {
    let rows = retention_count::Entity::find()
        .filter(retention_count::Column::WorkspaceId.eq(run.workspace_id))
        .filter(retention_count::Column::RunId.eq(run.id));
    let mut sum = Tally::default();
    for row in rows.all(db).await? {
        sum.warned += row.warned;
        sum.erased += row.erased;
        sum.archived += row.archived;
        sum.held += row.held;
        sum.restricted += row.restricted;
        sum.failed += row.failed;
    }
    Ok(sum)
}
