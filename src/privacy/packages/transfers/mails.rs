//! The mails around a transfer: the question to the person, the link to the recipient, the receipt to the
//! person.

use entity::{
    AuthorisationState, EmailAddress, TransferAuthorisationId, TransferCategory, TransferId, TransferState,
    WorkspaceId, transfer, transfer_authorisation as authorisation,
};
use sea_orm::{ActiveValue::Set, EntityTrait, IntoActiveModel, QuerySelect};
use serde::{Deserialize, Serialize};

use super::{Question, end_transfers::end_file, loads::open_question};
use crate::{
    accounts::load_workspace,
    app::App,
    consent::evidence::load_key,
    error::Result,
    link_uses::Use,
    platform::{
        actor::Actor,
        outbox::{Job, JobResult, Run},
        pages::{Zone, format_time},
        tokens::Link,
    },
    post::{self, Mail, Recipient},
    privacy::packages::{SendTransferLink, proven_mailbox},
};

/// Asks a person.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendTransferQuestion {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The authorisation.
    pub authorisation: TransferAuthorisationId,
}

/// Tells a person that their data were passed on.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendTransferReceipt {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The transfer.
    pub transfer: TransferId,
}

impl Job for SendTransferQuestion {
    const KIND: &'static str = "send_transfer_question";
    const PRIORITY: i32 = 20;
}

impl Job for SendTransferReceipt {
    const KIND: &'static str = "send_transfer_receipt";
    const PRIORITY: i32 = 20;
}

/// The context of all three.
#[derive(Serialize)]
struct Context {
    recipient: String,
    categories: Vec<String>,
    purpose: String,
    /// Until when the link works; of the receipt, when the data were passed on.
    at: String,
    valid_until: String,
    url: String,
    sha256: String,
}

fn context(app: &App, row: &authorisation::Model, question: Question, zone: Zone) -> Result<Context> {
    let scope: Vec<TransferCategory> = serde_json::from_str(&row.scope)?;
    let word = |category: &TransferCategory| {
        app.pages.text("packages", &row.language, &format!("words.{category}")).to_owned()
    };
    Ok(Context {
        recipient: question.recipient,
        categories: scope.iter().map(word).collect(),
        purpose: question.purpose,
        at: format_time(row.answer_until, zone, &row.language),
        valid_until: format_time(row.valid_until, zone, &row.language),
        url: String::new(),
        sha256: String::new(),
    })
}

/// The link with which a person answers, and may take their answer back while it holds.
fn answer_link(app: &App, row: &authorisation::Model) -> String {
    let extra = row.valid_until.timestamp_millis().to_be_bytes().to_vec();
    let link = Link { workspace: row.workspace_id, row: row.id.0, extra };
    format!("{}/my-data/transfer/{}", app.config.public_url, app.vault.sign(Use::AuthoriseTransfer, &link))
}

/// Sends the question, while it waits for an answer.
///
/// # Errors
/// `Busy` when the database is unreachable; the job is retried.
pub async fn send_transfer_question(app: &App, run: &Run, job: &SendTransferQuestion) -> JobResult {
    let row = authorisation::Entity::find_by_id((job.workspace, job.authorisation)).one(app.db()).await?;
    let Some(row) = row.filter(|row| row.state == AuthorisationState::Asked) else {
        return post::give_up(app, run, job.workspace).await;
    };
    let key = load_key(app.db(), &app.vault, job.workspace, row.data_key_id).await?;
    let (Some(key), Some((contact, to))) = (key, proven_mailbox(app, job.workspace, row.contact_id).await?)
    else {
        return post::give_up(app, run, job.workspace).await;
    };
    let workspace = load_workspace(app, job.workspace).await?;
    let zone = Zone::of(&workspace.jurisdiction);
    let context =
        Context { url: answer_link(app, &row), ..context(app, &row, open_question(&row, &key)?, zone)? };
    let mail = Mail {
        kind: "authorise_transfer",
        language: &row.language,
        to,
        recipient: Recipient::Contact(contact.id),
        opt_in: None,
        one_click: None,
        context,
    };
    post::send(app, run, &workspace, mail, &()).await
}

