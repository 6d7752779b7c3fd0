//! The mails of this room, each a job. Payloads hold ids only; each looks again whether its mail is still wanted (D-12), sends,
//! and writes in one unit that it was sent, what the server said, and that the job is over.

use chrono::TimeDelta;
use entity::{
    ConsentState, ContactAddressId, ContactId, DataKeyId, EmailAddress, KeyOwner, MailId, MailState, OptInId, OptInState, PurposeId, SubmissionState,
    Time, WorkspaceId, contact, contact_address, data_key, mail, mailbox, opt_in, submission, workspace,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    asked,
    mailbox::{BOUNCED_FOR, is_protected, lock, protect},
    mails::{self, Controller, basis_in_words, purpose_line},
    request_opt_in::{LIFE, destroy},
    state,
    withdraw_consent::{subscriptions_of, unsubscribe_link},
};
use crate::{
    accounts::load_workspace,
    app::App,
    error::{Error, Result},
    platform::{
        actor::Actor,
        mailer::{Delivery, Letter, NotSent},
        outbox::{Job, Outcome, Run, insist},
        pages::{Rendered, format_time},
        tokens::{Link, Use},
        vault::{DataKey, Place},
        work::{Entry, Work},
    },
};

/// Asks a mailbox whether it asked. Before everything else in the queue.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendConfirmOptIn {
    /// Whose.
    pub workspace: WorkspaceId,
    /// Which question.
    pub opt_in: OptInId,
}

/// Tells what was agreed to, and how to withdraw.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendOptInReceipt {
    /// Whose.
    pub workspace: WorkspaceId,
    /// Which question was answered.
    pub opt_in: OptInId,
    /// The address that answered.
    pub address: ContactAddressId,
}

/// Tells that nothing changed.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendAlreadySubscribed {
    /// Whose.
    pub workspace: WorkspaceId,
    /// To which address.
    pub address: ContactAddressId,
}

/// Tells that a request on another basis than consent has arrived.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendRequestReceived {
    /// Whose.
    pub workspace: WorkspaceId,
    /// To which address.
    pub address: ContactAddressId,
    /// For what.
    pub purpose: PurposeId,
}

impl Job for SendConfirmOptIn {
    const KIND: &'static str = "send_confirm_opt_in";
    const PRIORITY: i32 = 5;
}

impl Job for SendOptInReceipt {
    const KIND: &'static str = "send_opt_in_receipt";
    const PRIORITY: i32 = 20;
}

impl Job for SendAlreadySubscribed {
    const KIND: &'static str = "send_already_subscribed";
    const PRIORITY: i32 = 20;
}

impl Job for SendRequestReceived {
    const KIND: &'static str = "send_request_received";
    const PRIORITY: i32 = 20;
}

/// A mail about to be sent, and what its proof needs.
struct Outgoing {
    workspace: WorkspaceId,
    kind: &'static str,
    language: String,
    rendered: Rendered,
    opt_in: Option<OptInId>,
    contact: Option<ContactId>,
    key: Option<DataKey>,
}

impl SendConfirmOptIn {
    /// Sends it, if the question still waits.
    pub async fn run(&self, app: &App, run: &Run) -> Result<Outcome> {
        let Some(mut row) = opt_in::Entity::find_by_id((self.workspace, self.opt_in)).one(app.db()).await? else { return Ok(Outcome::Done) };
        let protected =
            super::mailbox::find(app.db(), self.workspace, &row.fingerprint).await?.is_some_and(|mailbox| is_protected(&mailbox, app.now()));
        if row.state != OptInState::Waiting || !row.mail_due {
            return Ok(Outcome::Done);
        }
        if protected {
            return self.withhold(app, run).await;
        }
        let Some(submission) = submission::Entity::find_by_id((self.workspace, row.submission_id)).one(app.db()).await? else {
            return Ok(Outcome::Done);
        };
        let Some((asked, key)) = asked::open(app.db(), &app.vault, &submission).await? else { return Ok(Outcome::Done) };
        // An outage of ours must not eat the time the person has.
        if row.expires_at < app.now() + LIFE - TimeDelta::hours(1) {
            row.expires_at = extend(app, &row).await?;
        }
        let link = Link { workspace: self.workspace, row: row.id.0, extra: row.expires_at.timestamp_millis().to_be_bytes().to_vec() };
        let url = format!("{}/confirm/{}", app.config.public_url, app.vault.sign(Use::ConfirmOptIn, &link));
        let workspace = load_workspace(app, self.workspace).await?;
        let site = if asked.page.origin.is_empty() { app.config.public_host() } else { asked.page.site() };
        let context = mails::ConfirmOptIn::new(Controller::from(&workspace), &asked, site, submission.received_at, row.expires_at, url);
        let outgoing = Outgoing {
            workspace: self.workspace,
            kind: "confirm_opt_in",
            rendered: app.pages.render_mail(&row.language, "confirm_opt_in", &context)?,
            language: row.language.clone(),
            opt_in: Some(row.id),
            contact: None,
            key: Some(key),
        };
        let letter = letter(app, run, &workspace, asked::email_of(&asked)?, &outgoing.rendered, None);
        match app.send(&letter).await {
            Ok(delivery) => {
                insist(|| async {
                    let mut work = app.begin(self.workspace, Actor::System).await?;
                    let sent = "UPDATE opt_in SET mailed_at = $3, mail_due = $4 WHERE workspace_id = $1 AND id = $2";
                    let sent = crate::platform::db::sql(work.db(), sent, [self.workspace.into(), row.id.into(), work.now().into(), false.into()]);
                    sea_orm::ConnectionTrait::execute_raw(work.db(), sent).await?;
                    note(&mut work, run, &letter, &outgoing, MailState::Sent, &delivery).await?;
                    work.finish(run).await?;
                    work.commit().await
                })
                .await
            }
            Err(NotSent::Bounced(delivery)) => insist(|| self.bounce(app, run, &row, &letter, &outgoing, &delivery)).await,
            Err(other) => Ok(outcome(&other)),
        }
    }

