//! Sends one mail and records the result. Before the mail is sent, its row is stored with the state
//! `SENDING`; after the server's answer, the row gets the result. So whatever happens in between (the process
//! ends, or the recipient clicks before the result is stored) every mail that was sent has a row. If the
//! first write fails, the mail is not sent.

use std::sync::atomic::{AtomicBool, Ordering};

use entity::{ContactId, MailId, MailState, MemberId, OptInId, WorkspaceId, mail};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::OnConflict,
};
use serde_json::json;
use tracing::Instrument;

use super::{Delivery, Letter, Mailer, NotSent};
use crate::{
    actor::Actor,
    db::sql,
    error::{Error, Result},
    outbox::{JobResult, LEASE, Outcome, Run, insist},
    traces,
    vault::{DataKey, Place},
    work::{Entry, Fact, Ledger, Work},
};

/// A mail to send, with the data for its record.
pub struct Outgoing {
    /// The owning workspace.
    pub workspace: WorkspaceId,
    /// The kind of mail: the name of its template folder.
    pub kind: &'static str,
    /// `fr` or `en`.
    pub language: String,
    /// SHA-256 over the template files used.
    pub template_sha256: [u8; 32],
    /// The opt-in that it asks for or confirms.
    pub opt_in: Option<OptInId>,
    /// The recipient, if they are a contact already.
    pub contact: Option<ContactId>,
    /// The recipient, if it is a member of staff.
    pub member: Option<MemberId>,
    /// Encrypts the server's reply, the address and the subject.
    pub key: Option<DataKey>,
    /// The message.
    pub letter: Letter,
}

/// What a room stores together with a mail's row, in the same unit of work.
pub trait Mailing: Sync {
    /// Called before the mail is sent.
    fn handing_over(&self, _work: &mut Work) -> impl Future<Output = Result<()>> + Send {
        async { Ok(()) }
    }

    /// Called when it was not sent after all: undo `handing_over`.
    fn taken_back(&self, _work: &mut Work) -> impl Future<Output = Result<()>> + Send {
        async { Ok(()) }
    }

    /// Called when the server accepted the mail (`SENT`) or the mailbox does not exist (`BOUNCED`).
    fn answered(
        &self,
        _work: &mut Work,
        _state: MailState,
        _delivery: &Delivery,
    ) -> impl Future<Output = Result<()>> + Send {
        async { Ok(()) }
    }
}

/// Writes nothing but the mail's row.
impl Mailing for () {}

/// Sends a mail, and writes in one unit what came of it and that the job is over.
///
/// # Errors
/// `Conflict` when the lease was lost; `Busy` when the database was unreachable before anything was sent.
pub async fn deliver<M: Mailing>(
    ledger: &Ledger,
    mailer: &Mailer,
    run: &Run,
    mail: &Outgoing,
    room: &M,
) -> JobResult {
    let noted = AtomicBool::new(false);
    let ready = async {
        let first = note_handing_over(ledger, run, mail, room).await?;
        noted.store(first, Ordering::Relaxed);
        Ok(())
    };
    let span = traces::mail();
    let sent = Box::pin(mailer.send(&mail.letter, ready)).instrument(span.clone()).await;
    let word = sent.as_ref().map_or_else(NotSent::in_a_word, |_| "sent");
    ledger.metrics.mail(word);
    span.record("mail.outcome", word);
    if sent.is_err() {
        span.record("otel.status_code", "ERROR");
    }
    let outcome = match sent {
        Ok(delivery) => return insist(|| note(ledger, run, mail, room, MailState::Sent, &delivery)).await,
        Err(NotSent::Bounced(delivery)) => {
            return insist(|| note(ledger, run, mail, room, MailState::Bounced, &delivery)).await;
        }
        // It may have arrived: keep its row, and send it again with the same Message-ID.
        Err(NotSent::Unanswered(reason)) => return Ok(Outcome::Retry(reason)),
        Err(NotSent::NotNoted(error)) => return Err(error),
        Err(NotSent::Retry(reason)) => Outcome::Retry(reason),
        Err(NotSent::Park(reason)) => Outcome::Park(reason),
    };
    if noted.into_inner() {
        insist(|| take_back(ledger, run, mail, room)).await?;
    }
    Ok(outcome)
}

/// Ends a job whose mail is no longer wanted. If an earlier attempt sent it but got no answer, its row stays
/// as it is and the journal records that: the recipient may have received it and responded.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn give_up(ledger: &Ledger, run: &Run, workspace: WorkspaceId) -> JobResult {
    let mut work = ledger.begin(workspace, Actor::System).await?;
    if !note_unanswered(&mut work, run).await? {
        return Ok(Outcome::Done);
    }
    work.finish(run).await?;
    work.commit().await?;
    Ok(Outcome::Finished)
}

/// Records in the journal that this job's mail was sent without an answer, if so.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn note_unanswered(work: &mut Work, run: &Run) -> Result<bool> {
    let row = mail::Entity::find_by_id((work.workspace(), MailId(run.id.0)))
        .filter(mail::Column::State.eq(MailState::Sending));
    let Some(row) = row.one(work.db()).await? else { return Ok(false) };
    let mut entry = Entry::new("mail.unanswered")
        .on(row.id)
        .with("mail", Fact::Word(row.kind))
        .with("handedOverAt", row.at);
    if let Some(opt_in) = row.opt_in_id {
        entry = entry.with("optIn", opt_in);
    }
    if let Some(contact) = row.contact_id {
        entry = entry.about(contact);
    }
    work.record(entry);
    Ok(true)
}

