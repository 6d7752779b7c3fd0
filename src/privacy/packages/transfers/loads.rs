//! Authorisations and transfers as edges read them.

use std::collections::HashMap;

use entity::{
    ContactId, TransferAuthorisationId, TransferId, WorkspaceId, transfer_authorisation as authorisation,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::Question;
use crate::{
    app::App,
    consent::evidence::load_key,
    contacts::every_id_of,
    error::Result,
    platform::{
        keyset::{Run, count_of, page_by},
        lists::{Page, PageRequest},
        loads::{loads_by_id, loads_of},
        vault::{DataKey, Place},
    },
};

loads_by_id! {
    /// Transfers by id.
    transfers_by_id(TransferId) -> transfer;
    /// Authorisations by id.
    authorisations_by_id(TransferAuthorisationId) -> transfer_authorisation;
}

loads_of! {
    /// What was passed on under authorisations, the latest first.
    transfers_of_authorisations(TransferAuthorisationId) -> transfer by authorisation_id,
        in order of "id DESC";
}

/// A page of what a contact was asked, newest first.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn page_authorisations(
    app: &App,
    workspace: WorkspaceId,
    contact: ContactId,
    request: &PageRequest<TransferAuthorisationId>,
) -> Result<Page<authorisation::Model>> {
    let select = of_contact(app.db(), workspace, contact).await?;
    page_by(app.db(), select, authorisation::Column::Id, Run::Down, request).await
}

/// How many there are.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn count_authorisations(app: &App, workspace: WorkspaceId, contact: ContactId) -> Result<i64> {
    count_of(app.db(), of_contact(app.db(), workspace, contact).await?).await
}

async fn of_contact(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    contact: ContactId,
) -> Result<sea_orm::Select<authorisation::Entity>> {
    let ids = every_id_of(db, workspace, contact).await?;
    Ok(authorisation::Entity::find()
        .filter(authorisation::Column::WorkspaceId.eq(workspace))
        .filter(authorisation::Column::ContactId.is_in(ids)))
}

/// What the person reads.
///
/// # Errors
/// `Internal` when it does not open.
pub fn open_question(row: &authorisation::Model, key: &DataKey) -> Result<Question> {
    Ok(serde_json::from_slice(&key.open(&place(row.workspace_id, row.id), &row.sealed)?)?)
}

/// The questions of authorisations; those whose key was destroyed are missing.
///
/// # Errors
/// `Internal` when one does not open.
pub async fn questions_of(
    app: &App,
    rows: &[authorisation::Model],
) -> Result<HashMap<TransferAuthorisationId, Question>> {
    let (mut keys, mut questions) = (HashMap::new(), HashMap::new());
    for row in rows {
        if let std::collections::hash_map::Entry::Vacant(place) = keys.entry(row.data_key_id) {
            place.insert(load_key(app.db(), &app.vault, row.workspace_id, row.data_key_id).await?);
        }
        if let Some(Some(key)) = keys.get(&row.data_key_id) {
            questions.insert(row.id, open_question(row, key)?);
        }
    }
    Ok(questions)
}

/// Where a question is sealed.
pub(super) fn place(workspace: WorkspaceId, id: TransferAuthorisationId) -> Place {
    Place { workspace, table: "transfer_authorisation", column: "sealed", row: id.0 }
}
