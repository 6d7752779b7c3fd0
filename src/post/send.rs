//! From a room's mail to what is noted of it. `platform/mailer/deliver.rs` does the steps around the mail
//! server.

use entity::{ContactId, EmailAddress, KeyOwner, MemberId, OptInId, WorkspaceId, workspace};
use serde::Serialize;

use super::Controller;
use crate::{
    app::App,
    error::Result,
    platform::{
        data_keys,
        mailer::{self, Letter, Mailing, Outgoing, note_unanswered},
        metrics::Metrics,
        outbox::{JobResult, Outcome, Run},
        pages::{Pages, Rendered},
        vault::DataKey,
        work::{Entry, Work},
    },
};

/// Whom a mail is for. What it was sent with is sealed with their key, so that it goes when they go.
pub enum Recipient {
    /// A member of the staff; nothing is kept but that it was sent.
    Member(MemberId),
    /// A contact.
    Contact(ContactId),
    /// A mailbox that has not answered yet: the key is that of the submission that named it.
    Unconfirmed(DataKey),
}

/// A mail, as a room hands it over.
pub struct Mail<'a, C> {
    /// Which mail: its folder below `email_templates/<language>/`.
    pub kind: &'static str,
    /// The language it is written in.
    pub language: &'a str,
    /// The mailbox.
    pub to: EmailAddress,
    /// Whom it is for.
    pub recipient: Recipient,
    /// The double opt-in it asks about or answers.
    pub opt_in: Option<OptInId>,
    /// RFC 8058 one-click address, for mails that belong to a subscription.
    pub one_click: Option<String>,
    /// What its templates need, beside `language` and `legal`.
    pub context: C,
}

/// What the templates of every mail see.
#[derive(Serialize)]
struct Seen<'a, C> {
    language: &'a str,
    legal: &'a Controller,
    #[serde(flatten)]
    own: &'a C,
}

/// Writes a mail's subject and text.
///
/// # Errors
/// `Internal` when the template is unknown or lacks something.
pub fn render(
    pages: &Pages,
    language: &str,
    kind: &str,
    legal: &Controller,
    context: &impl Serialize,
) -> Result<Rendered> {
    pages.render_mail(language, kind, Seen { language, legal, own: context })
}

/// Sends a mail, and stores its result and the end of the job in one unit of work.
///
/// # Errors
/// `Conflict` when the lease was lost; `Busy` when the database was unreachable before anything was sent.
pub async fn send<C: Serialize + Sync, M: Mailing>(
    app: &App,
    run: &Run,
    workspace: &workspace::Model,
    mail: Mail<'_, C>,
    beside: &M,
) -> JobResult {
    let Mail { kind, language, to, recipient, opt_in, one_click, context } = mail;
    let rendered = render(&app.pages, language, kind, &Controller::from(workspace), &context)?;
    let (member, contact, key) = match recipient {
        Recipient::Member(id) => (Some(id), None, None),
        Recipient::Contact(id) => (
            None,
            Some(id),
            data_keys::find(app.db(), &app.vault, workspace.id, KeyOwner::Contact, id.0).await?,
        ),
        Recipient::Unconfirmed(key) => (None, None, Some(key)),
    };
    let outgoing = Outgoing {
        workspace: workspace.id,
        kind,
        language: language.to_owned(),
        template_sha256: rendered.template_sha256,
        opt_in,
        contact,
        member,
        key,
        letter: Letter {
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
        },
    };
    Box::pin(mailer::deliver(&app.ledger, &app.mailer, run, &outgoing, beside)).await
}

/// Ends a job whose mail is no longer wanted, and records if an earlier attempt may have sent it.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn give_up(app: &App, run: &Run, workspace: WorkspaceId) -> JobResult {
    mailer::give_up(&app.ledger, run, workspace).await
}

/// Ends a job whose mailbox wants no mail, together with what `work` holds already. `withheld` is the entry
/// that says so; there is none if an attempt may have sent it.
///
/// # Errors
/// `Conflict` when the lease was lost; `Busy` when the database is away.
pub async fn withhold(metrics: &Metrics, run: &Run, mut work: Work, withheld: Entry) -> JobResult {
    if !note_unanswered(&mut work, run).await? {
        work.record(withheld);
    }
    work.finish(run).await?;
    work.commit().await?;
    metrics.mail("withheld");
    Ok(Outcome::Finished)
}
