//! Forms and their versions as other rooms and edges read them.

use entity::{FormId, FormVersionId, WorkspaceId, form};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Select};

use crate::{
    error::Result,
    platform::{
        keyset::{Run, count_of, page_by},
        lists::{Page, PageRequest},
        loads::{loads_by_id, loads_of},
    },
};

loads_by_id! {
    /// Forms by id.
    forms_by_id(FormId) -> form;
    /// Versions by id.
    form_versions_by_id(FormVersionId) -> form_version;
}

loads_of! {
    /// Every version of forms, the newest first.
    versions_of_forms(FormId) -> form_version by form_id, in order of "number DESC";
}

/// A page of forms, the newest first: archived ones, others, or both.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn page_forms(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    archived: Option<bool>,
    request: &PageRequest<FormId>,
) -> Result<Page<form::Model>> {
    page_by(db, forms(workspace, archived), form::Column::Id, Run::Down, request).await
}

/// How many forms there are.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn count_forms(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    archived: Option<bool>,
) -> Result<i64> {
    count_of(db, forms(workspace, archived)).await
}

fn forms(workspace: WorkspaceId, archived: Option<bool>) -> Select<form::Entity> {
    let select = form::Entity::find().filter(form::Column::WorkspaceId.eq(workspace));
    match archived {
        None => select,
        Some(true) => select.filter(form::Column::ArchivedAt.is_not_null()),
        Some(false) => select.filter(form::Column::ArchivedAt.is_null()),
    }
}
