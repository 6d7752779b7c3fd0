//! The mails of this room, each a job. Payloads hold ids only; each looks again whether its mail is still wanted, and hands it to
//! `App::deliver` with what is to be written beside it.

use std::time::Duration;

use chrono::TimeDelta;
use entity::{
    ConsentState, ContactAddressId, EmailAddress, FormVersionId, KeyOwner, MailState, OptInId, OptInState,
    Time, WorkspaceId, contact, contact_address, data_key, opt_in, submission, workspace,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, Value,
};
use serde::Serialize;

use super::{
    asked,
    end_waiting::end_bounced,
    form_title::form_title,
    mail_jobs::{SendAlreadySubscribed, SendConfirmOptIn, SendOptInReceipt, SendRequestReceived},
    mails::{self, Controller, purpose_line},
    submissions::LIFE,
};

use crate::{
    accounts::load_workspace,
    app::App,
    consent::{
        basis_in_words,
        mailbox::wants_none,
        state,
        withdraw_consent::{subscriptions_of, unsubscribe_link},
    },
    error::{Error, Result},
    link_uses::Use,
    platform::{
        actor::Actor,
        db::sql,
        mailer::{Delivery, Letter, Mailing, Outgoing, note_unanswered},
        outbox::{Outcome, Run},
        pages::{Rendered, Zone, format_time},
        tokens::Link,
        work::{Entry, Work},
    },
};

/// The question to a mailbox, beside its mail.
struct Question<'a>(&'a opt_in::Model);

impl Question<'_> {
    async fn set(&self, work: &Work, what: &str, value: impl Into<Value>) -> Result<()> {
        let text = format!("UPDATE opt_in SET {what} = $3 WHERE workspace_id = $1 AND id = $2");
        work.db()
            .execute_raw(sql(work.db(), &text, [self.0.workspace_id.into(), self.0.id.into(), value.into()]))
            .await?;
        Ok(())
    }
}

impl Mailing for Question<'_> {
    /// A person may answer before the server's answer is noted, so the time stands there before. Whoever answered since this run began
    /// (behind another mail's link) gets no more mail: the next run sees it and gives up.
    async fn handing_over(&self, work: &mut Work) -> Result<()> {
        let text = "UPDATE opt_in SET mailed_at = $3 WHERE workspace_id = $1 AND id = $2 AND state = $4";
        let values =
            [self.0.workspace_id.into(), self.0.id.into(), work.now().into(), OptInState::Waiting.into()];
        match work.db().execute_raw(sql(work.db(), text, values)).await?.rows_affected() {
            1 => Ok(()),
            _ => Err(Error::Busy(Duration::ZERO)),
        }
    }

    async fn taken_back(&self, work: &mut Work) -> Result<()> {
        self.set(work, "mailed_at", Option::<Time>::None).await
    }

    async fn answered(&self, work: &mut Work, state: MailState, delivery: &Delivery) -> Result<()> {
        if state == MailState::Bounced {
            // What waits for the mailbox ends, and it is left alone for a week.
            return end_bounced(work, &self.0.fingerprint, delivery).await;
        }
        self.set(work, "mail_due", false).await
    }
}

/// A mail to somebody we know. A mailbox that does not exist is left alone for a week.
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

