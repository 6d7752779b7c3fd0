//! What a person corrects of themselves, after their mailbox proved who they are (GDPR Art. 16).

use std::collections::{HashMap, HashSet};

use entity::{ContactId, EntityKind, WorkspaceId, contact, provenance};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
};

use super::{
    contact_values::{ContactChanges, read},
    every_id_of,
    update_contact::write_changes,
};
use crate::{
    app::App,
    error::Result,
    platform::{
        vault::Vault,
        work::{Entry, Work},
    },
    records::{
        provenance::{MERGE, PERSON},
        values::Check,
    },
};

/// Normalises what a person typed.
///
/// # Errors
/// `Rejected` with what is wrong with it.
pub async fn read_correction(
    app: &App,
    workspace: WorkspaceId,
    changes: ContactChanges,
) -> Result<ContactChanges> {
    let mut check = Check::of(app, workspace).await?;
    let changes = read(&mut check, changes);
    check.done()?;
    Ok(changes)
}

/// The fields whose values the person contests instead of correcting them, by their names in provenance:
/// staff entered or confirmed them. What nobody proved, or the person supplied, they correct by themselves.
///
/// # Errors
/// Database errors only.
pub async fn contested_fields(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    contact: ContactId,
) -> Result<HashSet<String>> {
    let ids = every_id_of(db, workspace, contact).await?;
    let rows: Vec<provenance::Model> = provenance::Entity::find()
        .filter(provenance::Column::WorkspaceId.eq(workspace))
        .filter(provenance::Column::Entity.eq(EntityKind::Contact))
        .filter(provenance::Column::RowId.is_in(ids.iter().map(|id| id.0)))
        // A merge chose one of the values that were there: the rows before it tell where they came from.
        .filter(provenance::Column::Source.ne(MERGE))
        .order_by_asc(provenance::Column::Id)
        .all(db)
        .await?;
    let mut newest: HashMap<String, bool> = HashMap::new();
    for row in rows {
        let contested = row.proven && !is_from_the_person(&row.source);
        newest.insert(row.field, contested);
    }
    Ok(newest.into_iter().filter(|(_, contested)| *contested).map(|(field, _)| field).collect())
}

/// Whether a source is the person: a form, or their data page.
fn is_from_the_person(source: &str) -> bool {
    source == PERSON || source.starts_with(entity::FormVersionId::PREFIX)
}

/// Writes a correction to the locked row, with entry and provenance. The person has acted: that counts as
/// contact.
///
/// # Errors
/// Database errors only: the values were read.
pub async fn correct_contact(
    vault: &Vault,
    work: &mut Work,
    row: contact::Model,
    changes: &ContactChanges,
) -> Result<contact::Model> {
    let entry = Entry::new("contact.updated").with("method", "my_data");
    let mut row = Box::pin(write_changes(vault, work, row, changes, PERSON, entry)).await?;
    let touch =
        contact::ActiveModel { last_contact_at: Set(Some(work.now())), ..row.clone().into_active_model() };
    contact::Entity::update(touch).exec(work.db()).await?;
    row.last_contact_at = Some(work.now());
    Ok(row)
}
