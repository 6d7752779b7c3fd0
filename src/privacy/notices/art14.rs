//! The mail that informs a person whose data came from somebody else (GDPR Art. 14). It goes to the address we
//! hold, proven or not, names kinds of data and never a value, and its row is the proof of delivery.

use entity::{
    Art14How, ContactId, EmailAddress, MailId, MailState, Time, WorkspaceId, art14_notice, contact,
    contact_address,
};
use sea_orm::{ActiveValue::Set, EntityTrait, IntoActiveModel};
use serde::{Deserialize, Serialize};

use super::art14_context::context_of;
use crate::{
    accounts::load_workspace,
    app::App,
    consent::mailbox::{BOUNCED_FOR, has_complained, protect, wants_none},
    contacts::{find_contact, lock_contact, lock_mailbox},
    error::Result,
    platform::{
        mailer::{Delivery, Mailing},
        outbox::{Job, JobResult, Run},
        work::{Entry, Work},
    },
    post::{self, Mail, Recipient},
};

/// Informs a contact.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendArt14Notice {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The contact.
    pub contact: ContactId,
}

impl Job for SendArt14Notice {
    const KIND: &'static str = "send_art14_notice";
    const PRIORITY: i32 = 60;

    fn dedupe_key(&self) -> Option<String> {
        Some(format!("send_art14_notice {} {}", self.workspace, self.contact))
    }
}

/// A person who is being informed.
struct Informing<'a> {
    contact: ContactId,
    mailbox: &'a [u8],
    mail: MailId,
}

impl Mailing for Informing<'_> {
    async fn answered(&self, work: &mut Work, state: MailState, _: &Delivery) -> Result<()> {
        if state == MailState::Bounced {
            let known = lock_mailbox(work, self.mailbox).await?;
            let (until, declined_until) = (work.now() + BOUNCED_FOR, known.declined_until);
            return protect(work, known, declined_until, Some(until)).await;
        }
        // Erased while the mail was on its way: there is nothing left to note it of.
        let Some(contact) = lock_contact(work, self.contact).await? else { return Ok(()) };
        let now = work.now();
        note_informed(work, &contact, Art14How::Mail, now, Some(self.mail)).await
    }
}

/// Sends the notice, if it is still due and there is a mailbox that may be written to. Otherwise the next scan
/// leaves staff a task.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn send_art14_notice(app: &App, run: &Run, job: &SendArt14Notice) -> JobResult {
    let Some((contact, address)) = addressee(app, job).await? else {
        return post::give_up(app, run, job.workspace).await;
    };
    let workspace = load_workspace(app, job.workspace).await?;
    let context = context_of(app, &workspace, &contact).await?;
    let mail = Mail {
        kind: "art14_notice",
        language: &contact.language,
        to: EmailAddress::kept(&address.email),
        recipient: Recipient::Contact(contact.id),
        opt_in: None,
        one_click: None,
        context,
    };
    let informing = Informing { contact: contact.id, mailbox: &address.fingerprint, mail: MailId(run.id.0) };
    post::send(app, run, &workspace, mail, &informing).await
}

/// A restricted contact is not written to (GDPR Art. 18), nor a mailbox that bounced or complained.
async fn addressee(
    app: &App,
    job: &SendArt14Notice,
) -> Result<Option<(contact::Model, contact_address::Model)>> {
    let Some(contact) = find_contact(app.db(), job.workspace, job.contact).await? else {
        return Ok(None);
    };
    let Some(primary) = contact.primary_address_id else { return Ok(None) };
    if contact.art14_due_at.is_none() || contact.restricted_at.is_some() {
        return Ok(None);
    }
    let Some(address) = contact_address::Entity::find_by_id((job.workspace, primary)).one(app.db()).await?
    else {
        return Ok(None);
    };
    if wants_none(app.db(), job.workspace, &address.fingerprint, app.now()).await?
        || has_complained(app.db(), job.workspace, &address.fingerprint).await?
    {
        return Ok(None);
    }
    Ok(Some((contact, address)))
}

/// Writes that a person was informed, or need not be. Once: afterwards nothing is due. The caller has locked the
/// contact.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub(super) async fn note_informed(
    work: &mut Work,
    contact: &contact::Model,
    how: Art14How,
    given_at: Time,
    mail: Option<MailId>,
) -> Result<()> {
    let Some(due_at) = contact.art14_due_at else { return Ok(()) };
    let mut update = contact.clone().into_active_model();
    update.art14_due_at = Set(None);
    contact::Entity::update(update).exec(work.db()).await?;
    let entry = Entry::new("art14.informed")
        .about(contact.id)
        .with("how", how)
        .with("givenAt", given_at)
        .with("dueAt", due_at);
    let entry = work.record(match mail {
        Some(mail) => entry.with("mail", mail),
        None => entry,
    });
    let row = art14_notice::ActiveModel {
        workspace_id: Set(work.workspace()),
        entry_id: Set(entry),
        contact_id: Set(contact.id),
        how: Set(how),
        due_at: Set(due_at),
        given_at: Set(given_at),
        mail_id: Set(mail),
    };
    art14_notice::Entity::insert(row).exec_without_returning(work.db()).await?;
    Ok(())
}
