//! Ends packages whose time is over, on a schedule: their files are deleted; that there was one remains.

use entity::{PackageState, WorkspaceId, package};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};

use super::parts::delete_parts;
use crate::{
    app::App,
    error::Result,
    platform::{actor::Actor, work::Entry},
};

/// Packages per run.
const BATCH: u64 = 50;

/// Ends one batch. Returns whether there may be more.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn expire_packages(app: &App) -> Result<bool> {
    let due = package::Entity::find()
        .filter(package::Column::ExpiresAt.lte(app.now()))
        .filter(package::Column::State.ne(PackageState::Expired))
        .order_by_asc(package::Column::ExpiresAt)
        .limit(BATCH)
        .all(app.db())
        .await?;
    for row in &due {
        expire(app, row.workspace_id, row).await?;
    }
    Ok(due.len() as u64 == BATCH)
}

async fn expire(app: &App, workspace: WorkspaceId, row: &package::Model) -> Result<()> {
    let mut work = app.begin(workspace, Actor::System).await?;
    let found = package::Entity::find_by_id((workspace, row.id)).lock_exclusive().one(work.db()).await?;
    let Some(found) = found.filter(|found| found.state != PackageState::Expired) else { return Ok(()) };
    delete_parts(&work, found.id).await?;
    let contact = found.contact_id;
    let mut update = found.into_active_model();
    update.state = Set(PackageState::Expired);
    package::Entity::update(update).exec(work.db()).await?;
    work.record(Entry::new("package.expired").about(contact).on(row.id));
    work.commit().await?;
    Ok(())
}
