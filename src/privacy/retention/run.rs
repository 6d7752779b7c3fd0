//! A run of the retention rules of one workspace: a job that takes one bounded step after the other, each a
//! unit of work of its own that also stores how far it came and what it did. Killed at any point, it goes on
//! from there; run twice, it finds nothing left to do; with the clock set back, nothing that is not over by
//! both clocks goes.

use entity::{
    RetentionCause, RetentionRuleId, RetentionRunId, RetentionSubject, WorkspaceId, retention_rule,
    retention_run,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    prelude::Uuid,
    sea_query::{Expr, OnConflict},
};
use serde::{Deserialize, Serialize};

use super::{
    due::Due,
    erase::erase_some,
    planned::count_planned,
    preview::count_due,
    progress::{self, Tally},
    rows::delete_rows,
    rules::{all_rules, rules_of},
    step::{Position, Step, store},
    warn::warn_some,
};
use crate::{
    accounts::{Right, allow},
    app::App,
    error::{Error, ProblemCode, Result},
    platform::{
        actor::Actor,
        outbox::{Job, JobResult, Outcome, Run},
        work::{Entry, Work},
    },
    privacy::{holds::end_holds, retention::period::cutoff},
};

/// Steps per run of the job; then it makes room for others.
const STEPS: usize = 20;
/// Workspaces per run of the schedule.
const WORKSPACES: u64 = 500;

/// Runs the rules of a workspace.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct RunRetention {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// Who began it.
    pub cause: RetentionCause,
}

impl Job for RunRetention {
    const KIND: &'static str = "run_retention";
    const PRIORITY: i32 = 85;

    fn dedupe_key(&self) -> Option<String> {
        Some(format!("run_retention:{}", self.workspace))
    }
}

/// Queues a run for every workspace. A run that is under way is not begun again.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn schedule_retention(app: &App) -> Result<()> {
    let mut after: Option<WorkspaceId> = None;
    loop {
        let mut select = entity::workspace::Entity::find()
            .select_only()
            .column(entity::workspace::Column::Id)
            .order_by_asc(entity::workspace::Column::Id)
            .limit(WORKSPACES);
        if let Some(after) = after {
            select = select.filter(entity::workspace::Column::Id.gt(after));
        }
        let ids: Vec<WorkspaceId> = select.into_tuple().all(app.db()).await?;
        for workspace in &ids {
            let mut work = app.begin(*workspace, Actor::System).await?;
            work.enqueue(&RunRetention { workspace: *workspace, cause: RetentionCause::Scheduled })?;
            work.commit().await?;
        }
        after = ids.last().copied();
        if (ids.len() as u64) < WORKSPACES {
            return Ok(());
        }
    }
}

/// Begins a run now, or returns the one that is under way.
///
/// # Errors
/// `Forbidden` without the right; `Rejected` unless it is meant.
pub async fn run_now(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    confirmed: bool,
) -> Result<retention_run::Model> {
    allow(actor, Right::ManageRetention)?;
    if !confirmed {
        let message = "Say that you mean it: people are erased, and nothing brings them back.";
        return Err(Error::rejected(ProblemCode::Required, "confirm", message));
    }
    let run = open_run(app, workspace, actor, RetentionCause::Asked).await?;
    let mut work = app.begin(workspace, actor).await?;
    work.enqueue(&RunRetention { workspace, cause: RetentionCause::Asked })?;
    work.commit().await?;
    Ok(run)
}

/// The run that is under way, or a new one.
async fn open_run(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    cause: RetentionCause,
) -> Result<retention_run::Model> {
    rules_of(app, workspace).await?;
    let mut work = app.begin(workspace, actor).await?;
    if let Some(open) = find_open(work.db(), workspace).await? {
        if open.started_at <= work.now() {
            return Ok(open);
        }
        // It began while the clock was ahead: what it would end may not be over yet.
        close(&mut work, &open).await?;
    }
    let id = RetentionRunId::new();
    let entry = Entry::new("retention.began").on(id).with("cause", cause);
    let row = retention_run::Model {
        workspace_id: workspace,
        id,
        cause,
        started_at: work.now(),
        ended_at: None,
        cursor: None,
        entry_id: entry.id(),
    };
    work.record(entry);
    let once = OnConflict::new().do_nothing().to_owned();
    let insert = retention_run::Entity::insert(row.clone().into_active_model()).on_conflict(once);
    if insert.exec_without_returning(work.db()).await? == 0 {
        // Another node began one in this very moment.
        drop(work);
        return find_open(app.db(), workspace).await?.ok_or(Error::Conflict);
    }
    work.commit().await?;
    Ok(row)
}

async fn find_open(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
) -> Result<Option<retention_run::Model>> {
    let select = retention_run::Entity::find()
        .filter(retention_run::Column::WorkspaceId.eq(workspace))
        .filter(retention_run::Column::EndedAt.is_null());
    Ok(select.one(db).await?)
}

