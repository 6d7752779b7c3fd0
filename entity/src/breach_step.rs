//! `breach_step`: a step in the handling of a breach (GDPR Art. 33(5)).

use sea_orm::entity::prelude::*;

use crate::{BreachId, BreachStepKind, EntryId, Relation, Time, WorkspaceId};

/// A row of `breach_step`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "breach_step")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// The journal entry that recorded it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub entry_id: EntryId,
    /// The breach.
    pub breach_id: BreachId,
    /// What was done.
    pub kind: BreachStepKind,
    /// Who did it.
    pub actor: String,
    /// When.
    pub at: Time,
    /// What was written about it, sealed with the breach's key.
    pub sealed: Option<Vec<u8>>,
}

crate::from_row!(Model { workspace_id, entry_id, breach_id, kind, actor, at, sealed });

impl ActiveModelBehavior for ActiveModel {}
