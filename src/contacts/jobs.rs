//! What is done after a change, because it may be long.

use entity::{CompanyId, ContactId, WorkspaceId, contact};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};

use super::words::index_contact;
use crate::{
    app::App,
    platform::{
        actor::Actor,
        outbox::{Job, JobResult, Outcome, Run},
    },
};

/// Contacts of one unit of work.
const BATCH: u64 = 200;

/// A company has another name, by which its contacts are found too.
#[derive(Debug, Serialize, Deserialize)]
pub struct IndexCompanyContacts {
    /// Whose.
    pub workspace: WorkspaceId,
    /// Which company.
    pub company: CompanyId,
    /// Up to whom it is done.
    pub after: Option<ContactId>,
}

impl Job for IndexCompanyContacts {
    const KIND: &'static str = "index_company_contacts";
}

/// Brings the words of some contacts up to date, and queues the rest.
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
