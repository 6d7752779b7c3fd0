//! How often something happened on each day, for charts. Only the kinds that the partial index
//! `journal_counted` holds are counted.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};
use entity::{Time, WorkspaceId, journal, workspace};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, sea_query::Expr};

use crate::{
    error::{Error, Result},
    platform::{
        db::{hour_of, hour_read},
        pages::Zone,
    },
};

/// The condition of the index `journal_counted`, word for word.
const COUNTED: &str = "kind IN ('submission.received', 'opt_in.confirmed', 'contact.created', 'consent.given', \
    'consent.withdrawn', 'consent.refused', 'deal.created', 'deal.won', 'deal.lost', 'request.received')";

/// How often each kind occurred on each of the last days, today included, by the calendar of the
/// controller's country. Days and kinds without any are left out.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn count_days(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    now: Time,
    days: u16,
) -> Result<BTreeMap<(NaiveDate, String), i64>> {
    let controller = workspace::Entity::find_by_id(workspace).one(db).await?.ok_or(Error::NotFound)?;
    let zone = Zone::of(&controller.jurisdiction);
    let first = zone.day_of(now) - TimeDelta::days(i64::from(days.max(1)) - 1);
    let after = zone.end_of(first - TimeDelta::days(1));
    let hour = hour_of(db, journal::Column::At);
    let rows: Vec<(String, String, i64)> = journal::Entity::find()
        .select_only()
        .expr_as(hour.clone(), "hour")
        .column(journal::Column::Kind)
        .expr_as(Expr::cust("COUNT(*)"), "number")
        .filter(journal::Column::WorkspaceId.eq(workspace))
        .filter(journal::Column::At.gt(after))
        .filter(Expr::cust(COUNTED))
        .group_by(hour)
        .group_by(journal::Column::Kind)
        .into_tuple()
        .all(db)
        .await?;
    let mut counts = BTreeMap::new();
    for (hour, kind, number) in rows {
        let at = hour_read(&hour).ok_or_else(|| Error::internal("a time of the journal is none"))?;
        *counts.entry((zone.day_of(at), kind)).or_default() += number;
    }
    Ok(counts)
}
