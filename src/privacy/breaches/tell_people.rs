//! Tells the people concerned by a breach (GDPR Art. 34), each once. The duty to tell them goes before a
//! restriction and before an objection to marketing; a mailbox that bounced or complained is left alone, and staff see
//! who could not be told.

use entity::{
    BreachId, ContactId, EmailAddress, MailId, MailState, WorkspaceId, breach, breach_person, contact_address,
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel};
use serde::{Deserialize, Serialize};

use super::{content::open_texts, loads::people_of_breach};
use crate::{
    accounts::load_workspace,
    app::App,
    consent::mailbox::{BOUNCED_FOR, protect, wants_none},
    contacts::{find_contact, lock_mailbox},
    error::Result,
    platform::{
        actor::Actor,
        mailer::{Delivery, Mailing},
        outbox::{Job, JobResult, Outcome, Run},
        pages::{Zone, format_time},
        work::{Entry, Work},
    },
    post::{self, Mail, Recipient},
};

/// People per unit of work.
const BATCH: u64 = 200;

/// Queues the mails of one batch, then the next batch.
#[derive(Debug, Serialize, Deserialize)]
pub struct TellBreachPeople {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The breach.
    pub breach: BreachId,
    /// Where the last batch ended.
    pub after: Option<ContactId>,
}

/// Tells one person.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendBreachNotice {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The breach.
    pub breach: BreachId,
    /// The person.
    pub contact: ContactId,
}

impl Job for TellBreachPeople {
    const KIND: &'static str = "tell_breach_people";
    const PRIORITY: i32 = 30;
}

impl Job for SendBreachNotice {
    const KIND: &'static str = "send_breach_notice";
    const PRIORITY: i32 = 30;

    fn dedupe_key(&self) -> Option<String> {
        Some(format!("send_breach_notice {} {}", self.breach, self.contact))
    }
}

/// The context of `breach_notice`.
#[derive(Serialize)]
struct BreachNotice {
    at: String,
    what: String,
    effects: String,
    remedies: String,
    contact_point: String,
}

/// Queues one batch. Killed in between, it is queued again, and nobody gets two mails.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn queue_breach_notices(app: &App, run: &Run, job: &TellBreachPeople) -> JobResult {
    let TellBreachPeople { workspace, breach, after } = *job;
    let people = people_of_breach(app.db(), workspace, breach, Some(false), after, BATCH).await?;
    let mut work = app.begin(workspace, Actor::System).await?;
    for row in &people {
        work.enqueue(&SendBreachNotice { workspace, breach, contact: row.contact_id })?;
    }
    if let Some(last) = people.last().filter(|_| people.len() as u64 == BATCH) {
        work.enqueue(&TellBreachPeople { workspace, breach, after: Some(last.contact_id) })?;
    }
    work.finish(run).await?;
    work.commit().await?;
    Ok(Outcome::Finished)
}

/// A person who is being told.
struct Telling<'a> {
    job: &'a SendBreachNotice,
    mailbox: &'a [u8],
    mail: MailId,
}

impl Mailing for Telling<'_> {
    async fn answered(&self, work: &mut Work, state: MailState, _: &Delivery) -> Result<()> {
        if state == MailState::Bounced {
            let known = lock_mailbox(work, self.mailbox).await?;
            let (until, declined_until) = (work.now() + BOUNCED_FOR, known.declined_until);
            return protect(work, known, declined_until, Some(until)).await;
        }
        let SendBreachNotice { workspace, breach, contact } = *self.job;
        let Some(contact) = find_contact(work.db(), workspace, contact).await? else { return Ok(()) };
        let row = breach_person::Entity::find_by_id((workspace, breach, contact.id)).one(work.db()).await?;
        let Some(row) = row else { return Ok(()) };
        let mut update = row.into_active_model();
        update.mail_id = Set(Some(self.mail));
        update.told_at = Set(Some(work.now()));
        update.update(work.db()).await?;
        work.record(Entry::new("breach.person_told").about(contact.id).on(breach).with("mail", self.mail));
        Ok(())
    }
}

/// Sends the notice, if the person was not told yet and has a mailbox that may be written to.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn send_breach_notice(app: &App, run: &Run, job: &SendBreachNotice) -> JobResult {
    let gone = || post::give_up(app, run, job.workspace);
    let Some(contact) = find_contact(app.db(), job.workspace, job.contact).await? else {
        return gone().await;
    };
    let key = (job.workspace, job.breach, contact.id);
    let concerned = breach_person::Entity::find_by_id(key).one(app.db()).await?;
    if concerned.is_none_or(|row| row.told_at.is_some()) {
        return gone().await;
    }
    let Some(row) = breach::Entity::find_by_id((job.workspace, job.breach)).one(app.db()).await? else {
        return gone().await;
    };
    let Some(primary) = contact.primary_address_id else { return gone().await };
    let Some(address) = contact_address::Entity::find_by_id((job.workspace, primary)).one(app.db()).await?
    else {
        return gone().await;
    };
    if wants_none(app.db(), job.workspace, &address.fingerprint, app.now()).await? {
        return gone().await;
    }
    let workspace = load_workspace(app, job.workspace).await?;
    let texts = open_texts(app.db(), &app.vault, &row).await?;
    let happened = row.began_at.unwrap_or(row.aware_at);
    let context = BreachNotice {
        at: format_time(happened, Zone::of(&workspace.jurisdiction), &contact.language),
        what: texts.plain_words,
        effects: texts.effects,
        remedies: texts.remedies,
        contact_point: workspace.dpo_email.clone().unwrap_or_else(|| workspace.contact_email.clone()),
    };
    let mail = Mail {
        kind: "breach_notice",
        language: &contact.language,
        to: EmailAddress::kept(&address.email),
        recipient: Recipient::Contact(contact.id),
        opt_in: None,
        one_click: None,
        context,
    };
    let telling = Telling { job, mailbox: &address.fingerprint, mail: MailId(run.id.0) };
    post::send(app, run, &workspace, mail, &telling).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        platform::pages::LANGUAGES,
        post::{self, Controller},
    };

    #[test]
    fn the_notice_says_what_happened_what_it_means_and_what_was_done_in_every_language() {
        let pages = crate::templates::pages().unwrap();
        for language in LANGUAGES {
            let context = BreachNotice {
                at: "24 November 2026".to_owned(),
                what: "A list was <stolen>.\nIt held names.".to_owned(),
                effects: "You may get calls.".to_owned(),
                remedies: "We changed the keys.".to_owned(),
                contact_point: "dpo@lumen.example".to_owned(),
            };
            let rendered =
                post::render(&pages, language, "breach_notice", &Controller::sample(), &context).unwrap();
            for part in [&rendered.text, &rendered.html] {
                for said in ["You may get calls.", "We changed the keys.", "dpo@lumen.example", "24 November"]
                {
                    assert!(part.contains(said), "{language} {said}");
                }
            }
            assert!(rendered.html.contains("&lt;stolen&gt;"));
        }
    }
}