    /// The mailbox wants none, or does not exist: this mail will never go out, and what waits for it keeps no longer life for it.
    async fn withhold(&self, app: &App, run: &Run) -> Result<Outcome> {
        let mut work = app.begin(self.workspace, Actor::System).await?;
        let text = "UPDATE opt_in SET mail_due = $3 WHERE workspace_id = $1 AND id = $2";
        let not_due = crate::platform::db::sql(work.db(), text, [self.workspace.into(), self.opt_in.into(), false.into()]);
        sea_orm::ConnectionTrait::execute_raw(work.db(), not_due).await?;
        work.record(Entry::new("mail.withheld").on(self.opt_in));
        work.finish(run).await?;
        work.commit().await?;
        app.ledger.metrics.mail("withheld");
        Ok(Outcome::Finished)
    }

    /// The mailbox does not exist, or cannot be written to: everything that waits for it ends, its data are destroyed, and it is left alone for a week.
    async fn bounce(
        &self,
        app: &App,
        run: &Run,
        row: &opt_in::Model,
        letter: &Letter,
        outgoing: &Outgoing,
        delivery: &Delivery,
    ) -> Result<Option<i64>> {
        let mut work = app.begin(self.workspace, Actor::System).await?;
        let mailbox: mailbox::Model = lock(&work, &row.fingerprint).await?;
        let waiting = opt_in::Entity::find()
            .filter(opt_in::Column::WorkspaceId.eq(self.workspace))
            .filter(opt_in::Column::Fingerprint.eq(row.fingerprint.clone()))
            .filter(opt_in::Column::State.eq(OptInState::Waiting))
            .all(work.db())
            .await?;
        note(&mut work, run, letter, outgoing, MailState::Bounced, delivery).await?;
        destroy(&work, &waiting.iter().map(|row| row.submission_id).collect::<Vec<_>>(), SubmissionState::Bounced).await?;
        for row in waiting {
            work.record(
                Entry::new("opt_in.bounced")
                    .on(row.id)
                    .with("submission", row.submission_id)
                    .with("smtpCode", delivery.code)
                    .with("reason", delivery.bounce.unwrap_or_default()),
            );
            let mut row = row.into_active_model();
            row.state = Set(OptInState::Bounced);
            row.mail_due = Set(false);
            row.decided_at = Set(Some(work.now()));
            opt_in::Entity::update(row).exec(work.db()).await?;
        }
        let (until, declined_until) = (work.now() + BOUNCED_FOR, mailbox.declined_until);
        protect(&work, mailbox, declined_until, Some(until)).await?;
        work.finish(run).await?;
        work.commit().await
    }
}

impl SendOptInReceipt {
    /// Sends it.
    pub async fn run(&self, app: &App, run: &Run) -> Result<Outcome> {
        let Some(row) = opt_in::Entity::find_by_id((self.workspace, self.opt_in)).one(app.db()).await? else { return Ok(Outcome::Done) };
        let Some((contact, address)) = addressee(app, self.workspace, self.address).await? else { return Ok(Outcome::Done) };
        let lines: Vec<_> = given(app, self.workspace, &contact).await?;
        let one = match lines.as_slice() {
            [only] => Some(only.0),
            _ => None,
        };
        let unsubscribe_url = unsubscribe_link(app, self.workspace, contact.id, one);
        let workspace = load_workspace(app, self.workspace).await?;
        let context = mails::OptInReceipt {
            language: row.language.clone(),
            legal: Controller::from(&workspace),
            site: String::new(),
            requested_at: format_time(row.created_at, &row.language),
            confirmed_at: format_time(row.decided_at.unwrap_or(row.created_at), &row.language),
            purposes: lines.into_iter().map(|(_, title, wording, channel)| purpose_line(&title, &wording, channel, &row.language)).collect(),
            unsubscribe_url: unsubscribe_url.clone(),
        };
        let rendered = app.pages.render_mail(&row.language, "opt_in_receipt", &context)?;
        let outgoing = to_contact(app, self.workspace, "opt_in_receipt", &row.language, rendered, Some(row.id), contact.id).await?;
        deliver(app, run, &workspace, &address, &outgoing, Some(unsubscribe_url)).await
    }
}

