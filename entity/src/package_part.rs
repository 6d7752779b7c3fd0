//! `package_part`: a part of a package's file, so that neither building nor downloading holds it whole in
//! memory.

use sea_orm::entity::prelude::*;

use crate::{PackageId, Relation, WorkspaceId};

/// A row of `package_part`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "package_part")]
pub struct Model {
    /// The owning workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: WorkspaceId,
    /// The package.
    #[sea_orm(primary_key, auto_increment = false)]
    pub package_id: PackageId,
    /// Its place: 0, 1, 2 …
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i32,
    /// A part of the file, sealed.
    pub sealed: Vec<u8>,
}

impl ActiveModelBehavior for ActiveModel {}
