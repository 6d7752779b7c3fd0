//! `company`: an organisation that contacts work for and deals are made with.

use sea_orm::entity::prelude::*;

use crate::{CompanyId, MemberId, Relation, Time, WorkspaceId};

/// A row of `company`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "company")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// Its ID.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CompanyId,
    /// The name as staff wrote it.
    pub name: String,
    /// The folded name (no case, no accents), for sorting.
    pub sort_name: String,
    /// Lower-case A-label, like `lumen.example`; empty when unknown. Unique among companies that have one.
    pub domain: String,
    /// E.164; empty when unknown.
    pub phone: String,
    /// Empty when unknown.
    pub website: String,
    /// Empty when unknown.
    pub industry: String,
    /// Several lines; empty when unknown.
    pub postal_address: String,
    /// The responsible member.
    pub owner_id: Option<MemberId>,
    /// JSON object: values of custom fields that are OPEN or INTERNAL, in canonical text, by field key.
    #[sea_orm(column_type = "Text")]
    pub custom: String,
    /// Its ID in the system it is synchronised with.
    pub external_id: Option<String>,
    /// Counts changes, for optimistic concurrency.
    pub version: i32,
    /// When it was created.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
    /// When it was archived, which removes it from lists.
    pub archived_at: Option<Time>,
}

crate::from_row!(Model {
    workspace_id,
    id,
    name,
    sort_name,
    domain,
    phone,
    website,
    industry,
    postal_address,
    owner_id,
    custom,
    external_id,
    version,
    created_at,
    updated_at,
    archived_at
});

impl ActiveModelBehavior for ActiveModel {}
