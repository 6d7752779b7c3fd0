//! `lead_turn`: how many leads a form has dealt out in turn, so that the next one goes to the next member.

use sea_orm::entity::prelude::*;

use crate::{FormId, WorkspaceId};

/// How many leads a form has dealt out in turn, so that the next one goes to the next member.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "lead_turn")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Which form's leads.
    #[sea_orm(primary_key, auto_increment = false)]
    pub form_id: FormId,
    /// How many so far.
    pub turn: i64,
}

impl ActiveModelBehavior for ActiveModel {}
