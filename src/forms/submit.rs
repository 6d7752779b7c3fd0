//! The public submit path, the same for everyone (product.md §5): validate, seal, insert, queue one job, answer. It never
//! looks the mailbox up, so answer and timing cannot depend on who is known here (promise 4).

use entity::{KeyOwner, SubmissionId, SubmissionState, data_key};
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, Value};
use sha2::{Digest, Sha256};

use super::cache::Open;
use crate::{
    app::App,
    consent::{
        RequestOptIn,
        asked::{self, Asked},
    },
    error::Result,
    platform::{actor::Actor, db::sql, work::Entry},
};

/// One rendered form may be sent again with corrections, so often.
const MOST_PER_TICKET: i64 = 5;

/// What is to be kept.
pub struct Submission<'a> {
    /// The form and the version that was shown.
    pub open: &'a Open,
    /// The ticket it came with.
    pub ticket: &'a str,
    /// What was typed, checked.
    pub asked: &'a Asked,
}

/// What became of it. The visitor is told the same in every case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Submitted {
    /// Kept.
    Kept(SubmissionId),
    /// The very same was sent before with this ticket, or too many with it.
    Repeated,
}

/// Keeps a submission: sealed, durable, its job queued.
///
/// # Errors
/// `Busy` when the database is away; then nothing was kept and the visitor is told so.
pub async fn submit(app: &App, new: &Submission<'_>) -> Result<Submitted> {
    let (workspace, id) = (new.open.workspace, SubmissionId::new());
    let (key, wrapped) = app.vault.new_data_key(workspace)?;
    let sealed = asked::seal(&key, workspace, id, new.asked)?;
    // Over the ticket too, which is kept nowhere: so the hash recognises a repeat of this very post and nothing else, and may
    // stay when what was sent is long gone.
    let payload_hash = app.vault.payload_hash(workspace, &serde_json::to_vec(&(new.ticket, new.asked))?);
    let ticket_hash = Sha256::digest(new.ticket).to_vec();

    let mut work = app.begin(workspace, Actor::Visitor).await?;
    let entry = Entry::new("submission.received").on(id).with("form", new.open.form).with("formVersion", new.open.version);
    let text = "INSERT INTO submission (workspace_id, id, form_id, form_version_id, data_key_id, sealed, ticket_hash, payload_hash, state, received_at, entry_id)
        SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11
        WHERE (SELECT count(*) FROM submission WHERE workspace_id = $1 AND ticket_hash = $7) < $12 ON CONFLICT DO NOTHING";
    let values: [Value; 12] = [
        workspace.into(),
        id.into(),
        new.open.form.into(),
        new.open.version.into(),
        key.id.into(),
        sealed.into(),
        ticket_hash.into(),
        payload_hash.into(),
        SubmissionState::Received.into(),
        work.now().into(),
        entry.id().into(),
        MOST_PER_TICKET.into(),
    ];
    if work.db().execute_raw(sql(work.db(), text, values)).await?.rows_affected() == 0 {
        return Ok(Submitted::Repeated);
    }
    let row = data_key::ActiveModel {
        workspace_id: Set(workspace),
        id: Set(key.id),
        owner_kind: Set(KeyOwner::Submission),
        owner_id: Set(id.0),
        wrapped: Set(wrapped),
    };
    data_key::Entity::insert(row).exec_without_returning(work.db()).await?;
    work.record(entry);
    work.enqueue(&RequestOptIn { workspace, submission: id })?;
    work.commit().await?;
    Ok(Submitted::Kept(id))
}