/// Sends the recipient the link, once the file is ready and while the authorisation holds.
///
/// # Errors
/// `Busy` when the database is unreachable; the job is retried.
pub async fn send_transfer_link(app: &App, run: &Run, job: &SendTransferLink) -> JobResult {
    let Some(row) = wait_for_pull(app, job).await? else {
        return post::give_up(app, run, job.workspace).await;
    };
    let asked =
        authorisation::Entity::find_by_id((job.workspace, row.authorisation_id)).one(app.db()).await?;
    let Some(asked) = asked else { return post::give_up(app, run, job.workspace).await };
    let Some(key) = load_key(app.db(), &app.vault, job.workspace, asked.data_key_id).await? else {
        return post::give_up(app, run, job.workspace).await;
    };
    let question = open_question(&asked, &key)?;
    let to = EmailAddress::kept(&question.email);
    let workspace = load_workspace(app, job.workspace).await?;
    let zone = Zone::of(&workspace.jurisdiction);
    let extra = row.expires_at.timestamp_millis().to_be_bytes().to_vec();
    let link = Link { workspace: job.workspace, row: row.id.0, extra };
    let context = Context {
        url: format!("{}/transfer/{}", app.config.public_url, app.vault.sign(Use::PullTransfer, &link)),
        at: format_time(row.expires_at, zone, &workspace.default_language),
        ..context(app, &asked, question, zone)?
    };
    let mail = Mail {
        kind: "transfer_ready",
        language: &workspace.default_language,
        to,
        // Sealed with the person's key: it goes when they go.
        recipient: Recipient::Unconfirmed(key),
        opt_in: None,
        one_click: None,
        context,
    };
    post::send(app, run, &workspace, mail, &()).await
}

/// From "its file is being made" to "its recipient may pull it"; `None` when it ended meanwhile, and then its
/// file goes.
async fn wait_for_pull(app: &App, job: &SendTransferLink) -> Result<Option<transfer::Model>> {
    let work = app.begin(job.workspace, Actor::System).await?;
    let row =
        transfer::Entity::find_by_id((job.workspace, job.transfer)).lock_exclusive().one(work.db()).await?;
    let Some(row) = row else { return Ok(None) };
    let row = match row.state {
        TransferState::Building => {
            let mut update = row.into_active_model();
            update.state = Set(TransferState::Waiting);
            transfer::Entity::update(update).exec(work.db()).await?
        }
        TransferState::Waiting => row,
        TransferState::Pulled => return Ok(None),
        TransferState::Expired => {
            end_file(&work, row.package_id).await?;
            work.commit().await?;
            return Ok(None);
        }
    };
    work.commit().await?;
    Ok(Some(row))
}

/// Tells the person what was passed on, to whom and when, with the file's hash.
///
/// # Errors
/// `Busy` when the database is unreachable; the job is retried.
pub async fn send_transfer_receipt(app: &App, run: &Run, job: &SendTransferReceipt) -> JobResult {
    let row = transfer::Entity::find_by_id((job.workspace, job.transfer)).one(app.db()).await?;
    let Some((row, at)) = row.and_then(|row| Some((row.pulled_at?, row))).map(|(at, row)| (row, at)) else {
        return post::give_up(app, run, job.workspace).await;
    };
    let asked =
        authorisation::Entity::find_by_id((job.workspace, row.authorisation_id)).one(app.db()).await?;
    let Some(asked) = asked else { return post::give_up(app, run, job.workspace).await };
    let key = load_key(app.db(), &app.vault, job.workspace, asked.data_key_id).await?;
    let mailbox = proven_mailbox(app, job.workspace, row.contact_id).await?;
    let (Some(key), Some((contact, to))) = (key, mailbox) else {
        return post::give_up(app, run, job.workspace).await;
    };
    let workspace = load_workspace(app, job.workspace).await?;
    let zone = Zone::of(&workspace.jurisdiction);
    let context = Context {
        at: format_time(at, zone, &asked.language),
        url: answer_link(app, &asked),
        sha256: row.sha256.as_ref().map(hex::encode).unwrap_or_default(),
        ..context(app, &asked, open_question(&asked, &key)?, zone)?
    };
    let mail = Mail {
        kind: "transfer_receipt",
        language: &asked.language,
        to,
        recipient: Recipient::Contact(contact.id),
        opt_in: None,
        one_click: None,
        context,
    };
    post::send(app, run, &workspace, mail, &()).await
}
