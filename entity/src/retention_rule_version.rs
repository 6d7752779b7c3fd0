//! `retention_rule_version`: a retention rule as it was from one change to the next.

use sea_orm::entity::prelude::*;

use crate::{EntryId, Relation, RetentionClock, RetentionRuleId, Time, WorkspaceId};

/// A row of `retention_rule_version`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "retention_rule_version")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// The rule.
    #[sea_orm(primary_key, auto_increment = false)]
    pub rule_id: RetentionRuleId,
    /// Its number, from 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i32,
    /// From when the period ran.
    pub clock: RetentionClock,
    /// The period, in calendar months.
    pub months: i32,
    /// How many days before the end people were told.
    pub warn_days: Option<i32>,
    /// Why this long.
    #[sea_orm(column_type = "Text")]
    pub justification: String,
    /// When it began to apply.
    pub at: Time,
    /// The journal entry that recorded it.
    pub entry_id: EntryId,
}

crate::from_row!(Model {
    workspace_id,
    rule_id,
    number,
    clock,
    months,
    warn_days,
    justification,
    at,
    entry_id
});

impl ActiveModelBehavior for ActiveModel {}
