//! Looks a question's mailbox up for the first time, and decides whether it gets a mail. The public answer
//! was given long before, so nothing here can be observed or timed from outside.

use entity::{
    FormId, JobId, MailboxProofId, MailboxProofKind, MailboxProofState, WorkspaceId, mailbox_proof,
};
use sea_orm::{ActiveValue::Set, EntityTrait, IntoActiveModel, QuerySelect};
use serde::{Deserialize, Serialize};

use super::{content::open_with_key, end::end_proof, send::SendMailboxProof};
use crate::{
    app::App,
    consent::mailbox::{self, Turn, has_complained, has_turn, is_protected},
    contacts::{find_address, lock_mailbox},
    error::Result,
    intake::{Slot, take_slot},
    platform::{
        actor::Actor,
        outbox::{Job, JobResult, Outcome, Run},
        vault::Vault,
        work::{Entry, Work},
    },
};

/// The job that a question queues.
#[derive(Debug, Serialize, Deserialize)]
pub struct AskMailbox {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The proof.
    pub proof: MailboxProofId,
}

impl Job for AskMailbox {
    const KIND: &'static str = "ask_mailbox";
    const PRIORITY: i32 = 10;
}

/// Decides about one question. Idempotent: a question whose mail is queued is not decided again, because both
/// are in one unit of work with the end of this job.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn decide_question(app: &App, run: &Run, job: &AskMailbox) -> JobResult {
    let row = mailbox_proof::Entity::find_by_id((job.workspace, job.proof)).one(app.db()).await?;
    let Some(row) = row.filter(|row| row.state == MailboxProofState::Waiting) else {
        return Ok(Outcome::Done);
    };
    let Some((content, _)) = open_with_key(app.db(), &app.vault, &row).await? else {
        return Ok(Outcome::Done);
    };
    let email = content.email();
    // Budgets may be counted outside the database, so this is before the unit of work, and only if a mail is
    // likely. These pages count as one more form of the workspace.
    let known = mailbox::find(app.db(), job.workspace, &row.fingerprint).await?;
    let expected = known.as_ref().map_or(Ok(true), |known| has_turn(known, app.now()))?;
    let slot = if expected {
        Some(take_slot(app, job.workspace, FormId(job.workspace.0), &email).await)
    } else {
        None
    };
    let decided = decide(app, run, row, &email, slot.as_ref()).await;
    if let Some(slot) = slot
        && !matches!(decided, Ok(true))
    {
        slot.give_back(app).await;
    }
    decided.map(|_| Outcome::Finished)
}

/// Returns whether a mail will be sent.
async fn decide(
    app: &App,
    run: &Run,
    row: mailbox_proof::Model,
    email: &entity::EmailAddress,
    slot: Option<&Slot>,
) -> Result<bool> {
    let mut work = app.begin(row.workspace_id, Actor::System).await?;
    let known = lock_mailbox(&work, &row.fingerprint).await?;
    let locked = mailbox_proof::Entity::find_by_id((row.workspace_id, row.id)).lock_exclusive();
    let row = locked.one(work.db()).await?.filter(|row| row.state == MailboxProofState::Waiting);
    let mut goes_out = false;
    if let Some(row) = row {
        let turn = if wants(&work, &known, &row).await? {
            turn(&work, &app.vault, &known, &row, email, slot).await?
        } else {
            Turn::Never
        };
        let at = match turn {
            Turn::Now => Some(work.now()),
            Turn::NotBefore(at) => Some(at),
            Turn::Never => None,
        };
        if let Some(at) = at {
            let job = SendMailboxProof { workspace: work.workspace(), proof: row.id };
            name_contact(&work, row, email).await?;
            work.enqueue_at(JobId::new(), &job, at)?;
            goes_out = true;
        } else {
            // Silently: the page said the same as always.
            work.record(Entry::new("mail.withheld").on(row.id));
            end_proof(&mut work, &row, "not_asked").await?;
        }
    }
    work.finish(run).await?;
    work.commit().await?;
    Ok(goes_out)
}

/// Whether the mailbox may be asked this at all. Who complained about a mail gets no more that ask to
/// subscribe, but can always ask for their own data.
async fn wants(work: &Work, known: &entity::mailbox::Model, row: &mailbox_proof::Model) -> Result<bool> {
    if is_protected(known, work.now()) {
        return Ok(false);
    }
    let asks_for_rights = matches!(row.kind, MailboxProofKind::MyData | MailboxProofKind::Preferences);
    Ok(asks_for_rights || !has_complained(work.db(), work.workspace(), &row.fingerprint).await?)
}

async fn turn(
    work: &Work,
    vault: &Vault,
    known: &entity::mailbox::Model,
    row: &mailbox_proof::Model,
    email: &entity::EmailAddress,
    slot: Option<&Slot>,
) -> Result<Turn> {
    let everywhere = vault.instance_fingerprint(&email.key());
    mailbox::take_turn(work, known, &everywhere, row.expires_at, slot.and_then(|slot| slot.until)).await
}

/// Notes whose mailbox it is, if the question did not say.
async fn name_contact(work: &Work, row: mailbox_proof::Model, email: &entity::EmailAddress) -> Result<()> {
    if row.contact_id.is_some() {
        return Ok(());
    }
    let Some(address) = find_address(work.db(), work.workspace(), &email.key()).await? else { return Ok(()) };
    let mut change = row.into_active_model();
    change.contact_id = Set(Some(address.contact_id));
    mailbox_proof::Entity::update(change).exec(work.db()).await?;
    Ok(())
}
