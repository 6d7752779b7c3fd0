//! The mail that tells a person that what they agreed to is about to end, with the link to the page on which
//! they can renew it. Its row, and an entry for each consent, are the proof of delivery.

use entity::{
    ConsentId, ConsentState, ContactId, EmailAddress, MailId, MailState, WorkspaceId, consent, contact,
    contact_address, workspace,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde::{Deserialize, Serialize};

use crate::{
    accounts::load_workspace,
    app::App,
    consent::{
        channel_in_words, load_current_versions,
        mailbox::{BOUNCED_FOR, protect, wants_none},
        preferences_link, texts_of,
    },
    contacts::{find_contact, lock_contact, lock_mailbox},
    error::Result,
    platform::{
        mailer::{Delivery, Mailing},
        outbox::{Job, JobResult, Run},
        pages::{Zone, format_day},
        work::{Entry, Work},
    },
    post::{self, Mail, Recipient},
};

/// Tells a person of consents that are about to end.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendConsentEnding {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The contact.
    pub contact: ContactId,
    /// The consents.
    pub consents: Vec<ConsentId>,
}

impl Job for SendConsentEnding {
    const KIND: &'static str = "send_consent_ending";
    const PRIORITY: i32 = 70;
}

/// The context of `consent_ending`.
#[derive(Serialize)]
struct Ending {
    ending: Vec<One>,
    preferences_url: String,
}

/// One consent.
#[derive(Serialize)]
struct One {
    title: String,
    channel: String,
    on: String,
}

/// A person who is being told.
struct Telling<'a> {
    mailbox: &'a [u8],
    consents: &'a [consent::Model],
    mail: MailId,
}

impl Mailing for Telling<'_> {
    async fn answered(&self, work: &mut Work, state: MailState, _: &Delivery) -> Result<()> {
        if state == MailState::Bounced {
            let known = lock_mailbox(work, self.mailbox).await?;
            let (until, declined_until) = (work.now() + BOUNCED_FOR, known.declined_until);
            return protect(work, known, declined_until, Some(until)).await;
        }
        let Some(first) = self.consents.first() else { return Ok(()) };
        // Erased while the mail was on its way: there is nothing left to note it of.
        let Some(contact) = lock_contact(work, first.contact_id).await? else { return Ok(()) };
        for row in self.consents {
            let entry = Entry::new("consent.end_told").about(contact.id).on(row.id);
            let entry = entry.with("purpose", row.purpose_id).with("channel", row.channel);
            let entry = entry.with("mail", self.mail);
            work.record(match row.expires_at {
                Some(end) => entry.with("expiresAt", end),
                None => entry,
            });
        }
        Ok(())
    }
}

/// Sends it, if something of it is still about to end and the mailbox may be written to.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn send_consent_ending(app: &App, run: &Run, job: &SendConsentEnding) -> JobResult {
    let Some((contact, address)) = addressee(app, job).await? else {
        return post::give_up(app, run, job.workspace).await;
    };
    let consents = consent::Entity::find()
        .filter(consent::Column::WorkspaceId.eq(job.workspace))
        .filter(consent::Column::ContactId.eq(contact.id))
        .filter(consent::Column::Id.is_in(job.consents.iter().copied()))
        .filter(consent::Column::State.eq(ConsentState::Given))
        .filter(consent::Column::ExpiresAt.gt(app.now()))
        .order_by_asc(consent::Column::ExpiresAt)
        .order_by_asc(consent::Column::Id)
        .all(app.db())
        .await?;
    // One that was given anew meanwhile has another end, of which nobody is told yet.
    let consents: Vec<_> = consents.into_iter().filter(|row| row.told_end == row.expires_at).collect();
    if consents.is_empty() {
        return post::give_up(app, run, job.workspace).await;
    }
    let workspace = load_workspace(app, job.workspace).await?;
    let mail = Mail {
        kind: "consent_ending",
        language: &contact.language,
        to: EmailAddress::kept(&address.email),
        recipient: Recipient::Contact(contact.id),
        opt_in: None,
        one_click: None,
        context: context_of(app, &workspace, &contact, &consents).await?,
    };
    let telling = Telling { mailbox: &address.fingerprint, consents: &consents, mail: MailId(run.id.0) };
    post::send(app, run, &workspace, mail, &telling).await
}

/// A restricted contact is not written to (GDPR Art. 18), nor a mailbox that bounced or complained.
async fn addressee(
    app: &App,
    job: &SendConsentEnding,
) -> Result<Option<(contact::Model, contact_address::Model)>> {
    let Some(contact) = find_contact(app.db(), job.workspace, job.contact).await? else { return Ok(None) };
    let Some(primary) = contact.primary_address_id.filter(|_| contact.restricted_at.is_none()) else {
        return Ok(None);
    };
    let address = contact_address::Entity::find_by_id((job.workspace, primary)).one(app.db()).await?;
    let Some(address) = address.filter(|address| address.verified_at.is_some()) else { return Ok(None) };
    if wants_none(app.db(), job.workspace, &address.fingerprint, app.now()).await? {
        return Ok(None);
    }
    Ok(Some((contact, address)))
}

async fn context_of(
    app: &App,
    workspace: &workspace::Model,
    contact: &contact::Model,
    consents: &[consent::Model],
) -> Result<Ending> {
    let (language, zone) = (contact.language.as_str(), Zone::of(&workspace.jurisdiction));
    let ids = consents.iter().map(|row| row.purpose_version_id).collect();
    let versions = load_current_versions(app.db(), workspace.id, ids).await?;
    let mut ending = Vec::with_capacity(consents.len());
    for row in consents {
        let version = versions.iter().find(|version| version.id == row.purpose_version_id);
        let mut texts = version.map(texts_of).transpose()?.unwrap_or_default();
        let text = texts.remove(language).or_else(|| texts.into_values().next());
        ending.push(One {
            title: text.map(|text| text.title).unwrap_or_default(),
            channel: channel_in_words(&app.pages, row.channel, language).to_owned(),
            on: row.expires_at.map(|end| format_day(end, zone, language)).unwrap_or_default(),
        });
    }
    Ok(Ending { ending, preferences_url: preferences_link(app, workspace.id, contact.id) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{platform::pages::LANGUAGES, post::Controller};

    #[test]
    fn the_mail_renders_in_every_language_with_every_end_and_its_link() {
        let pages = crate::templates::pages().unwrap();
        for language in LANGUAGES {
            let one = |title: &str, on: &str| One {
                title: title.to_owned(),
                channel: "e-mail".to_owned(),
                on: on.to_owned(),
            };
            let context = Ending {
                ending: vec![one("Newsletter", "3 December 2026"), one("Events", "7 December 2026")],
                preferences_url: "https://crm.example/preferences/v1.a.b.c".to_owned(),
            };
            let legal = Controller::sample();
            let mail = post::render(&pages, language, "consent_ending", &legal, &context).unwrap();
            let said =
                ["Newsletter", "Events", "3 December 2026", "7 December 2026", &context.preferences_url];
            for part in said {
                assert!(mail.text.contains(part) && mail.html.contains(part), "{part}: {}", mail.text);
            }
            assert!(mail.text.contains("\n- Newsletter (e-mail)") && mail.text.contains("2026\n- Events"));
            assert!(mail.text.contains("2026\n\n") && mail.subject.contains("Atelier Lumen SAS"));
        }
    }
}