impl SendAlreadySubscribed {
    /// Sends it.
    pub async fn run(&self, app: &App, run: &Run) -> Result<Outcome> {
        let Some((contact, address)) = addressee(app, self.workspace, self.address).await? else { return Ok(Outcome::Done) };
        let unsubscribe_url = unsubscribe_link(app, self.workspace, contact.id, None);
        let workspace = load_workspace(app, self.workspace).await?;
        let given = subscriptions_of(app, &contact).await?.into_iter().filter(|line| line.state == ConsentState::Given);
        let context = mails::AlreadySubscribed {
            language: contact.language.clone(),
            legal: Controller::from(&workspace),
            site: String::new(),
            requested_at: format_time(run.created_at, &contact.language),
            purposes: given.map(|line| purpose_line(&line.title, &line.wording, line.channel, &contact.language)).collect(),
            unsubscribe_url: unsubscribe_url.clone(),
        };
        let rendered = app.pages.render_mail(&contact.language, "already_subscribed", &context)?;
        let outgoing = to_contact(app, self.workspace, "already_subscribed", &contact.language, rendered, None, contact.id).await?;
        deliver(app, run, &workspace, &address, &outgoing, Some(unsubscribe_url)).await
    }
}

impl SendRequestReceived {
    /// Sends it.
    pub async fn run(&self, app: &App, run: &Run) -> Result<Outcome> {
        let Some((contact, address)) = addressee(app, self.workspace, self.address).await? else { return Ok(Outcome::Done) };
        let purpose = super::load_purpose(app.db(), self.workspace, self.purpose).await?;
        let workspace = load_workspace(app, self.workspace).await?;
        let context = mails::RequestReceived {
            language: contact.language.clone(),
            legal: Controller::from(&workspace),
            site: String::new(),
            requested_at: format_time(run.created_at, &contact.language),
            basis_text: basis_in_words(purpose.legal_basis, &contact.language),
        };
        let rendered = app.pages.render_mail(&contact.language, "request_received", &context)?;
        let outgoing = to_contact(app, self.workspace, "request_received", &contact.language, rendered, None, contact.id).await?;
        deliver(app, run, &workspace, &address, &outgoing, None).await
    }
}

/// What the person has agreed to and still holds: purpose, title, wording, channel. The receipt shows the current state.
async fn given(app: &App, workspace: WorkspaceId, contact: &contact::Model) -> Result<Vec<(entity::PurposeId, String, String, entity::Channel)>> {
    let now = app.now();
    let lines = subscriptions_of(app, contact).await?;
    let rows = state::of_contact(app.db(), workspace, contact.id).await?;
    let holds =
        |purpose, channel| rows.iter().any(|row| row.purpose_id == purpose && row.channel == channel && row.expires_at.is_none_or(|at| at > now));
    let given = lines.into_iter().filter(|line| line.state == ConsentState::Given && holds(line.purpose.id, line.channel));
    Ok(given.map(|line| (line.purpose.id, line.title, line.wording, line.channel)).collect())
}

async fn addressee(app: &App, workspace: WorkspaceId, address: ContactAddressId) -> Result<Option<(contact::Model, EmailAddress)>> {
    let Some(address) = contact_address::Entity::find_by_id((workspace, address)).one(app.db()).await? else { return Ok(None) };
    let Some(contact) = contact::Entity::find_by_id((workspace, address.contact_id)).one(app.db()).await? else { return Ok(None) };
    let email = EmailAddress::parse(&address.email).map_err(|_| Error::internal("a stored address does not read"))?;
    Ok(Some((contact, email)))
}

async fn to_contact(
    app: &App,
    workspace: WorkspaceId,
    kind: &'static str,
    language: &str,
    rendered: Rendered,
    opt_in: Option<OptInId>,
    contact: ContactId,
) -> Result<Outgoing> {
    let row = data_key::Entity::find()
        .filter(data_key::Column::WorkspaceId.eq(workspace))
        .filter(data_key::Column::OwnerId.eq(contact.0))
        .filter(data_key::Column::OwnerKind.eq(KeyOwner::Contact))
        .one(app.db())
        .await?;
    let key = row.map(|row| app.vault.open_data_key(workspace, row.id, &row.wrapped)).transpose()?;
    Ok(Outgoing { workspace, kind, language: language.to_owned(), rendered, opt_in, contact: Some(contact), key })
}

