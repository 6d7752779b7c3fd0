//! `form_caught`: how many posts a form rejected, per day and reason. Only numbers: their content is not
//! stored.

use sea_orm::entity::prelude::*;

use crate::{CaughtReason, FormId, Relation, WorkspaceId};

/// A row of `form_caught`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "form_caught")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// The form.
    #[sea_orm(primary_key, auto_increment = false)]
    pub form_id: FormId,
    /// The day in UTC, `2026-11-29`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub day: String,
    /// Why they were rejected.
    #[sea_orm(primary_key, auto_increment = false)]
    pub reason: CaughtReason,
    /// Their number.
    pub posts: i64,
}

impl ActiveModelBehavior for ActiveModel {}