/// Sends it, if the question still waits.
pub async fn send_confirm_opt_in(app: &App, run: &Run, job: &SendConfirmOptIn) -> Result<Outcome> {
    let Some(mut row) = opt_in::Entity::find_by_id((job.workspace, job.opt_in)).one(app.db()).await? else {
        return app.give_up(run, job.workspace).await;
    };
    if row.state != OptInState::Waiting || !row.mail_due {
        return app.give_up(run, job.workspace).await;
    }
    if wants_none(app.db(), job.workspace, &row.fingerprint, app.now()).await? {
        return withhold(app, run, job, &row).await;
    }
    let Some(submission) =
        submission::Entity::find_by_id((job.workspace, row.submission_id)).one(app.db()).await?
    else {
        return app.give_up(run, job.workspace).await;
    };
    let Some((asked, key)) = asked::open(app.db(), &app.vault, &submission).await? else {
        return app.give_up(run, job.workspace).await;
    };
    // An outage of ours must not eat the time the person has.
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
    let context =
        mails::ConfirmOptIn::new(&workspace, &asked, form, submission.received_at, row.expires_at, url);
    let rendered = app.pages.render_mail(&row.language, "confirm_opt_in", &context)?;
    let outgoing = Outgoing {
        workspace: job.workspace,
        kind: "confirm_opt_in",
        language: row.language.clone(),
        template_sha256: rendered.template_sha256,
        opt_in: Some(row.id),
        contact: None,
        member: None,
        key: Some(key),
        letter: letter(app, run, &workspace, asked::email_of(&asked), rendered, None),
    };
    app.deliver(run, &outgoing, &Question(&row)).await
}

/// The mailbox wants none, or does not exist: this mail will never go out, and what waits for it keeps no longer life for it.
async fn withhold(app: &App, run: &Run, job: &SendConfirmOptIn, row: &opt_in::Model) -> Result<Outcome> {
    let mut work = app.begin(job.workspace, Actor::System).await?;
    Question(row).set(&work, "mail_due", false).await?;
    if !note_unanswered(&mut work, run).await? {
        work.record(Entry::new("mail.withheld").on(job.opt_in));
    }
    work.finish(run).await?;
    work.commit().await?;
    app.ledger.metrics.mail("withheld");
    Ok(Outcome::Finished)
}

/// Sends it.
pub async fn send_opt_in_receipt(app: &App, run: &Run, job: &SendOptInReceipt) -> Result<Outcome> {
    let Some(row) = opt_in::Entity::find_by_id((job.workspace, job.opt_in)).one(app.db()).await? else {
        return app.give_up(run, job.workspace).await;
    };
    let Some((contact, address)) = addressee(app, job.workspace, job.address).await? else {
        return app.give_up(run, job.workspace).await;
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
        language: row.language.clone(),
        legal: Controller::from(&workspace),
        form: title_of(app, job.workspace, shown, &row.language).await?,
        requested_at: format_time(row.created_at, zone, &row.language),
        confirmed_at: format_time(row.decided_at.unwrap_or(row.created_at), zone, &row.language),
        purposes: lines
            .into_iter()
            .map(|(_, title, wording, channel)| purpose_line(&title, &wording, channel, &row.language))
            .collect(),
        unsubscribe_url: unsubscribe_url.clone(),
    };
    let mail = Mail {
        kind: "opt_in_receipt",
        language: &row.language,
        opt_in: Some(row.id),
        contact: &contact,
        to: address,
        one_click: Some(unsubscribe_url),
    };
    deliver(app, run, &workspace, mail, &context).await
}

/// Sends it.
pub async fn send_already_subscribed(app: &App, run: &Run, job: &SendAlreadySubscribed) -> Result<Outcome> {
    let Some((contact, address)) = addressee(app, job.workspace, job.address).await? else {
        return app.give_up(run, job.workspace).await;
    };
    if let Some(withheld) = withhold_answer(app, run, &contact, &address).await? {
        return Ok(withheld);
    }
    let unsubscribe_url = unsubscribe_link(app, job.workspace, contact.id, None);
    let workspace = load_workspace(app, job.workspace).await?;
    let given =
        subscriptions_of(app, &contact).await?.into_iter().filter(|line| line.state == ConsentState::Given);
    let context = mails::AlreadySubscribed {
        language: contact.language.clone(),
        legal: Controller::from(&workspace),
        form: title_of(app, job.workspace, job.form_version, &contact.language).await?,
        requested_at: format_time(run.created_at, Zone::of(&workspace.jurisdiction), &contact.language),
        purposes: given
            .map(|line| purpose_line(&line.title, &line.wording, line.channel, &contact.language))
            .collect(),
        unsubscribe_url: unsubscribe_url.clone(),
    };
    let mail = Mail {
        kind: "already_subscribed",
        language: &contact.language,
        opt_in: None,
        contact: &contact,
        to: address,
        one_click: Some(unsubscribe_url),
    };
    deliver(app, run, &workspace, mail, &context).await
}