fn letter(app: &App, run: &Run, workspace: &workspace::Model, to: EmailAddress, rendered: &Rendered, one_click: Option<String>) -> Letter {
    Letter {
        job: run.id,
        from: app.config.mail_from.clone(),
        from_name: workspace.legal_name.clone(),
        reply_to: Some(workspace.contact_email.clone()),
        to,
        subject: rendered.subject.clone(),
        text: rendered.text.clone(),
        html: rendered.html.clone(),
        one_click,
        host: app.config.public_host(),
        date: app.now(),
    }
}

/// Sends a mail to somebody we know, and notes it.
async fn deliver(
    app: &App,
    run: &Run,
    workspace: &workspace::Model,
    to: &EmailAddress,
    outgoing: &Outgoing,
    one_click: Option<String>,
) -> Result<Outcome> {
    let letter = letter(app, run, workspace, to.clone(), &outgoing.rendered, one_click);
    let (state, delivery) = match app.send(&letter).await {
        Ok(delivery) => (MailState::Sent, delivery),
        Err(NotSent::Bounced(delivery)) => (MailState::Bounced, delivery),
        Err(other) => return Ok(outcome(&other)),
    };
    insist(|| async {
        let mut work = app.begin(outgoing.workspace, Actor::System).await?;
        if state == MailState::Bounced {
            let fingerprint = app.vault.fingerprint(outgoing.workspace, &to.key());
            let mailbox = lock(&work, &fingerprint).await?;
            let (until, declined_until) = (work.now() + BOUNCED_FOR, mailbox.declined_until);
            protect(&work, mailbox, declined_until, Some(until)).await?;
        }
        note(&mut work, run, &letter, outgoing, state, &delivery).await?;
        work.finish(run).await?;
        work.commit().await
    })
    .await
}

/// The mail's row and entry: which template, which answer. Its text is not kept, and never a link.
async fn note(work: &mut Work, run: &Run, letter: &Letter, outgoing: &Outgoing, state: MailState, delivery: &Delivery) -> Result<()> {
    let id = MailId(run.id.0);
    let place = Place { workspace: outgoing.workspace, table: "mail", column: "sealed", row: id.0 };
    let plain = json!({ "reply": delivery.reply, "to": letter.to.as_entered(), "subject": letter.subject }).to_string();
    let sealed = outgoing.key.as_ref().map(|key| key.seal(&place, plain.as_bytes())).transpose()?;
    let row = mail::ActiveModel {
        workspace_id: Set(outgoing.workspace),
        id: Set(id),
        kind: Set(outgoing.kind.to_owned()),
        message_id: Set(letter.message_id()),
        template_sha256: Set(outgoing.rendered.template_sha256.to_vec()),
        language: Set(outgoing.language.clone()),
        state: Set(state),
        smtp_code: Set(delivery.code),
        opt_in_id: Set(outgoing.opt_in),
        contact_id: Set(outgoing.contact),
        data_key_id: Set(outgoing.key.as_ref().map(|key| -> DataKeyId { key.id })),
        sealed: Set(sealed),
        at: Set(work.now()),
    };
    mail::Entity::insert(row).exec_without_returning(work.db()).await?;
    let mut entry = Entry::new(if state == MailState::Sent { "mail.sent" } else { "mail.bounced" })
        .on(id)
        .with("mail", outgoing.kind)
        .with("template", outgoing.rendered.template_sha256.to_vec())
        .with("smtpCode", delivery.code);
    if let Some(reason) = delivery.bounce {
        entry = entry.with("reason", reason);
    }
    if let Some(opt_in) = outgoing.opt_in {
        entry = entry.with("optIn", opt_in);
    }
    if let Some(contact) = outgoing.contact {
        entry = entry.about(contact);
    }
    work.record(entry);
    Ok(())
}

async fn extend(app: &App, row: &opt_in::Model) -> Result<Time> {
    let mut work = app.begin(row.workspace_id, Actor::System).await?;
    let until = work.now() + LIFE;
    let mut change = row.clone().into_active_model();
    change.expires_at = Set(until);
    opt_in::Entity::update(change).exec(work.db()).await?;
    work.record(Entry::new("opt_in.extended").on(row.id).with("expiresAt", until));
    work.commit().await?;
    Ok(until)
}

fn outcome(error: &NotSent) -> Outcome {
    match error {
        NotSent::Retry(reason) => Outcome::Retry(reason),
        NotSent::Park(reason) => Outcome::Park(reason),
        NotSent::Bounced(_) => Outcome::Done,
    }
}
