//! `consent_alias`: the ID of a consent that a merge joined into another. Look-ups by this ID find the other
//! consent, and its proof is kept.

use sea_orm::entity::prelude::*;

use crate::{ConsentId, EntryId, Relation, WorkspaceId};

/// A row of `consent_alias`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "consent_alias")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// The ID that no longer exists.
    #[sea_orm(primary_key, auto_increment = false)]
    pub old_id: ConsentId,
    /// The remaining consent.
    pub consent_id: ConsentId,
    /// The `given` entry of the two consents that the remaining row does not refer to.
    pub given_entry_id: Option<EntryId>,
    /// The journal entry that recorded the merge.
    pub entry_id: EntryId,
}

impl ActiveModelBehavior for ActiveModel {}
