//! `retention_count`: what a run did under one rule.

use sea_orm::entity::prelude::*;

use crate::{Relation, RetentionRuleId, RetentionRunId, WorkspaceId};

/// A row of `retention_count`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "retention_count")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// The run.
    #[sea_orm(primary_key, auto_increment = false)]
    pub run_id: RetentionRunId,
    /// The rule.
    #[sea_orm(primary_key, auto_increment = false)]
    pub rule_id: RetentionRuleId,
    /// The rule's version at the end.
    pub rule_version: i32,
    /// How many were told that their end is near.
    pub warned: i64,
    /// How many contacts were erased, or other rows deleted.
    pub erased: i64,
    /// How many rows of erased contacts were moved to the archive.
    pub archived: i64,
    /// How many stay because of a hold.
    pub held: i64,
    /// How many stay because their processing is restricted.
    pub restricted: i64,
    /// How many could not be erased.
    pub failed: i64,
}

crate::from_row!(Model {
    workspace_id,
    run_id,
    rule_id,
    rule_version,
    warned,
    erased,
    archived,
    held,
    restricted,
    failed
});

impl ActiveModelBehavior for ActiveModel {}
