//! The e-mails of this room, each sent by a job. Payloads contain only ids; each job checks again whether its
//! e-mail is still wanted, and passes it to `App::deliver` with what must be written along with it.

use std::time::Duration;

use chrono::TimeDelta;
use entity::{
    ConsentState, ContactAddressId, EmailAddress, FormVersionId, MailState, OptInState, Time, WorkspaceId,
    contact, contact_address, opt_in, submission,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, UpdateMany, Value,
    sea_query::Expr,
};

use super::{
    asked,
    end_waiting::end_bounced,
    form_title::form_title,
    mail_jobs::{SendAlreadySubscribed, SendConfirmOptIn, SendOptInReceipt, SendRequestReceived},
    mails::{self, purpose_line},
    submissions::LIFE,
};

use crate::{
    accounts::load_workspace,
    app::App,
    consent::{
        basis_in_words, mailbox::wants_none, preferences_link, state, subscriptions_of, unsubscribe_link,
    },
    error::{Error, Result},
    link_uses::Use,
    platform::{
        actor::Actor,
        mailer::{Delivery, Mailing},
        outbox::{JobResult, Outcome, Run},
        pages::{Zone, format_time},
        tokens::Link,
        work::{Entry, Work},
    },
    post::{self, Mail, Recipient},
};

/// An opt-in whose confirmation e-mail is being sent.
struct Question<'a>(&'a opt_in::Model);

impl Question<'_> {
    fn update(&self, column: opt_in::Column, value: impl Into<Value>) -> UpdateMany<opt_in::Entity> {
        opt_in::Entity::update_many()
            .col_expr(column, Expr::value(value))
            .filter(opt_in::Column::WorkspaceId.eq(self.0.workspace_id))
            .filter(opt_in::Column::Id.eq(self.0.id))
    }
}

impl Mailing for Question<'_> {
    /// The person may answer before the mail server's reply is recorded, so `mailed_at` is set before
    /// sending. If they have answered since this run began (through another e-mail's link), nothing is sent:
    /// the next run sees it and gives up.
    async fn handing_over(&self, work: &mut Work) -> Result<()> {
        let mailed = self
            .update(opt_in::Column::MailedAt, work.now())
            .filter(opt_in::Column::State.eq(OptInState::Waiting));
        match mailed.exec(work.db()).await?.rows_affected {
            1 => Ok(()),
            _ => Err(Error::Busy(Duration::ZERO)),
        }
    }

    async fn taken_back(&self, work: &mut Work) -> Result<()> {
        self.update(opt_in::Column::MailedAt, Option::<Time>::None).exec(work.db()).await?;
        Ok(())
    }

    async fn answered(&self, work: &mut Work, state: MailState, delivery: &Delivery) -> Result<()> {
        if state == MailState::Bounced {
            // All waiting opt-ins of the mailbox end, and it gets no e-mails for a week.
            return end_bounced(work, &self.0.fingerprint, delivery).await;
        }
        self.update(opt_in::Column::MailDue, false).exec(work.db()).await?;
        Ok(())
    }
}

/// An e-mail to a known contact. If the mailbox does not exist, it gets no e-mails for a week.
struct ToContact<'a> {
    app: &'a App,
    to: &'a EmailAddress,
}

impl Mailing for ToContact<'_> {
    async fn answered(&self, work: &mut Work, state: MailState, delivery: &Delivery) -> Result<()> {
        if state == MailState::Bounced {
            let fingerprint = self.app.vault.fingerprint(work.workspace(), &self.to.key());
            end_bounced(work, &fingerprint, delivery).await?;
        }
        Ok(())
    }
}

/// Sends the confirmation e-mail, if the opt-in still waits.
pub async fn send_confirm_opt_in(app: &App, run: &Run, job: &SendConfirmOptIn) -> JobResult {
    let Some(mut row) = opt_in::Entity::find_by_id((job.workspace, job.opt_in)).one(app.db()).await? else {
        return post::give_up(app, run, job.workspace).await;
    };
    if row.state != OptInState::Waiting || !row.mail_due {
        return post::give_up(app, run, job.workspace).await;
    }
    if wants_none(app.db(), job.workspace, &row.fingerprint, app.now()).await? {
        return withhold(app, run, job, &row).await;
    }
    let Some(submission) =
        submission::Entity::find_by_id((job.workspace, row.submission_id)).one(app.db()).await?
    else {
        return post::give_up(app, run, job.workspace).await;
    };
    let Some((asked, key)) = asked::open(app.db(), &app.vault, &submission).await? else {
        return post::give_up(app, run, job.workspace).await;
    };
    // An outage on our side must not shorten the person's time to answer.
    if row.expires_at < app.now() + LIFE - TimeDelta::hours(1) {
        row.expires_at = extend(app, &row).await?;
    }
    let link = Link {
        workspace: job.workspace,
        row: row.id.0,
        extra: row.expires_at.timestamp_millis().to_be_bytes().to_vec(),
    };
    let url = format!("{}/confirm/{}", app.config.public_url, app.vault.sign(Use::ConfirmOptIn, &link));
    let workspace = load_workspace(app, job.workspace).await?;
    let form = form_title(app.db(), job.workspace, submission.form_version_id, &asked.language).await?;
    let context = mails::ConfirmOptIn::new(
        &app.pages,
        &workspace,
        &asked,
        form,
        submission.received_at,
        row.expires_at,
        url,
    );
    let mail = Mail {
        kind: "confirm_opt_in",
        language: &row.language,
        to: asked::email_of(&asked),
        recipient: Recipient::Unconfirmed(key),
        opt_in: Some(row.id),
        one_click: None,
        context,
    };
    post::send(app, run, &workspace, mail, &Question(&row)).await
}

