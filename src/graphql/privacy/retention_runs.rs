//! Runs of the retention rules in GraphQL.

use async_graphql::{Context, Enum, ID, Object};
use entity::{RetentionRunId, Time, retention_count, retention_run};

use super::retention::RetentionRule;
use crate::{
    accounts::Right,
    error::Result,
    graphql::kit::{List, allowed, cost, list, load, load_by_id, load_named, load_of},
    platform::graphql::{PageArgs, page::Total},
    privacy::retention::loads::{count_runs, counts_of_retention_runs, page_runs, retention_runs_by_id},
};

load_by_id! {
    retention_runs_by_id(RetentionRunId) -> retention_run;
}

load_of! {
    /// What a run did, by rule.
    CountsOfRun(RetentionRunId) = counts_of_retention_runs -> retention_count;
}

/// Who began a run of the retention rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::RetentionCause")]
pub enum RetentionCause {
    /// The schedule, once a day.
    Scheduled,
    /// Somebody asked for it.
    Asked,
}

/// GraphQL type over a `retention_run` row.
pub struct RetentionRun(pub retention_run::Model);

/// A run of the retention rules: what it ended, and what it left.
#[Object]
impl RetentionRun {
    /// Its id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// Who began it.
    async fn cause(&self) -> RetentionCause {
        self.0.cause.into()
    }

    /// When it began: periods that were over by then end.
    async fn started_at(&self) -> Time {
        self.0.started_at
    }

    /// When it ended; null while it is under way.
    async fn ended_at(&self) -> Option<Time> {
        self.0.ended_at
    }

    /// What it did, by rule; rules without effect are left out.
    #[graphql(complexity = "1 + 10 * child_complexity")]
    async fn counts(&self, ctx: &Context<'_>) -> Result<Vec<RetentionCount>> {
        let rows = load(ctx, CountsOfRun(self.0.id)).await?.unwrap_or_default();
        let had_effect = |row: &retention_count::Model| {
            row.warned + row.erased + row.archived + row.held + row.restricted + row.failed > 0
        };
        Ok(rows.into_iter().filter(had_effect).map(RetentionCount).collect())
    }
}

/// GraphQL type over a `retention_count` row.
pub struct RetentionCount(retention_count::Model);

/// What a run did under one rule.
#[Object]
impl RetentionCount {
    /// The rule as it is now.
    async fn rule(&self, ctx: &Context<'_>) -> Result<RetentionRule> {
        Ok(RetentionRule(load_named(ctx, self.0.rule_id).await?))
    }

    /// The version of the rule that was applied.
    async fn rule_version(&self) -> i32 {
        self.0.rule_version
    }

    /// How many contacts were noted as near their end, and asked where their mailbox may be written to.
    async fn warned(&self) -> i64 {
        self.0.warned
    }

    /// How many contacts were erased, or other rows deleted.
    async fn erased(&self) -> i64 {
        self.0.erased
    }

    /// How many rows of erased contacts were moved to the archive, because the law keeps them.
    async fn archived(&self) -> i64 {
        self.0.archived
    }

    /// How many were due and stayed because of a hold.
    async fn held(&self) -> i64 {
        self.0.held
    }

    /// How many were due and stayed because their processing is restricted.
    async fn restricted(&self) -> i64 {
        self.0.restricted
    }

    /// How many could not be erased because of an error; the next run tries again.
    async fn failed(&self) -> i64 {
        self.0.failed
    }
}

/// Queries about runs.
#[derive(Default)]
pub struct RetentionRunsQuery;

#[Object]
impl RetentionRunsQuery {
    /// Runs of the retention rules, newest first.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn retention_runs(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, or after `after`; from 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "How many up to the end, or up to `before`; from 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
    ) -> Result<List<RetentionRunId, RetentionRun>> {
        let (app, caller) = allowed(ctx, Right::ManageRetention)?;
        let request = PageArgs::new(first, after, last, before).check::<RetentionRunId>()?;
        let page = page_runs(app.db(), caller.workspace, &request).await?;
        let app = app.clone();
        let total = Total::new(move || {
            let app = app.clone();
            async move { count_runs(app.db(), caller.workspace).await }
        });
        Ok(list(page, |row| row.id, RetentionRun, total))
    }
}
