//! The public submission, the same for everyone: validate, seal, insert, enqueue one job, answer. It never
//! looks the mailbox up, so answer and timing cannot depend on who is known here.

use entity::{JobId, KeyOwner, SubmissionId, SubmissionState, submission};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, Value};
use sha2::{Digest, Sha256};

use super::{
    asked::{self, Asked},
    pace_mails::places_behind,
    request_opt_in::RequestOptIn,
};
use crate::{
    app::App,
    error::Result,
    forms::cache::Open,
    platform::{
        actor::Actor,
        data_keys,
        db::sql,
        work::{Entry, Work},
    },
};

/// How often one rendered form can be submitted, to allow corrections.
const MOST_PER_TICKET: i32 = 5;

/// A submission to store.
pub struct Submission<'a> {
    /// The form and the version that was shown.
    pub open: &'a Open,
    /// The ticket it came with.
    pub ticket: &'a str,
    /// The validated answers.
    pub asked: &'a Asked,
}

/// The result of submitting. It depends on the ticket alone, never on whose mailbox it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Submitted {
    /// Stored.
    Kept(SubmissionId),
    /// The same was sent before with this ticket, and is stored.
    Repeated,
    /// The ticket was used for the maximum of submissions. Nothing was stored.
    TooMany,
}

/// Stores a submission, sealed and durable, with its job.
///
/// # Errors
/// `Busy` when the database is unavailable; then nothing was stored and the visitor is told so.
pub async fn submit(app: &App, new: &Submission<'_>) -> Result<Submitted> {
    let (workspace, id) = (new.open.workspace, SubmissionId::new());
    let (key, wrapped) = app.vault.new_data_key(workspace)?;
    let sealed = asked::seal(&key, workspace, id, new.asked)?;
    // The hash includes the ticket, which is stored nowhere: it recognises a repeat of this very submission
    // and nothing else, and may stay when the data are long deleted.
    let payload_hash = app.vault.payload_hash(workspace, &serde_json::to_vec(&(new.ticket, new.asked))?);
    let ticket_hash = Sha256::digest(new.ticket).to_vec();

    let behind = places_behind(app, workspace, new.open.form, &asked::email_of(new.asked)).await;

    let mut work = app.begin(workspace, Actor::Visitor).await?;
    let entry = Entry::new("submission.received")
        .on(id)
        .with("form", new.open.form)
        .with("formVersion", new.open.version);
    // Each submission takes its ticket's next place. Of two that take the same one, the second waits for the
    // first and tries again.
    let text = "INSERT INTO submission (workspace_id, id, form_id, form_version_id, data_key_id, sealed, ticket_hash, payload_hash, state,
            received_at, entry_id, ticket_place)
        SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, place
        FROM (SELECT COALESCE(MAX(ticket_place), 0) + 1 AS place FROM submission WHERE workspace_id = $1 AND ticket_hash = $7) AS next
        WHERE place <= $12 ON CONFLICT DO NOTHING";
    let values: [Value; 12] = [
        workspace.into(),
        id.into(),
        new.open.form.into(),
        new.open.version.into(),
        key.id.into(),
        sealed.into(),
        ticket_hash.clone().into(),
        payload_hash.clone().into(),
        SubmissionState::Received.into(),
        work.now().into(),
        entry.id().into(),
        MOST_PER_TICKET.into(),
    ];
    while work.db().execute_raw(sql(work.db(), text, values.clone())).await?.rows_affected() == 0 {
        if let Some(why_not) = not_kept(&work, &ticket_hash, &payload_hash).await? {
            return Ok(why_not);
        }
    }
    data_keys::keep(&work, &key, wrapped, KeyOwner::Submission, id.0).await?;
    work.record(entry);
    work.enqueue_behind(JobId::new(), &RequestOptIn { workspace, submission: id }, work.now(), behind)?;
    work.commit().await?;
    Ok(Submitted::Kept(id))
}

/// Why a submission got no place; `None` if another one has just taken it and there are more, so the caller
/// retries at most a few times.
async fn not_kept(work: &Work, ticket_hash: &[u8], payload_hash: &[u8]) -> Result<Option<Submitted>> {
    let of_ticket = submission::Entity::find()
        .select_only()
        .columns([submission::Column::PayloadHash, submission::Column::TicketPlace])
        .filter(submission::Column::WorkspaceId.eq(work.workspace()))
        .filter(submission::Column::TicketHash.eq(ticket_hash));
    let rows: Vec<(Option<Vec<u8>>, Option<i32>)> = of_ticket.into_tuple().all(work.db()).await?;
    if rows.iter().any(|(known, _)| known.as_deref() == Some(payload_hash)) {
        return Ok(Some(Submitted::Repeated));
    }
    Ok(rows.iter().any(|(_, place)| *place >= Some(MOST_PER_TICKET)).then_some(Submitted::TooMany))
}
