//! Rules, runs and notices as the API reads them.

use entity::{ContactId, RetentionRuleId, RetentionRunId, WorkspaceId, retention_run};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Select};

use crate::{
    error::Result,
    platform::{
        keyset::{Run, count_of, page_by},
        lists::{Page, PageRequest},
        loads::{loads_by_id, loads_of},
    },
};

loads_by_id! {
    /// Rules by id.
    retention_rules_by_id(RetentionRuleId) -> retention_rule;
    /// Runs by id.
    retention_runs_by_id(RetentionRunId) -> retention_run;
}

loads_of! {
    /// Every version of rules, newest first.
    versions_of_retention_rules(RetentionRuleId) -> retention_rule_version by rule_id, in order of "number DESC";
    /// What runs did, by rule.
    counts_of_retention_runs(RetentionRunId) -> retention_count by run_id, in order of "rule_id";
    /// What contacts were told.
    notices_of_contacts(ContactId) -> retention_notice by contact_id, in order of "created_at, rule_id";
}

/// A page of runs, newest first.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn page_runs(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    request: &PageRequest<RetentionRunId>,
) -> Result<Page<retention_run::Model>> {
    page_by(db, runs(workspace), retention_run::Column::Id, Run::Down, request).await
}

/// How many runs there were.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn count_runs(db: &impl ConnectionTrait, workspace: WorkspaceId) -> Result<i64> {
    count_of(db, runs(workspace)).await
}

fn runs(workspace: WorkspaceId) -> Select<retention_run::Entity> {
    retention_run::Entity::find().filter(retention_run::Column::WorkspaceId.eq(workspace))
}
