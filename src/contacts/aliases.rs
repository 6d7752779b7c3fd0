//! Contacts by id, following merges: the id of a merged contact finds the one it was merged into.
//!
//! `contact_alias` is kept flat (each old id points at an existing contact), so following it takes one
//! lookup.

use std::collections::HashMap;

use entity::{ContactId, WorkspaceId, contact, contact_alias};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter};

use crate::{
    error::{Error, Result},
    platform::{
        db::{for_update, sql},
        query::Query,
        work::Work,
    },
    records::must_not_be_restricted,
};

/// Attempts to lock a contact, as it may be merged away while we wait for the lock.
const TRIES: usize = 3;

/// The contact with this id, or the one it was merged into.
///
/// # Errors
/// Database errors only.
pub async fn find_contact(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    id: ContactId,
) -> Result<Option<contact::Model>> {
    select(db, workspace, id, "").await
}

/// As `find_contact`, with the row locked until the unit of work ends. Lock mailboxes before contacts.
///
/// # Errors
/// Database errors only.
pub async fn lock_contact(work: &Work, id: ContactId) -> Result<Option<contact::Model>> {
    for _ in 0..TRIES {
        let found = select(work.db(), work.workspace(), id, for_update(work.db())).await?;
        if found.is_some() {
            return Ok(found);
        }
        // Not found, or merged away while we waited: the next attempt finds the survivor.
    }
    Ok(None)
}

/// Locks a contact that somebody wants to change or use.
///
/// # Errors
/// `NotFound`; `Rejected` with `WRONG_STATE` when processing is restricted.
pub async fn lock_contact_to_edit(work: &Work, id: ContactId, field: &str) -> Result<contact::Model> {
    let row = lock_contact(work, id).await?.ok_or(Error::NotFound)?;
    must_not_be_restricted(&row, field)?;
    Ok(row)
}

async fn select(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    id: ContactId,
    lock: &str,
) -> Result<Option<contact::Model>> {
    let text = format!(
        "SELECT * FROM contact WHERE workspace_id = $1
        AND id = COALESCE((SELECT contact_id FROM contact_alias WHERE workspace_id = $1 AND old_id = $2), $2){lock}"
    );
    let row = db.query_one_raw(sql(db, &text, [workspace.into(), id.into()])).await?;
    Ok(row.map(|row| contact::Model::from_query_result(&row, "")).transpose()?)
}

/// The contacts with these ids, each under the id that was given.
///
/// # Errors
/// Database errors only.
pub async fn find_contacts(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    ids: &[ContactId],
) -> Result<HashMap<ContactId, contact::Model>> {
    let mut found = living(db, workspace, ids.to_vec()).await?;
    let missing: Vec<ContactId> = ids.iter().copied().filter(|id| !found.contains_key(id)).collect();
    if missing.is_empty() {
        return Ok(found);
    }
    let aliases = contact_alias::Entity::find()
        .filter(contact_alias::Column::WorkspaceId.eq(workspace))
        .filter(contact_alias::Column::OldId.is_in(missing))
        .all(db)
        .await?;
    if !aliases.is_empty() {
        let others = living(db, workspace, aliases.iter().map(|alias| alias.contact_id).collect()).await?;
        found.extend(
            aliases
                .into_iter()
                .filter_map(|alias| Some((alias.old_id, others.get(&alias.contact_id)?.clone()))),
        );
    }
    Ok(found)
}

async fn living(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    ids: Vec<ContactId>,
) -> Result<HashMap<ContactId, contact::Model>> {
    let mut query = Query::new("SELECT * FROM contact WHERE workspace_id = ");
    query.bind(workspace).push(" AND ").among(db, "id", ids);
    Ok(query.all::<contact::Model>(db).await?.into_iter().map(|row| (row.id, row)).collect())
}

/// All ids that the journal uses for a person: the contact's own and those merged into it; for an unknown id,
/// that id alone.
///
/// # Errors
/// Database errors only.
pub async fn every_id_of(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    id: ContactId,
) -> Result<Vec<ContactId>> {
    let text = "SELECT contact_id, old_id FROM contact_alias WHERE workspace_id = $1
        AND contact_id = COALESCE((SELECT contact_id FROM contact_alias WHERE workspace_id = $1 AND old_id = $2), $2)";
    let mut ids = vec![id];
    for row in db.query_all_raw(sql(db, text, [workspace.into(), id.into()])).await? {
        ids.push(row.try_get("", "contact_id")?);
        ids.push(row.try_get("", "old_id")?);
    }
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}
