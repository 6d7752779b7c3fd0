//! `schedule`: when a recurring job is next due.

use sea_orm::entity::prelude::*;

use crate::Time;

/// When a recurring job is next due.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "schedule")]
pub struct Model {
    /// Which.
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    /// When.
    pub next_run_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}
