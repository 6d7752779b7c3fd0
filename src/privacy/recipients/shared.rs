//! Telling people that their data were disclosed to a recipient, where the workspace's rule says so. Changed and
//! revealed values have their rule in their class (`fields/class_rules.rs`).

use entity::{
    DisclosureId, EmailAddress, MailState, NoticeEvent, WorkspaceId, contact_address, disclosure,
    notice_rule, purpose, recipient,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::OnConflict,
};
use serde::{Deserialize, Serialize};

use crate::{
    accounts::{Right, allow, load_workspace},
    app::App,
    consent::{
        load_current_versions,
        mailbox::{BOUNCED_FOR, protect, wants_none},
        texts_of,
    },
    contacts::{find_contact, lock_mailbox},
    error::Result,
    platform::{
        actor::Actor,
        mailer::{Delivery, Mailing},
        outbox::{Job, JobResult, Run},
        pages::{Zone, format_time},
        work::{Entry, Work},
    },
    post::{self, Mail, Recipient},
};

/// Tells a person of a disclosure.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendShareNotice {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The disclosure.
    pub disclosure: DisclosureId,
}

impl Job for SendShareNotice {
    const KIND: &'static str = "send_share_notice";
    const PRIORITY: i32 = 40;
}

/// The context of `data_shared`.
#[derive(Serialize)]
struct ShareNotice {
    at: String,
    recipient: String,
    country: String,
    purpose: String,
}

/// Whether people are told of each event. Without a rule they are not.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn notice_rules(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
) -> Result<Vec<(NoticeEvent, bool)>> {
    let rows =
        notice_rule::Entity::find().filter(notice_rule::Column::WorkspaceId.eq(workspace)).all(db).await?;
    let notifies = |event| rows.iter().any(|row| row.event == event && row.notifies);
    Ok(NoticeEvent::ALL.iter().map(|event| (*event, notifies(*event))).collect())
}

/// Says whether people are told of an event. Idempotent.
///
/// # Errors
/// `Forbidden` without the right.
pub async fn set_notice_rule(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    event: NoticeEvent,
    notifies: bool,
) -> Result<()> {
    allow(actor, Right::ManageClasses)?;
    let mut work = app.begin(workspace, actor).await?;
    if notice_rules(work.db(), workspace).await?.contains(&(event, notifies)) {
        return Ok(());
    }
    let row =
        notice_rule::ActiveModel { workspace_id: Set(workspace), event: Set(event), notifies: Set(notifies) };
    let over = OnConflict::columns([notice_rule::Column::WorkspaceId, notice_rule::Column::Event])
        .update_column(notice_rule::Column::Notifies)
        .to_owned();
    notice_rule::Entity::insert(row).on_conflict(over).exec_without_returning(work.db()).await?;
    work.record(
        Entry::new("notice_rule.set")
            .with("event", event)
            .with("notifies", if notifies { "yes" } else { "no" }),
    );
    work.commit().await?;
    Ok(())
}

/// Queues the mail about a disclosure, if the rule says so.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub(super) async fn queue_share_notice(work: &mut Work, disclosure: DisclosureId) -> Result<()> {
    let workspace = work.workspace();
    if notice_rules(work.db(), workspace).await?.contains(&(NoticeEvent::Shared, true)) {
        work.enqueue(&SendShareNotice { workspace, disclosure })?;
    }
    Ok(())
}

/// A person who is being told.
struct Telling<'a>(&'a [u8]);

impl Mailing for Telling<'_> {
    async fn answered(&self, work: &mut Work, state: MailState, _: &Delivery) -> Result<()> {
        if state == MailState::Bounced {
            let known = lock_mailbox(work, self.0).await?;
            let (until, declined_until) = (work.now() + BOUNCED_FOR, known.declined_until);
            protect(work, known, declined_until, Some(until)).await?;
        }
        Ok(())
    }
}

/// Sends it to the proven primary mailbox, if there is one that may be written to.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn send_share_notice(app: &App, run: &Run, job: &SendShareNotice) -> JobResult {
    let gone = || post::give_up(app, run, job.workspace);
    let Some(row) = disclosure::Entity::find_by_id((job.workspace, job.disclosure)).one(app.db()).await?
    else {
        return gone().await;
    };
    let Some(contact) = find_contact(app.db(), job.workspace, row.contact_id).await? else {
        return gone().await;
    };
    let Some(primary) = contact.primary_address_id else { return gone().await };
    let address = contact_address::Entity::find_by_id((job.workspace, primary)).one(app.db()).await?;
    let Some(address) = address.filter(|address| address.verified_at.is_some()) else {
        return gone().await;
    };
    if wants_none(app.db(), job.workspace, &address.fingerprint, app.now()).await? {
        return gone().await;
    }
    let Some(to) = recipient::Entity::find_by_id((job.workspace, row.recipient_id)).one(app.db()).await?
    else {
        return gone().await;
    };
    let workspace = load_workspace(app, job.workspace).await?;
    let context = ShareNotice {
        at: format_time(row.at, Zone::of(&workspace.jurisdiction), &contact.language),
        recipient: to.legal_name,
        country: to.country,
        purpose: purpose_title(app, &row, &contact.language).await?,
    };
    let mail = Mail {
        kind: "data_shared",
        language: &contact.language,
        to: EmailAddress::kept(&address.email),
        recipient: Recipient::Contact(contact.id),
        opt_in: None,
        one_click: None,
        context,
    };
    post::send(app, run, &workspace, mail, &Telling(&address.fingerprint)).await
}

/// What the data were disclosed for, in the person's language; empty when that was not said.
async fn purpose_title(app: &App, row: &disclosure::Model, language: &str) -> Result<String> {
    let Some(id) = row.purpose_id else { return Ok(String::new()) };
    let Some(purpose) = purpose::Entity::find_by_id((row.workspace_id, id)).one(app.db()).await? else {
        return Ok(String::new());
    };
    let versions =
        load_current_versions(app.db(), row.workspace_id, vec![purpose.current_version_id]).await?;
    let Some(version) = versions.first() else { return Ok(String::new()) };
    let mut texts = texts_of(version)?;
    let text = texts.remove(language).or_else(|| texts.into_values().next());
    Ok(text.map(|text| text.title).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        platform::pages::LANGUAGES,
        post::{self, Controller},
    };

    #[test]
    fn the_notice_renders_in_every_language_with_and_without_a_purpose() {
        let pages = crate::templates::pages().unwrap();
        for language in LANGUAGES {
            for purpose in ["", "Quotes"] {
                let context = ShareNotice {
                    at: "24 November 2026".to_owned(),
                    recipient: "Mailer SAS".to_owned(),
                    country: "FR".to_owned(),
                    purpose: purpose.to_owned(),
                };
                let rendered =
                    post::render(&pages, language, "data_shared", &Controller::sample(), &context).unwrap();
                for part in [&rendered.text, &rendered.html] {
                    assert!(part.contains("Mailer SAS") && part.contains("24 November"));
                    assert_eq!(part.contains("Quotes"), !purpose.is_empty());
                }
            }
        }
    }
}
