//! `lead_turn`: how many leads of a form were assigned in turn; determines the next member.

use sea_orm::entity::prelude::*;

use crate::{FormId, Relation, WorkspaceId};

/// A row of `lead_turn`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "lead_turn")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// The form.
    #[sea_orm(primary_key, auto_increment = false)]
    pub form_id: FormId,
    /// The number of leads so far.
    pub turn: i64,
}

impl ActiveModelBehavior for ActiveModel {}
