//! What a step of a run works on, and where it left off.

use chrono::TimeDelta;
use entity::{RetentionRuleId, Time, retention_rule, retention_run};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, prelude::Uuid, sea_query::Expr};
use serde::{Deserialize, Serialize};

use crate::{
    app::App,
    error::{Error, Result},
    platform::work::Work,
};

/// Where a run stands: before everything else, at a rule, or at its end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Position {
    /// The rule; none: at the beginning.
    pub rule: Option<RetentionRuleId>,
    /// Whether its warnings are done.
    pub warned: bool,
    /// The last contact that was looked at: the clock in ms, and the id.
    pub after: Option<(i64, Uuid)>,
}

impl Position {
    pub(super) fn read(run: &retention_run::Model) -> Result<Self> {
        Ok(run.cursor.as_deref().map(serde_json::from_str).transpose()?.unwrap_or_default())
    }

    /// The beginning of a rule.
    pub(super) fn at(rule: RetentionRuleId) -> Self {
        Self { rule: Some(rule), ..Self::default() }
    }

    /// The erasing part of the same rule.
    pub(super) fn erasing(self) -> Self {
        Self { warned: true, after: None, ..self }
    }
}

/// What a step works on.
pub(super) struct Step<'a> {
    pub app: &'a App,
    pub run: &'a retention_run::Model,
    pub rules: &'a [retention_rule::Model],
    pub rule: &'a retention_rule::Model,
    pub position: Position,
}

impl Step<'_> {
    /// The time by which a period must be over: the run's beginning, or now if the clock was set back since.
    pub(super) fn now(&self) -> Time {
        self.run.started_at.min(self.app.now())
    }
}

/// Stores how far a run came.
pub(super) async fn store(work: &Work, run: &retention_run::Model, position: Position) -> Result<()> {
    let cursor = serde_json::to_string(&position)?;
    retention_run::Entity::update_many()
        .col_expr(retention_run::Column::Cursor, Expr::value(cursor))
        .filter(retention_run::Column::WorkspaceId.eq(run.workspace_id))
        .filter(retention_run::Column::Id.eq(run.id))
        .filter(retention_run::Column::EndedAt.is_null())
        .exec(work.db())
        .await?;
    Ok(())
}

/// Whether an error is the database's being away: then the whole run waits. Any other concerns one contact.
pub(super) fn stops_the_run(error: &Error) -> bool {
    matches!(error, Error::Busy(_) | Error::Conflict)
}

/// A period of days as a time difference.
pub(super) fn days(days: i32) -> TimeDelta {
    TimeDelta::days(i64::from(days))
}
