//! Ends what expires: unanswered opt-ins, consents at the end of their validity, and decided opt-in rows
//! after 180 days. Each function processes one bounded batch and returns whether there is more.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use entity::{ConsentState, OptInState, SubmissionState, WorkspaceId, consent, opt_in};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr};

use super::submissions::destroy;
use crate::{
    app::App,
    consent::state,
    error::Result,
    platform::{actor::Actor, work::Entry},
};

const BATCH: u64 = 200;
/// An opt-in whose e-mail could not be sent lives longer, but at most this long.
const LONGEST: TimeDelta = TimeDelta::days(14);
/// How long decided opt-in rows are kept, without data.
const KEPT: TimeDelta = TimeDelta::days(180);

/// Ends unanswered opt-ins and destroys their data. Returns whether there is more to do.
///
/// # Errors
/// `Busy` when the database is unavailable.
pub async fn expire_opt_ins(app: &App) -> Result<bool> {
    let now = app.now();
    let due = || {
        let mail_is_out = Condition::any()
            .add(opt_in::Column::MailDue.eq(false))
            .add(opt_in::Column::CreatedAt.lte(now - LONGEST));
        Condition::all()
            .add(opt_in::Column::State.eq(OptInState::Waiting))
            .add(opt_in::Column::ExpiresAt.lte(now))
            .add(mail_is_out)
    };
    let rows = opt_in::Entity::find()
        .filter(due())
        .order_by_asc(opt_in::Column::ExpiresAt)
        .limit(BATCH)
        .all(app.db())
        .await?;
    let more = rows.len() as u64 == BATCH;
    for (workspace, rows) in by_workspace(rows, |row| row.workspace_id) {
        let mut work = app.begin(workspace, Actor::System).await?;
        // Locked in the order of ids, and checked again under the lock, as a click may have come first.
        let ids = rows.iter().map(|row| row.id);
        let locked = opt_in::Entity::find()
            .filter(opt_in::Column::WorkspaceId.eq(workspace))
            .filter(opt_in::Column::Id.is_in(ids))
            .filter(due())
            .order_by_asc(opt_in::Column::Id)
            .lock_exclusive()
            .all(work.db())
            .await?;
        let submissions: Vec<_> = locked.iter().map(|row| row.submission_id).collect();
        destroy(&work, &submissions, SubmissionState::Expired).await?;
        opt_in::Entity::update_many()
            .col_expr(opt_in::Column::State, Expr::value(OptInState::Expired))
            .col_expr(opt_in::Column::MailDue, Expr::value(false))
            .col_expr(opt_in::Column::DecidedAt, Expr::value(now))
            .filter(opt_in::Column::WorkspaceId.eq(workspace))
            .filter(opt_in::Column::Id.is_in(locked.iter().map(|row| row.id)))
            .exec(work.db())
            .await?;
        for row in &locked {
            work.record(Entry::new("opt_in.expired").on(row.id).with("submission", row.submission_id));
        }
        work.commit().await?;
    }
    Ok(more)
}

/// Ends consents whose validity is over. Returns whether there is more to do.
///
/// # Errors
/// `Busy` when the database is unavailable.
pub async fn expire_consents(app: &App) -> Result<bool> {
    let now = app.now();
    let due = || {
        Condition::all()
            .add(consent::Column::State.eq(ConsentState::Given))
            .add(consent::Column::ExpiresAt.lte(now))
    };
    let rows = consent::Entity::find()
        .filter(due())
        .order_by_asc(consent::Column::ExpiresAt)
        .limit(BATCH)
        .all(app.db())
        .await?;
    let more = rows.len() as u64 == BATCH;
    for (workspace, rows) in by_workspace(rows, |row| row.workspace_id) {
        let mut work = app.begin(workspace, Actor::System).await?;
        let ids = rows.iter().map(|row| row.id);
        let locked = consent::Entity::find()
            .filter(consent::Column::WorkspaceId.eq(workspace))
            .filter(consent::Column::Id.is_in(ids))
            .filter(due())
            .order_by_asc(consent::Column::Id)
            .lock_exclusive()
            .all(work.db())
            .await?;
        for row in &locked {
            state::end(&mut work, row, ConsentState::Expired, Entry::new("consent.expired")).await?;
        }
        work.commit().await?;
    }
    Ok(more)
}

/// Deletes decided opt-in rows after 180 days. Returns whether there is more to do.
///
/// # Errors
/// `Busy` when the database is unavailable.
pub async fn purge_opt_ins(app: &App) -> Result<bool> {
    let before = app.now() - KEPT;
    let rows = opt_in::Entity::find()
        .filter(opt_in::Column::DecidedAt.lte(before))
        .order_by_asc(opt_in::Column::DecidedAt)
        .limit(BATCH)
        .all(app.db())
        .await?;
    let more = rows.len() as u64 == BATCH;
    for (workspace, rows) in by_workspace(rows, |row| row.workspace_id) {
        let mut work = app.begin(workspace, Actor::System).await?;
        let ids = rows.iter().map(|row| row.id);
        let gone = opt_in::Entity::delete_many()
            .filter(opt_in::Column::WorkspaceId.eq(workspace))
            .filter(opt_in::Column::Id.is_in(ids))
            .exec(work.db())
            .await?;
        work.record(
            Entry::new("opt_in.purged").with("count", i64::try_from(gone.rows_affected).unwrap_or(i64::MAX)),
        );
        work.commit().await?;
    }
    Ok(more)
}

fn by_workspace<T>(rows: Vec<T>, workspace: impl Fn(&T) -> WorkspaceId) -> BTreeMap<WorkspaceId, Vec<T>> {
    let mut grouped: BTreeMap<WorkspaceId, Vec<T>> = BTreeMap::new();
    for row in rows {
        grouped.entry(workspace(&row)).or_default().push(row);
    }
    grouped
}