/// The mailbox is protected or does not exist: this e-mail will never be sent, and the opt-in's life is no
/// longer extended for it.
async fn withhold(app: &App, run: &Run, job: &SendConfirmOptIn, row: &opt_in::Model) -> JobResult {
    let work = app.begin(job.workspace, Actor::System).await?;
    Question(row).update(opt_in::Column::MailDue, false).exec(work.db()).await?;
    post::withhold(&app.ledger.metrics, run, work, Entry::new("mail.withheld").on(job.opt_in)).await
}

/// Sends the mail.
pub async fn send_opt_in_receipt(app: &App, run: &Run, job: &SendOptInReceipt) -> JobResult {
    let Some(row) = opt_in::Entity::find_by_id((job.workspace, job.opt_in)).one(app.db()).await? else {
        return post::give_up(app, run, job.workspace).await;
    };
    let Some((contact, address)) = addressee(app, job.workspace, job.address).await? else {
        return post::give_up(app, run, job.workspace).await;
    };
    let lines: Vec<_> = given(app, job.workspace, &contact).await?;
    let one = match lines.as_slice() {
        [only] => Some(only.0),
        _ => None,
    };
    let unsubscribe_url = unsubscribe_link(app, job.workspace, contact.id, one);
    let workspace = load_workspace(app, job.workspace).await?;
    let zone = Zone::of(&workspace.jurisdiction);
    let shown = submission::Entity::find_by_id((job.workspace, row.submission_id))
        .one(app.db())
        .await?
        .map(|submission| submission.form_version_id);
    let context = mails::OptInReceipt {
        form: title_of(app, job.workspace, shown, &row.language).await?,
        requested_at: format_time(row.created_at, zone, &row.language),
        confirmed_at: format_time(row.decided_at.unwrap_or(row.created_at), zone, &row.language),
        purposes: lines
            .into_iter()
            .map(|(_, title, wording, channel)| {
                purpose_line(&app.pages, &title, &wording, channel, &row.language)
            })
            .collect(),
        unsubscribe_url: unsubscribe_url.clone(),
        preferences_url: preferences_link(app, job.workspace, contact.id),
    };
    let mail = Mail {
        kind: "opt_in_receipt",
        language: &row.language,
        opt_in: Some(row.id),
        to: address.clone(),
        recipient: Recipient::Contact(contact.id),
        one_click: Some(unsubscribe_url),
        context,
    };
    post::send(app, run, &workspace, mail, &ToContact { app, to: &address }).await
}

/// Sends the mail.
pub async fn send_already_subscribed(app: &App, run: &Run, job: &SendAlreadySubscribed) -> JobResult {
    let Some((contact, address)) = addressee(app, job.workspace, job.address).await? else {
        return post::give_up(app, run, job.workspace).await;
    };
    if let Some(withheld) = withhold_answer(app, run, &contact, &address).await? {
        return Ok(withheld);
    }
    let unsubscribe_url = unsubscribe_link(app, job.workspace, contact.id, None);
    let workspace = load_workspace(app, job.workspace).await?;
    let given =
        subscriptions_of(app, &contact).await?.into_iter().filter(|line| line.state == ConsentState::Given);
    let context = mails::AlreadySubscribed {
        form: title_of(app, job.workspace, job.form_version, &contact.language).await?,
        requested_at: format_time(run.created_at, Zone::of(&workspace.jurisdiction), &contact.language),
        purposes: given
            .map(|line| purpose_line(&app.pages, &line.title, &line.wording, line.channel, &contact.language))
            .collect(),
        unsubscribe_url: unsubscribe_url.clone(),
        preferences_url: preferences_link(app, job.workspace, contact.id),
    };
    let mail = Mail {
        kind: "already_subscribed",
        language: &contact.language,
        opt_in: None,
        to: address.clone(),
        recipient: Recipient::Contact(contact.id),
        one_click: Some(unsubscribe_url),
        context,
    };
    post::send(app, run, &workspace, mail, &ToContact { app, to: &address }).await
}

