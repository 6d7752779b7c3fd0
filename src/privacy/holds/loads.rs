//! Holds as the API reads them.

use std::collections::HashMap;

use entity::{ContactId, HoldId, Time, WorkspaceId, data_key, hold};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Select};

use super::place;
use crate::{
    app::App,
    error::Result,
    platform::{
        keyset::{Run, count_of, page_by},
        lists::{Page, PageRequest},
        loads::loads_by_id,
        vault::DataKey,
    },
};

loads_by_id! {
    /// Holds by id.
    holds_by_id(HoldId) -> hold;
}

/// Which holds.
#[derive(Clone, Debug, Default)]
pub struct HoldsWanted {
    /// Only those on these contacts: one person's ids.
    pub contact: Option<ContactId>,
    /// Only those that apply at this time.
    pub current_at: Option<Time>,
}

/// A page of holds, newest first.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn page_holds(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    wanted: &HoldsWanted,
    request: &PageRequest<HoldId>,
) -> Result<Page<hold::Model>> {
    page_by(db, holds(workspace, wanted), hold::Column::Id, Run::Down, request).await
}

/// How many there are.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn count_holds(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    wanted: &HoldsWanted,
) -> Result<i64> {
    count_of(db, holds(workspace, wanted)).await
}

fn holds(workspace: WorkspaceId, wanted: &HoldsWanted) -> Select<hold::Entity> {
    let mut select = hold::Entity::find().filter(hold::Column::WorkspaceId.eq(workspace));
    if let Some(contact) = wanted.contact {
        select = select.filter(hold::Column::ContactId.eq(contact));
    }
    if let Some(now) = wanted.current_at {
        select = select.filter(hold::Column::ReleasedAt.is_null()).filter(hold::Column::Until.gt(now));
    }
    select
}

/// The notes of holds, opened; those without one are left out.
///
/// # Errors
/// `Internal` when one does not open.
pub async fn notes_of(
    app: &App,
    workspace: WorkspaceId,
    rows: &[hold::Model],
) -> Result<HashMap<HoldId, String>> {
    let keys: Vec<_> = rows.iter().filter_map(|row| row.data_key_id).collect();
    let mut notes = HashMap::new();
    if keys.is_empty() {
        return Ok(notes);
    }
    let mut opened: HashMap<_, DataKey> = HashMap::with_capacity(keys.len());
    let select = data_key::Entity::find()
        .filter(data_key::Column::WorkspaceId.eq(workspace))
        .filter(data_key::Column::Id.is_in(keys));
    for key in select.all(app.db()).await? {
        opened.insert(key.id, app.vault.open_data_key(workspace, key.id, &key.wrapped)?);
    }
    for row in rows {
        let (Some(id), Some(sealed)) = (row.data_key_id, &row.sealed) else { continue };
        if let Some(key) = opened.get(&id) {
            let plain = key.open(&place(workspace, row.id), sealed)?;
            notes.insert(row.id, String::from_utf8_lossy(&plain).into_owned());
        }
    }
    Ok(notes)
}