/// Stores the row before sending; returns whether this is the first attempt that gets so far. Also checks the
/// lease again and extends it to its full length: the server may take long to answer.
async fn note_handing_over<M: Mailing>(
    ledger: &Ledger,
    run: &Run,
    mail: &Outgoing,
    room: &M,
) -> Result<bool> {
    let mut work = ledger.begin(mail.workspace, Actor::System).await?;
    room.handing_over(&mut work).await?;
    let row =
        row(&work, run, mail, MailState::Sending, &Delivery { code: 0, reply: String::new(), bounce: None })?;
    let once = OnConflict::columns([mail::Column::WorkspaceId, mail::Column::Id]).do_nothing().to_owned();
    let first = mail::Entity::insert(row).on_conflict(once).exec_without_returning(work.db()).await? == 1;
    let values = [run.id.into(), run.lease.clone().into(), (work.now() + LEASE).into()];
    let ours = sql(work.db(), "UPDATE job SET leased_until = $3 WHERE id = $1 AND lease = $2", values);
    if work.db().execute_raw(ours).await?.rows_affected() == 0 {
        return Err(Error::Conflict);
    }
    work.commit().await?;
    Ok(first)
}

/// Removes the row of a mail that was never sent. Not called when an earlier attempt stored the row: that
/// mail may have arrived.
async fn take_back<M: Mailing>(ledger: &Ledger, run: &Run, mail: &Outgoing, room: &M) -> Result<Option<i64>> {
    let mut work = ledger.begin(mail.workspace, Actor::System).await?;
    room.taken_back(&mut work).await?;
    mail::Entity::delete_many()
        .filter(mail::Column::WorkspaceId.eq(mail.workspace))
        .filter(mail::Column::Id.eq(MailId(run.id.0)))
        .filter(mail::Column::State.eq(MailState::Sending))
        .exec(work.db())
        .await?;
    work.commit().await
}

/// Stores the mail's row and journal entry: its template and the server's answer, not its text, and never a
/// link.
async fn note<M: Mailing>(
    ledger: &Ledger,
    run: &Run,
    mail: &Outgoing,
    room: &M,
    state: MailState,
    delivery: &Delivery,
) -> Result<Option<i64>> {
    let mut work = ledger.begin(mail.workspace, Actor::System).await?;
    room.answered(&mut work, state, delivery).await?;
    let row = row(&work, run, mail, state, delivery)?;
    let id = MailId(run.id.0);
    let rest = OnConflict::columns([mail::Column::WorkspaceId, mail::Column::Id])
        .update_columns([
            mail::Column::TemplateSha256,
            mail::Column::Language,
            mail::Column::State,
            mail::Column::SmtpCode,
            mail::Column::DataKeyId,
            mail::Column::Sealed,
            mail::Column::At,
        ])
        .to_owned();
    mail::Entity::insert(row).on_conflict(rest).exec_without_returning(work.db()).await?;
    let mut entry = Entry::new(if state == MailState::Sent { "mail.sent" } else { "mail.bounced" })
        .on(id)
        .with("mail", mail.kind)
        .with("template", mail.template_sha256.to_vec())
        .with("smtpCode", delivery.code);
    if let Some(reason) = delivery.bounce {
        entry = entry.with("reason", reason);
    }
    if let Some(opt_in) = mail.opt_in {
        entry = entry.with("optIn", opt_in);
    }
    if let Some(member) = mail.member {
        entry = entry.with("member", member);
    }
    if let Some(contact) = mail.contact {
        entry = entry.about(contact);
    }
    work.record(entry);
    work.finish(run).await?;
    work.commit().await
}

fn row(
    work: &Work,
    run: &Run,
    mail: &Outgoing,
    state: MailState,
    delivery: &Delivery,
) -> Result<mail::ActiveModel> {
    let id = MailId(run.id.0);
    let place = Place { workspace: mail.workspace, table: "mail", column: "sealed", row: id.0 };
    let letter = &mail.letter;
    let plain = json!({ "reply": delivery.reply, "to": letter.to.as_entered(), "subject": letter.subject })
        .to_string();
    Ok(mail::ActiveModel {
        workspace_id: Set(mail.workspace),
        id: Set(id),
        kind: Set(mail.kind.to_owned()),
        message_id: Set(letter.message_id()),
        template_sha256: Set(mail.template_sha256.to_vec()),
        language: Set(mail.language.clone()),
        state: Set(state),
        smtp_code: Set(delivery.code),
        opt_in_id: Set(mail.opt_in),
        contact_id: Set(mail.contact),
        data_key_id: Set(mail.key.as_ref().map(|key| key.id)),
        sealed: Set(mail.key.as_ref().map(|key| key.seal(&place, plain.as_bytes())).transpose()?),
        at: Set(work.now()),
    })
}
