//! Ends what expires: questions without an answer, links after their time, and rows after thirty days.

use std::collections::BTreeMap;

use entity::{MailboxProofState, WorkspaceId, mailbox_proof};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{KEPT, end::destroy};
use crate::{
    app::App,
    error::Result,
    platform::{actor::Actor, work::Entry},
};

const BATCH: u64 = 200;

/// Destroys the data of proofs whose time is over, and deletes rows that ended long ago. Returns whether
/// there is more to do.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn expire_mailbox_proofs(app: &App) -> Result<bool> {
    Ok(end_expired(app).await? | purge(app).await?)
}

async fn end_expired(app: &App) -> Result<bool> {
    let now = app.now();
    let due = || {
        Condition::all()
            .add(mailbox_proof::Column::Sealed.is_not_null())
            .add(mailbox_proof::Column::ExpiresAt.lte(now))
    };
    let rows = mailbox_proof::Entity::find()
        .filter(due())
        .order_by_asc(mailbox_proof::Column::ExpiresAt)
        .limit(BATCH)
        .all(app.db())
        .await?;
    let more = rows.len() as u64 == BATCH;
    for (workspace, rows) in by_workspace(rows) {
        let mut work = app.begin(workspace, Actor::System).await?;
        // Locked in the order of ids, and checked again: a mail may have begun the link's life meanwhile.
        let locked = mailbox_proof::Entity::find()
            .filter(mailbox_proof::Column::WorkspaceId.eq(workspace))
            .filter(mailbox_proof::Column::Id.is_in(rows.iter().map(|row| row.id)))
            .filter(due())
            .order_by_asc(mailbox_proof::Column::Id)
            .lock_exclusive()
            .all(work.db())
            .await?;
        if locked.is_empty() {
            continue;
        }
        destroy(&work, &locked).await?;
        for row in &locked {
            work.record(Entry::new("mailbox_proof.ended").on(row.id).with("reason", "expired"));
        }
        work.commit().await?;
    }
    Ok(more)
}

async fn purge(app: &App) -> Result<bool> {
    let rows = mailbox_proof::Entity::find()
        .filter(mailbox_proof::Column::State.eq(MailboxProofState::Ended))
        .filter(mailbox_proof::Column::ExpiresAt.lte(app.now() - KEPT))
        .filter(mailbox_proof::Column::DecidedAt.lte(app.now() - KEPT))
        .order_by_asc(mailbox_proof::Column::ExpiresAt)
        .limit(BATCH)
        .all(app.db())
        .await?;
    let more = rows.len() as u64 == BATCH;
    for (workspace, rows) in by_workspace(rows) {
        let mut work = app.begin(workspace, Actor::System).await?;
        let gone = mailbox_proof::Entity::delete_many()
            .filter(mailbox_proof::Column::WorkspaceId.eq(workspace))
            .filter(mailbox_proof::Column::Id.is_in(rows.iter().map(|row| row.id)))
            .exec(work.db())
            .await?;
        let count = i64::try_from(gone.rows_affected).unwrap_or(i64::MAX);
        work.record(Entry::new("mailbox_proof.purged").with("count", count));
        work.commit().await?;
    }
    Ok(more)
}

fn by_workspace(rows: Vec<mailbox_proof::Model>) -> BTreeMap<WorkspaceId, Vec<mailbox_proof::Model>> {
    let mut grouped: BTreeMap<WorkspaceId, Vec<mailbox_proof::Model>> = BTreeMap::new();
    for row in rows {
        grouped.entry(row.workspace_id).or_default().push(row);
    }
    grouped
}
