//! The mail that asks a mailbox, or tells it that nothing is held. Sent by a job, whose payload holds only
//! ids.

use std::time::Duration;

use entity::{
    MailState, MailboxProofId, MailboxProofKind, MailboxProofState, OptInState, Time, WorkspaceId,
    mailbox_proof, opt_in, suppression,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde::{Deserialize, Serialize};

use super::{
    PATIENCE,
    content::{Content, open_with_key},
    contexts::ProofMail,
    end::{destroy, end_proof},
    find::link_of,
    life_of,
};
use crate::{
    accounts::load_workspace,
    app::App,
    consent::mailbox::{self, BOUNCED_FOR, is_protected, protect},
    contacts::{find_contact, lock_mailbox},
    error::{Error, Result},
    platform::{
        actor::Actor,
        mailer::{Delivery, Mailing},
        outbox::{Job, JobResult, Run},
        work::{Entry, Work},
    },
    post::{self, Mail, Recipient},
};

/// Sends the mail of a question.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendMailboxProof {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The proof.
    pub proof: MailboxProofId,
}

impl Job for SendMailboxProof {
    const KIND: &'static str = "send_mailbox_proof";
    const PRIORITY: i32 = 5;
}

/// A question whose mail is being sent.
struct Asking<'a> {
    row: &'a mailbox_proof::Model,
    has_link: bool,
}

impl Asking<'_> {
    /// Moves the end of a row in this state; returns how many there were.
    async fn set_end(&self, work: &Work, at: Time, state: Expr) -> Result<u64> {
        let done = mailbox_proof::Entity::update_many()
            .col_expr(mailbox_proof::Column::ExpiresAt, Expr::value(at))
            .filter(mailbox_proof::Column::WorkspaceId.eq(self.row.workspace_id))
            .filter(mailbox_proof::Column::Id.eq(self.row.id))
            .filter(state)
            .exec(work.db())
            .await?;
        Ok(done.rows_affected)
    }
}

impl Mailing for Asking<'_> {
    /// If the mailbox has answered since this run began (by the link of an attempt without a known end), nothing
    /// is sent. The row does not end before the mail has left for certain; the link says when it ends.
    async fn handing_over(&self, work: &mut Work) -> Result<()> {
        let until = self.row.expires_at.max(self.row.created_at + PATIENCE);
        match self.set_end(work, until, mailbox_proof::Column::State.eq(MailboxProofState::Waiting)).await? {
            1 => Ok(()),
            _ => Err(Error::Busy(Duration::ZERO)),
        }
    }

    async fn answered(&self, work: &mut Work, state: MailState, _: &Delivery) -> Result<()> {
        if state == MailState::Bounced {
            let known = lock_mailbox(work, &self.row.fingerprint).await?;
            let (until, declined_until) = (work.now() + BOUNCED_FOR, known.declined_until);
            protect(work, known, declined_until, Some(until)).await?;
            return end_proof(work, self.row, "bounced").await;
        }
        if self.has_link {
            let lives = mailbox_proof::Column::State.ne(MailboxProofState::Ended);
            self.set_end(work, self.row.expires_at, lives).await?;
            return Ok(());
        }
        // Nothing is held about this mailbox, and nothing stays.
        destroy(work, std::slice::from_ref(self.row)).await?;
        work.record(Entry::new("mailbox_proof.ended").on(self.row.id).with("reason", "nothing_held"));
        Ok(())
    }
}

/// Sends the mail, if the question still waits.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn send_mailbox_proof(app: &App, run: &Run, job: &SendMailboxProof) -> JobResult {
    let row = mailbox_proof::Entity::find_by_id((job.workspace, job.proof)).one(app.db()).await?;
    let Some(mut row) =
        row.filter(|row| row.state == MailboxProofState::Waiting && row.expires_at > app.now())
    else {
        return post::give_up(app, run, job.workspace).await;
    };
    let Some((content, key)) = open_with_key(app.db(), &app.vault, &row).await? else {
        return post::give_up(app, run, job.workspace).await;
    };
    let known = mailbox::find(app.db(), job.workspace, &row.fingerprint).await?;
    if known.is_some_and(|known| is_protected(&known, app.now())) {
        let mut work = app.begin(job.workspace, Actor::System).await?;
        end_proof(&mut work, &row, "not_asked").await?;
        return post::withhold(&app.ledger.metrics, run, work, Entry::new("mail.withheld").on(job.proof))
            .await;
    }
    row.expires_at = app.now() + life_of(row.kind);
    let workspace = load_workspace(app, job.workspace).await?;
    let kind = mail_of(app, &row, &content).await?;
    let has_link = kind != NOTHING_HELD;
    let url = if has_link { address_of(app, &row) } else { String::new() };
    let context = ProofMail::new(&app.pages, &workspace, &row, &content.extra, url);
    let mail = Mail {
        kind,
        language: &row.language,
        to: content.email(),
        recipient: Recipient::Unconfirmed(key),
        opt_in: None,
        one_click: None,
        context,
    };
    post::send(app, run, &workspace, mail, &Asking { row: &row, has_link }).await
}

/// The mail to a mailbox about which nothing is held.
const NOTHING_HELD: &str = "nothing_held";

/// Which mail the mailbox gets. What staff or the person did since the question was asked counts.
async fn mail_of(app: &App, row: &mailbox_proof::Model, content: &Content) -> Result<&'static str> {
    let known = match row.contact_id {
        Some(contact) => find_contact(app.db(), row.workspace_id, contact).await?.is_some(),
        None => false,
    };
    Ok(match row.kind {
        MailboxProofKind::Subscribe => "confirm_subscription",
        MailboxProofKind::ChangeAddress => "confirm_address",
        MailboxProofKind::Preferences if known => "open_preferences",
        // Staff ask who made a request: also somebody about whom nothing else is held can answer.
        MailboxProofKind::MyData if content.extra["request"].is_string() => "prove_request",
        MailboxProofKind::MyData if known => "prove_mailbox",
        // No contact, but a request that waits for this mailbox, or its refusal: `/my-data` shows them.
        _ if is_held_without_contact(app, row).await? => "prove_mailbox",
        _ => NOTHING_HELD,
    })
}

async fn is_held_without_contact(app: &App, row: &mailbox_proof::Model) -> Result<bool> {
    let waiting = opt_in::Entity::find()
        .filter(opt_in::Column::WorkspaceId.eq(row.workspace_id))
        .filter(opt_in::Column::Fingerprint.eq(row.fingerprint.clone()))
        .filter(opt_in::Column::State.eq(OptInState::Waiting))
        .one(app.db())
        .await?;
    let refusal = suppression::Entity::find()
        .filter(suppression::Column::WorkspaceId.eq(row.workspace_id))
        .filter(suppression::Column::Fingerprint.eq(row.fingerprint.clone()))
        .one(app.db())
        .await?;
    Ok(waiting.is_some() || refusal.is_some())
}

/// Where the link leads.
fn address_of(app: &App, row: &mailbox_proof::Model) -> String {
    let page = match row.kind {
        MailboxProofKind::Preferences if row.contact_id.is_some() => "preferences",
        MailboxProofKind::MyData | MailboxProofKind::Preferences => "my-data",
        MailboxProofKind::Subscribe => "preferences/confirm",
        MailboxProofKind::ChangeAddress => "my-data/address",
    };
    format!("{}/{page}/{}", app.config.public_url, link_of(&app.vault, row))
}
