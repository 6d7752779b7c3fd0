//! The lock that everything concerning a mailbox takes first, so that a submission, a withdrawal and a change
//! by staff run one after another. Protection of mailboxes is in the room `consent`.

use entity::mailbox;
use sea_orm::{ActiveValue::Set, EntityTrait, QuerySelect, sea_query::OnConflict};

use crate::{
    error::{Error, Result},
    platform::work::Work,
};

/// Locks the mailbox's row, and creates it if missing. Every unit of work that concerns a mailbox starts with
/// this.
///
/// # Errors
/// Database errors only.
pub async fn lock_mailbox(work: &Work, fingerprint: &[u8]) -> Result<mailbox::Model> {
    let (workspace, fingerprint) = (work.workspace(), fingerprint.to_vec());
    let select = || mailbox::Entity::find_by_id((workspace, fingerprint.clone())).lock_exclusive();
    if let Some(row) = select().one(work.db()).await? {
        return Ok(row);
    }
    let row = mailbox::ActiveModel {
        workspace_id: Set(workspace),
        fingerprint: Set(fingerprint.clone()),
        unanswered: Set("[]".to_owned()),
        declined_until: Set(None),
        bounced_until: Set(None),
    };
    let once = OnConflict::columns([mailbox::Column::WorkspaceId, mailbox::Column::Fingerprint])
        .do_nothing()
        .to_owned();
    mailbox::Entity::insert(row).on_conflict(once).exec_without_returning(work.db()).await?;
    select().one(work.db()).await?.ok_or_else(|| Error::internal("a mailbox row vanished"))
}