/// Sends it.
pub async fn send_request_received(app: &App, run: &Run, job: &SendRequestReceived) -> Result<Outcome> {
    let Some((contact, address)) = addressee(app, job.workspace, job.address).await? else {
        return app.give_up(run, job.workspace).await;
    };
    if let Some(withheld) = withhold_answer(app, run, &contact, &address).await? {
        return Ok(withheld);
    }
    let purpose = crate::consent::load_purpose(app.db(), job.workspace, job.purpose).await?;
    let workspace = load_workspace(app, job.workspace).await?;
    let context = mails::RequestReceived {
        language: contact.language.clone(),
        legal: Controller::from(&workspace),
        form: title_of(app, job.workspace, job.form_version, &contact.language).await?,
        purpose: purpose_title(app, &purpose, &contact.language).await?,
        requested_at: format_time(run.created_at, Zone::of(&workspace.jurisdiction), &contact.language),
        basis_text: basis_in_words(purpose.legal_basis, &contact.language),
    };
    let mail = Mail {
        kind: "request_received",
        language: &contact.language,
        opt_in: None,
        contact: &contact,
        to: address,
        one_click: None,
    };
    deliver(app, run, &workspace, mail, &context).await
}

/// What the person has agreed to and still holds: purpose, title, wording, channel. The receipt shows the current state.
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

/// What a purpose is called in this language, else in another one.
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

/// The form's title; empty when the version is not known.
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

/// A mail that answers a form may wait for its turn for days: meanwhile the mailbox may have come to want none.
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
    let mut work = app.begin(workspace, Actor::System).await?;
    if !note_unanswered(&mut work, run).await? {
        work.record(Entry::new("mail.withheld").about(contact.id).on(contact.id));
    }
    work.finish(run).await?;
    work.commit().await?;
    app.ledger.metrics.mail("withheld");
    Ok(Some(Outcome::Finished))
}

fn letter(
    app: &App,
    run: &Run,
    workspace: &workspace::Model,
    to: EmailAddress,
    rendered: Rendered,
    one_click: Option<String>,
) -> Letter {
    Letter {
        job: run.id,
        from: app.config.mail_from.clone(),
        from_name: workspace.legal_name.clone(),
        reply_to: Some(workspace.contact_email.clone()),
        to,
        subject: rendered.subject,
        text: rendered.text,
        html: rendered.html,
        one_click,
        host: app.config.public_host(),
        date: app.now(),
    }
}

/// A mail to a contact.
struct Mail<'a> {
    kind: &'static str,
    language: &'a str,
    opt_in: Option<OptInId>,
    contact: &'a contact::Model,
    to: EmailAddress,
    one_click: Option<String>,
}

/// Renders it, sends it, and notes it.
async fn deliver(
    app: &App,
    run: &Run,
    workspace: &workspace::Model,
    mail: Mail<'_>,
    context: &(impl Serialize + Sync),
) -> Result<Outcome> {
    let Mail { kind, language, opt_in, contact, to, one_click } = mail;
    let rendered = app.pages.render_mail(language, kind, context)?;
    let key = data_key::Entity::find()
        .filter(data_key::Column::WorkspaceId.eq(contact.workspace_id))
        .filter(data_key::Column::OwnerId.eq(contact.id.0))
        .filter(data_key::Column::OwnerKind.eq(KeyOwner::Contact))
        .one(app.db())
        .await?;
    let outgoing = Outgoing {
        workspace: contact.workspace_id,
        kind,
        language: language.to_owned(),
        template_sha256: rendered.template_sha256,
        opt_in,
        contact: Some(contact.id),
        member: None,
        key: key.map(|row| app.vault.open_data_key(row.workspace_id, row.id, &row.wrapped)).transpose()?,
        letter: letter(app, run, workspace, to.clone(), rendered, one_click),
    };
    app.deliver(run, &outgoing, &ToContact { app, to: &to }).await
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
