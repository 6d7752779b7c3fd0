//! `deal_contact`: a contact's role in a deal.

use sea_orm::entity::prelude::*;

use crate::{ContactId, DealId, DealRole, Relation, Time, WorkspaceId};

/// A row of `deal_contact`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "deal_contact")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// The deal.
    #[sea_orm(primary_key, auto_increment = false)]
    pub deal_id: DealId,
    /// The contact.
    #[sea_orm(primary_key, auto_increment = false)]
    pub contact_id: ContactId,
    /// The role.
    pub role: DealRole,
    /// When the contact was added.
    pub added_at: Time,
}

crate::from_row!(Model { workspace_id, deal_id, contact_id, role, added_at });

impl ActiveModelBehavior for ActiveModel {}
