//! The one mail before the end, which asks whether the person wishes to stay in touch. Nobody is asked who
//! withdrew, objected or complained, or whose mailbox cannot be written to: their data go without a question.

use std::{collections::HashSet, time::Duration};

use entity::{
    ContactId, EmailAddress, MailState, RetentionMail, RetentionRuleId, Time, WorkspaceId, contact,
    contact_address, retention_notice,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde::{Deserialize, Serialize};

use super::answer::is_current;
use crate::{
    accounts::load_workspace,
    app::App,
    consent::{
        mailbox::{BOUNCED_FOR, protect},
        unsubscribe_link,
    },
    contacts::{find_contact, lock_mailbox},
    error::{Error, Result},
    link_uses::Use,
    platform::{
        mailer::{Delivery, Mailing},
        outbox::{Job, JobResult, Run},
        pages::{Zone, format_day},
        query::Query,
        tokens::Link,
        work::Work,
    },
    post::{self, Mail, Recipient},
    privacy::holds::current_hold,
};

/// Asks a contact whether they wish to stay in touch.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct SendStayInTouch {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The contact.
    pub contact: ContactId,
    /// The rule whose end is near.
    pub rule: RetentionRuleId,
}

impl Job for SendStayInTouch {
    const KIND: &'static str = "send_stay_in_touch";
    const PRIORITY: i32 = 70;
}

/// What the mail says.
#[derive(Debug, Serialize)]
pub(super) struct StayInTouch {
    pub last_contact: String,
    pub ends_at: String,
    pub stay_url: String,
    pub unsubscribe_url: String,
}

/// Of these contacts, those whose mailbox may be asked: they agreed to e-mails or are written to on another
/// basis, and did not withdraw, object or complain since.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub(super) async fn may_be_asked(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    contacts: &[ContactId],
    now: Time,
) -> Result<HashSet<ContactId>> {
    let mut query = Query::new(
        "SELECT c.id AS id FROM contact c
        JOIN contact_address a ON a.workspace_id = c.workspace_id AND a.id = c.primary_address_id
        WHERE c.restricted_at IS NULL AND c.workspace_id = ",
    );
    query.bind(workspace).push(" AND ").is_any("c.id", contacts.iter().copied());
    query.push(
        " AND NOT EXISTS (SELECT 1 FROM suppression s JOIN contact_address x ON x.workspace_id = s.workspace_id
                AND x.fingerprint = s.fingerprint
            WHERE x.workspace_id = c.workspace_id AND x.contact_id = c.id
            AND (s.scope = 'ALL' OR s.reason <> 'WITHDRAWN'))
        AND NOT EXISTS (SELECT 1 FROM mailbox m WHERE m.workspace_id = a.workspace_id AND m.fingerprint = a.fingerprint
            AND (m.bounced_until > ",
    );
    let now = query.place(now);
    query.push(&format!(
        "{now} OR m.declined_until > {now}))
        AND (EXISTS (SELECT 1 FROM consent k WHERE k.workspace_id = c.workspace_id AND k.contact_id = c.id
                AND k.channel = 'EMAIL' AND k.state = 'GIVEN')
            OR ((EXISTS (SELECT 1 FROM consent k WHERE k.workspace_id = c.workspace_id AND k.contact_id = c.id
                    AND k.channel = 'EMAIL' AND k.state = 'EXPIRED')
                OR EXISTS (SELECT 1 FROM basis b WHERE b.workspace_id = c.workspace_id AND b.contact_id = c.id
                    AND (b.until IS NULL OR b.until > {now})))
                AND NOT EXISTS (SELECT 1 FROM consent k WHERE k.workspace_id = c.workspace_id AND k.contact_id = c.id
                    AND k.channel = 'EMAIL' AND k.state IN ('WITHDRAWN', 'REVOKED', 'REFUSED', 'INVALIDATED'))))"
    ));
    query.rows(db).await?.iter().map(|row| Ok(row.try_get("", "id")?)).collect()
}

/// A notice whose mail is being sent.
struct Asking<'a> {
    notice: &'a retention_notice::Model,
    fingerprint: &'a [u8],
}

impl Asking<'_> {
    /// Changes the notice, if it still stands as this run found it.
    async fn set(
        &self,
        work: &Work,
        from: RetentionMail,
        to: RetentionMail,
        at: Option<Time>,
    ) -> Result<u64> {
        let notice = self.notice;
        let update = retention_notice::Entity::update_many()
            .col_expr(retention_notice::Column::Mail, Expr::value(to))
            .col_expr(retention_notice::Column::MailedAt, Expr::value(at))
            .filter(retention_notice::Column::WorkspaceId.eq(notice.workspace_id))
            .filter(retention_notice::Column::ContactId.eq(notice.contact_id))
            .filter(retention_notice::Column::RuleId.eq(notice.rule_id))
            .filter(retention_notice::Column::Mail.eq(from))
            .filter(retention_notice::Column::Answer.is_null());
        Ok(update.exec(work.db()).await?.rows_affected)
    }
}

