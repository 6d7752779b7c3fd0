//! `retention_rule`: how long what is kept, from which clock, and why.

use sea_orm::entity::prelude::*;

use crate::{
    Lifecycle, PurposeId, Relation, RetentionClock, RetentionRuleId, RetentionSubject, Time, WorkspaceId,
};

/// A row of `retention_rule`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "retention_rule")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its ID.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RetentionRuleId,
    /// What it ends.
    pub subject: RetentionSubject,
    /// For contacts: of which lifecycle.
    pub lifecycle: Option<Lifecycle>,
    /// For contacts: only those with a basis for this purpose.
    pub purpose_id: Option<PurposeId>,
    /// From when the period runs.
    pub clock: RetentionClock,
    /// The period, in calendar months.
    pub months: i32,
    /// For contacts: how many days before the end they are told; none = not at all.
    pub warn_days: Option<i32>,
    /// Why this long.
    #[sea_orm(column_type = "Text")]
    pub justification: String,
    /// The preset it was made from.
    pub preset: Option<String>,
    /// Counts changes; each version is kept.
    pub version: i32,
    /// When it was created.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
    /// When it was archived: it ends nothing any more.
    pub archived_at: Option<Time>,
}

crate::from_row!(Model {
    workspace_id,
    id,
    subject,
    lifecycle,
    purpose_id,
    clock,
    months,
    warn_days,
    justification,
    preset,
    version,
    created_at,
    updated_at,
    archived_at
});

impl ActiveModelBehavior for ActiveModel {}
