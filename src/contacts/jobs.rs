//! Work that follows a change in the background, as it may take long.

use entity::contact;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::words::index_contact;
use crate::{
    app::App,
    companies::IndexCompanyContacts,
    platform::{
        actor::Actor,
        outbox::{JobResult, Outcome, Run},
    },
};

/// Contacts per unit of work.
const BATCH: u64 = 200;

/// Reindexes one batch and enqueues the next.
pub async fn index_company_contacts(app: &App, run: &Run, job: &IndexCompanyContacts) -> JobResult {
    let mut work = app.begin(job.workspace, Actor::System).await?;
    let mut select = contact::Entity::find()
        .filter(contact::Column::WorkspaceId.eq(job.workspace))
        .filter(contact::Column::CompanyId.eq(job.company))
        .filter(contact::Column::ArchivedAt.is_null());
    if let Some(after) = job.after {
        select = select.filter(contact::Column::Id.gt(after));
    }
    let rows = select.order_by_asc(contact::Column::Id).limit(BATCH).lock_exclusive().all(work.db()).await?;
    for row in &rows {
        index_contact(&work, row).await?;
    }
    if let Some(last) = rows.last().filter(|_| rows.len() as u64 == BATCH) {
        work.enqueue(&IndexCompanyContacts { after: Some(last.id), ..*job })?;
    }
    work.finish(run).await?;
    work.commit().await?;
    Ok(Outcome::Finished)
}
