//! Loads a company by id.

use crate::{
    app::App,
    error::{Error, Result},
};
use entity::{CompanyId, WorkspaceId, company};
use sea_orm::EntityTrait;

/// Loads a company.
///
/// # Errors
/// `NotFound` when there is no such company.
pub async fn load_company(app: &App, workspace: WorkspaceId, id: CompanyId) -> Result<company::Model> {
    company::Entity::find_by_id((workspace, id)).one(app.db()).await?.ok_or(Error::NotFound)
}
