//! `schedule`: when a recurring job is next due.

use sea_orm::entity::prelude::*;

use crate::{Relation, Time};

/// A row of `schedule`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "schedule")]
pub struct Model {
    /// The name of the job.
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    /// When it is due.
    pub next_run_at: Time,
}

impl ActiveModelBehavior for ActiveModel {}
