//! `deal_contact`: a contact has a part in a deal.

use sea_orm::entity::prelude::*;

use crate::{ContactId, DealId, DealRole, Time, WorkspaceId};

/// A contact has a part in a deal.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "deal_contact")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// In which deal.
    #[sea_orm(primary_key, auto_increment = false)]
    pub deal_id: DealId,
    /// Who.
    #[sea_orm(primary_key, auto_increment = false)]
    pub contact_id: ContactId,
    /// Which part.
    pub role: DealRole,
    /// When.
    pub added_at: Time,
}

crate::from_row!(Model { workspace_id, deal_id, contact_id, role, added_at });

impl ActiveModelBehavior for ActiveModel {}
