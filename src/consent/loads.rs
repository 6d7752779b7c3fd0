//! Purposes and consents as other rooms and edges read them.

use entity::{ConsentId, ContactId, PurposeId, PurposeVersionId, WorkspaceId, consent, purpose};
use sea_orm::ConnectionTrait;

use crate::{
    error::Result,
    platform::{
        loads::{loads_by_id, loads_of},
        query::{Query, columns_of},
    },
};

loads_by_id! {
    /// Purposes by id.
    purposes_by_id(PurposeId) -> purpose;
    /// Versions of purposes by id.
    purpose_versions_by_id(PurposeVersionId) -> purpose_version;
    /// Consents by their own ids; `find_consents` also knows those that a merge joined into another.
    consents_by_id(ConsentId) -> consent;
}

loads_of! {
    /// Every version of purposes, the newest first.
    versions_of_purposes(PurposeId) -> purpose_version by purpose_id, in order of "number DESC";
    /// Every consent of contacts, the latest first.
    consents_of_contacts(ContactId) -> consent by contact_id, in order of "since DESC, id";
    /// The pause of contacts, which may be over.
    pauses_of_contacts(ContactId) -> pause by contact_id, in order of "since";
}

/// What `consents_of_contacts` reads of one contact, and beside each what it is for, in one statement.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn consents_with_purposes(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    contact: ContactId,
) -> Result<Vec<(consent::Model, Option<purpose::Model>)>> {
    let mut query = Query::new("SELECT c.*, ");
    query.push(&columns_of::<purpose::Model>("p"));
    query.push(" FROM consent c JOIN purpose p ON p.workspace_id = c.workspace_id AND p.id = c.purpose_id WHERE c.workspace_id = ");
    query.bind(workspace).push(" AND c.contact_id = ").bind(contact).push(" ORDER BY c.since DESC, c.id");
    query.all_with(db, "p").await
}