/// The job: some steps, then again until the run is over.
///
/// # Errors
/// `Busy` when the database is unreachable; the job is retried, and goes on where the run stands.
pub async fn run_retention(app: &App, _: &Run, job: &RunRetention) -> JobResult {
    let run = open_run(app, job.workspace, Actor::System, job.cause).await?;
    for _ in 0..STEPS {
        if !step(app, job.workspace, run.id).await? {
            return Ok(Outcome::Done);
        }
    }
    Ok(Outcome::Later(app.now()))
}

/// One step. Returns whether there is another.
async fn step(app: &App, workspace: WorkspaceId, id: RetentionRunId) -> Result<bool> {
    let Some(run) = retention_run::Entity::find_by_id((workspace, id)).one(app.db()).await? else {
        return Ok(false);
    };
    if run.ended_at.is_some() {
        return Ok(false);
    }
    let mut rules = all_rules(app.db(), workspace).await?;
    rules.retain(|rule| rule.archived_at.is_none());
    let position = Position::read(&run)?;
    let Some(current) = position.rule else {
        let mut work = app.begin(workspace, Actor::System).await?;
        let holds = end_holds(&mut work).await?;
        let planned = count_planned(&work, &run).await?;
        if !(holds || planned) {
            store(&work, &run, next_of(&rules, None)).await?;
        }
        work.commit().await?;
        return Ok(true);
    };
    // A rule that was archived meanwhile is passed over.
    let Some(rule) = rules.iter().find(|rule| rule.id >= current) else {
        return end(app, &run).await;
    };
    let position = if rule.id == current { position } else { Position::at(rule.id) };
    if rule.subject == RetentionSubject::Contacts {
        let at = Step { app, run: &run, rules: &rules, rule, position };
        let more = if position.warned { erase_some(&at).await? } else { warn_some(&at).await? };
        if more {
            return Ok(true);
        }
        if !position.warned {
            let work = app.begin(workspace, Actor::System).await?;
            store(&work, &run, position.erasing()).await?;
            work.commit().await?;
            return Ok(true);
        }
        let due = Due::on(workspace, &rules, at.now());
        let [_, held, restricted, ..] = count_due(app, &due, rule).await?;
        let work = app.begin(workspace, Actor::System).await?;
        progress::add(&work, &run, rule, Tally { held, restricted, ..Tally::default() }).await?;
        store(&work, &run, next_of(&rules, Some(rule.id))).await?;
        work.commit().await?;
        return Ok(true);
    }
    let mut work = app.begin(workspace, Actor::System).await?;
    let (deleted, more) =
        delete_rows(&work, rule.subject, cutoff(run.started_at.min(work.now()), rule.months)).await?;
    let erased = i64::try_from(deleted).unwrap_or(i64::MAX);
    progress::add(&work, &run, rule, Tally { erased, ..Tally::default() }).await?;
    if deleted > 0 {
        let entry = Entry::new("retention.deleted").on(rule.id);
        work.record(entry.with("subject", rule.subject).with("count", erased));
    }
    if !more {
        store(&work, &run, next_of(&rules, Some(rule.id))).await?;
    }
    work.commit().await?;
    Ok(true)
}

/// The beginning of the rule after this one; none behind the last: a position that no rule has.
fn next_of(rules: &[retention_rule::Model], after: Option<RetentionRuleId>) -> Position {
    let next = rules.iter().find(|rule| after.is_none_or(|after| rule.id > after));
    next.map_or_else(|| Position::at(RetentionRuleId(Uuid::max())), |rule| Position::at(rule.id))
}

async fn end(app: &App, run: &retention_run::Model) -> Result<bool> {
    let mut work = app.begin(run.workspace_id, Actor::System).await?;
    close(&mut work, run).await?;
    work.commit().await?;
    Ok(false)
}

/// Ends a run, with the sums of what it did.
async fn close(work: &mut Work, run: &retention_run::Model) -> Result<()> {
    // Never before it began, whatever the clock says.
    let ended_at = work.now().max(run.started_at);
    let update = retention_run::Entity::update_many()
        .col_expr(retention_run::Column::EndedAt, Expr::value(ended_at))
        .filter(retention_run::Column::WorkspaceId.eq(run.workspace_id))
        .filter(retention_run::Column::Id.eq(run.id))
        .filter(retention_run::Column::EndedAt.is_null());
    if update.exec(work.db()).await?.rows_affected == 0 {
        return Ok(());
    }
    let sum = progress::sum(work.db(), run).await?;
    let entry = Entry::new("retention.ended").on(run.id).with("cause", run.cause);
    work.record(
        entry
            .with("warned", sum.warned)
            .with("erased", sum.erased)
            .with("archived", sum.archived)
            .with("held", sum.held)
            .with("restricted", sum.restricted)
            .with("failed", sum.failed),
    );
    Ok(())
}