impl Mailing for Asking<'_> {
    async fn handing_over(&self, work: &mut Work) -> Result<()> {
        let now = work.now();
        match self.set(work, RetentionMail::Due, RetentionMail::Sent, Some(now)).await? {
            1 => Ok(()),
            _ => Err(Error::Busy(Duration::ZERO)),
        }
    }

    async fn taken_back(&self, work: &mut Work) -> Result<()> {
        self.set(work, RetentionMail::Sent, RetentionMail::Due, None).await.map(|_| ())
    }

    async fn answered(&self, work: &mut Work, state: MailState, _: &Delivery) -> Result<()> {
        if state == MailState::Bounced {
            let known = lock_mailbox(work, self.fingerprint).await?;
            let (until, declined_until) = (work.now() + BOUNCED_FOR, known.declined_until);
            protect(work, known, declined_until, Some(until)).await?;
        }
        Ok(())
    }
}

/// Sends the mail, if its notice still stands and the mailbox may still be asked.
///
/// # Errors
/// `Busy` when the database is unreachable; the job is retried.
pub async fn send_stay_in_touch(app: &App, run: &Run, job: &SendStayInTouch) -> JobResult {
    let Some((contact, address, notice)) = whom(app, job).await? else {
        return post::give_up(app, run, job.workspace).await;
    };
    let workspace = load_workspace(app, job.workspace).await?;
    let (zone, language) = (Zone::of(&workspace.jurisdiction), &contact.language);
    let link = Link { workspace: job.workspace, row: contact.id.0, extra: job.rule.0.as_bytes().to_vec() };
    let unsubscribe_url = unsubscribe_link(app, job.workspace, contact.id, None);
    let context = StayInTouch {
        last_contact: format_day(notice.clock_at, zone, language),
        ends_at: format_day(notice.ends_at, zone, language),
        stay_url: format!(
            "{}/stay-in-touch/{}",
            app.config.public_url,
            app.vault.sign(Use::StayInTouch, &link)
        ),
        unsubscribe_url: unsubscribe_url.clone(),
    };
    let mail = Mail {
        kind: "stay_in_touch",
        language,
        to: EmailAddress::kept(&address.email),
        recipient: Recipient::Contact(contact.id),
        opt_in: None,
        one_click: Some(unsubscribe_url),
        context,
    };
    let asking = Asking { notice: &notice, fingerprint: &address.fingerprint };
    post::send(app, run, &workspace, mail, &asking).await
}

async fn whom(
    app: &App,
    job: &SendStayInTouch,
) -> Result<Option<(contact::Model, contact_address::Model, retention_notice::Model)>> {
    let Some(contact) = find_contact(app.db(), job.workspace, job.contact).await? else { return Ok(None) };
    let notice =
        retention_notice::Entity::find_by_id((job.workspace, contact.id, job.rule)).one(app.db()).await?;
    let Some(notice) = notice.filter(|notice| notice.mail == RetentionMail::Due && notice.answer.is_none())
    else {
        return Ok(None);
    };
    if !is_current(app.db(), &contact, &notice).await?
        || current_hold(app.db(), job.workspace, contact.id, app.now()).await?.is_some()
        || !may_be_asked(app.db(), job.workspace, &[contact.id], app.now()).await?.contains(&contact.id)
    {
        return Ok(None);
    }
    let Some(primary) = contact.primary_address_id else { return Ok(None) };
    let address = contact_address::Entity::find_by_id((job.workspace, primary)).one(app.db()).await?;
    Ok(address.map(|address| (contact, address, notice)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{platform::pages::LANGUAGES, post::Controller};

    #[test]
    fn the_mail_renders_in_every_language_with_its_link_and_both_days() {
        let pages = crate::templates::pages().unwrap();
        for language in LANGUAGES {
            let context = StayInTouch {
                last_contact: "23 November 2023".to_owned(),
                ends_at: "23 December 2026".to_owned(),
                stay_url: "https://crm.example/stay-in-touch/v1.a.b.c".to_owned(),
                unsubscribe_url: "https://crm.example/unsubscribe/v1.a.b.c".to_owned(),
            };
            let mail =
                post::render(&pages, language, "stay_in_touch", &Controller::sample(), &context).unwrap();
            for part in [&context.last_contact, &context.ends_at, &context.stay_url, &context.unsubscribe_url]
            {
                assert!(mail.text.contains(part.as_str()) && mail.html.contains(part.as_str()), "{part}");
            }
            assert!(mail.text.contains("Atelier Lumen SAS"));
        }
    }
}
