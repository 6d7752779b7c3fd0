//! `consent_alias`: the id of a consent that was joined into another by a merge: every look-up by id follows it, and its proof stays.

use sea_orm::entity::prelude::*;

use crate::{ConsentId, EntryId, WorkspaceId};

/// The id of a consent that was joined into another by a merge: every look-up by id follows it, and its proof stays.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "consent_alias")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// The id that is no more.
    #[sea_orm(primary_key, auto_increment = false)]
    pub old_id: ConsentId,
    /// The consent that lives on.
    pub consent_id: ConsentId,
    /// The yes of the two that the living consent does not name itself.
    pub given_entry_id: Option<EntryId>,
    /// The entry that recorded the joining.
    pub entry_id: EntryId,
}

impl ActiveModelBehavior for ActiveModel {}
