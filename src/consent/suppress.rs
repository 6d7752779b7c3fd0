//! Writes suppressions: fingerprints of mailboxes that are not to be written to.

use entity::{SuppressionReason, Time, suppression};
use sea_orm::{ActiveValue::Set, EntityTrait, sea_query::OnConflict};

use crate::{
    error::Result,
    platform::work::{Entry, Work},
};

/// A fingerprint that is not to be written to.
pub(super) struct Suppressed {
    /// Of the mailbox.
    pub fingerprint: Vec<u8>,
    /// What is suppressed: one purpose by one channel, or everything.
    pub scope: String,
    /// Why.
    pub reason: SuppressionReason,
    /// When it entered this state.
    pub at: Time,
}

/// Adds those that are not there yet, and records them as one entry; none when all were there.
pub(super) async fn suppress(work: &mut Work, entry: Entry, new: Vec<Suppressed>) -> Result<()> {
    let rows: Vec<_> = new
        .into_iter()
        .map(|new| suppression::ActiveModel {
            workspace_id: Set(work.workspace()),
            fingerprint: Set(new.fingerprint),
            scope: Set(new.scope),
            reason: Set(new.reason),
            at: Set(new.at),
            entry_id: Set(entry.id()),
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    let columns =
        [suppression::Column::WorkspaceId, suppression::Column::Fingerprint, suppression::Column::Scope];
    let once = OnConflict::columns(columns).do_nothing().to_owned();
    let added =
        suppression::Entity::insert_many(rows).on_conflict(once).exec_without_returning(work.db()).await?;
    if added > 0 {
        work.record(entry.with("count", i64::try_from(added).unwrap_or(i64::MAX)));
    }
    Ok(())
}
