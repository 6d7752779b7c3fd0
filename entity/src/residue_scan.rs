//! `residue_scan`: what is looked for after an erasure, sealed, while the scan runs. Row and key are destroyed
//! at its end.

use sea_orm::entity::prelude::*;

use crate::{DataKeyId, ErasureId, Relation, WorkspaceId};

/// A row of `residue_scan`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "residue_scan")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// The erasure.
    #[sea_orm(primary_key, auto_increment = false)]
    pub erasure_id: ErasureId,
    /// The key that seals what is looked for.
    pub data_key_id: DataKeyId,
    /// What is looked for, as JSON, sealed.
    pub sealed: Vec<u8>,
    /// The last table, by name, that was searched; empty at first.
    pub reached: String,
    /// JSON object: `table.column` → number of values found so far.
    #[sea_orm(column_type = "Text")]
    pub found: String,
}

impl ActiveModelBehavior for ActiveModel {}