/// Sends the mail.
pub async fn send_request_received(app: &App, run: &Run, job: &SendRequestReceived) -> JobResult {
    let Some((contact, address)) = addressee(app, job.workspace, job.address).await? else {
        return post::give_up(app, run, job.workspace).await;
    };
    if let Some(withheld) = withhold_answer(app, run, &contact, &address).await? {
        return Ok(withheld);
    }
    let purpose = crate::consent::load_purpose(app.db(), job.workspace, job.purpose).await?;
    let workspace = load_workspace(app, job.workspace).await?;
    let context = mails::RequestReceived {
        form: title_of(app, job.workspace, job.form_version, &contact.language).await?,
        purpose: purpose_title(app, &purpose, &contact.language).await?,
        requested_at: format_time(run.created_at, Zone::of(&workspace.jurisdiction), &contact.language),
        basis_text: basis_in_words(&app.pages, purpose.legal_basis, &contact.language).to_owned(),
    };
    let mail = Mail {
        kind: "request_received",
        language: &contact.language,
        opt_in: None,
        to: address.clone(),
        recipient: Recipient::Contact(contact.id),
        one_click: None,
        context,
    };
    post::send(app, run, &workspace, mail, &ToContact { app, to: &address }).await
}

/// What the person has agreed to and not ended: purpose, title, wording, channel. The receipt shows the
/// current state.
async fn given(
    app: &App,
    workspace: WorkspaceId,
    contact: &contact::Model,
) -> Result<Vec<(entity::PurposeId, String, String, entity::Channel)>> {
    let now = app.now();
    let lines = subscriptions_of(app, contact).await?;
    let rows = state::of_contact(app.db(), workspace, contact.id).await?;
    let holds = |purpose, channel| {
        rows.iter().any(|row| {
            row.purpose_id == purpose && row.channel == channel && row.expires_at.is_none_or(|at| at > now)
        })
    };
    let given = lines
        .into_iter()
        .filter(|line| line.state == ConsentState::Given && holds(line.purpose.id, line.channel));
    Ok(given.map(|line| (line.purpose.id, line.title, line.wording, line.channel)).collect())
}

/// The title of a purpose in this language, or in another.
async fn purpose_title(app: &App, purpose: &entity::purpose::Model, language: &str) -> Result<String> {
    let versions = crate::consent::load_current_versions(
        app.db(),
        purpose.workspace_id,
        vec![purpose.current_version_id],
    )
    .await?;
    let texts = versions.first().map(crate::consent::texts_of).transpose()?.unwrap_or_default();
    Ok(texts
        .get(language)
        .or_else(|| texts.values().next())
        .map(|text| text.title.clone())
        .unwrap_or_default())
}

/// The form's title; empty when the version is unknown.
async fn title_of(
    app: &App,
    workspace: WorkspaceId,
    version: Option<FormVersionId>,
    language: &str,
) -> Result<String> {
    match version {
        Some(version) => form_title(app.db(), workspace, version, language).await,
        None => Ok(String::new()),
    }
}

async fn addressee(
    app: &App,
    workspace: WorkspaceId,
    address: ContactAddressId,
) -> Result<Option<(contact::Model, EmailAddress)>> {
    let Some(address) = contact_address::Entity::find_by_id((workspace, address)).one(app.db()).await? else {
        return Ok(None);
    };
    let Some(contact) = contact::Entity::find_by_id((workspace, address.contact_id)).one(app.db()).await?
    else {
        return Ok(None);
    };
    Ok(Some((contact, EmailAddress::kept(&address.email))))
}

/// An e-mail that answers a form may wait in the queue for days; the mailbox may have become protected
/// meanwhile.
async fn withhold_answer(
    app: &App,
    run: &Run,
    contact: &contact::Model,
    to: &EmailAddress,
) -> Result<Option<Outcome>> {
    let (workspace, fingerprint) =
        (contact.workspace_id, app.vault.fingerprint(contact.workspace_id, &to.key()));
    if !wants_none(app.db(), workspace, &fingerprint, app.now()).await? {
        return Ok(None);
    }
    let work = app.begin(workspace, Actor::System).await?;
    let withheld = Entry::new("mail.withheld").about(contact.id).on(contact.id);
    post::withhold(&app.ledger.metrics, run, work, withheld).await.map(Some)
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
