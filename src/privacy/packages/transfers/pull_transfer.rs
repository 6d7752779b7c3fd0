//! The recipient downloads the file, once. What was disclosed is noted in the same unit of work.

use entity::{
    AuthorisationState, DisclosureId, DisclosureMeans, PackageState, Time, TransferAuthorisationId,
    TransferCategory, TransferId, TransferState, package, transfer, transfer_authorisation as authorisation,
};
use sea_orm::{ActiveValue::Set, EntityTrait, IntoActiveModel, QuerySelect};

use super::{Question, SendTransferReceipt, loads::open_question};
use crate::{
    app::App,
    consent::evidence::load_key,
    contacts::lock_contact,
    error::{Error, Result},
    link_uses::Use,
    platform::{
        actor::Actor,
        work::{Entry, Work},
    },
    privacy::{
        packages::Download,
        recipients::{NewDisclosure, write_disclosure},
    },
};

/// A transfer that can be pulled.
pub struct Pull {
    /// Its row.
    pub transfer: transfer::Model,
    /// What the person authorised.
    pub authorisation: authorisation::Model,
    /// What they read about it.
    pub question: Question,
    /// The file.
    pub file: package::Model,
}

/// The transfer behind a link, while it can be pulled. `None`: not one of our links, used, expired, or
/// withdrawn.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn find_transfer(app: &App, token: &str) -> Result<Option<Pull>> {
    let Some(link) = app.vault.verify(Use::PullTransfer, token) else { return Ok(None) };
    let until: Option<Time> = link
        .extra
        .try_into()
        .ok()
        .and_then(|bytes: [u8; 8]| chrono::DateTime::from_timestamp_millis(i64::from_be_bytes(bytes)));
    if until.is_none_or(|until| until <= app.now()) {
        return Ok(None);
    }
    let row = transfer::Entity::find_by_id((link.workspace, TransferId(link.row))).one(app.db()).await?;
    let Some(row) = row.filter(|row| can_be_pulled(row, app.now())) else { return Ok(None) };
    let id = (row.workspace_id, row.authorisation_id);
    let authorised = authorisation::Entity::find_by_id(id).one(app.db()).await?;
    let Some(authorised) = authorised.filter(|row| holds(row, app.now())) else { return Ok(None) };
    let file = package::Entity::find_by_id((row.workspace_id, row.package_id)).one(app.db()).await?;
    let Some(file) = file.filter(|file| file.state == PackageState::Ready) else { return Ok(None) };
    let key = load_key(app.db(), &app.vault, row.workspace_id, authorised.data_key_id).await?;
    let Some(key) = key else { return Ok(None) };
    let question = open_question(&authorised, &key)?;
    Ok(Some(Pull { transfer: row, authorisation: authorised, question, file }))
}

fn can_be_pulled(row: &transfer::Model, now: Time) -> bool {
    row.state == TransferState::Waiting && row.expires_at > now
}

fn holds(row: &authorisation::Model, now: Time) -> bool {
    row.state == AuthorisationState::Granted && (row.valid_from..row.valid_until).contains(&now)
}

/// Uses the link up, notes the disclosure, and gives the file. `None` as for `find_transfer`.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn pull_transfer(app: &App, token: &str) -> Result<Option<Download>> {
    let Some(found) = find_transfer(app, token).await? else { return Ok(None) };
    let (workspace, file) = (found.transfer.workspace_id, found.file);
    let key = load_key(app.db(), &app.vault, workspace, file.data_key_id).await?;
    let Some(key) = key else { return Ok(None) };
    let mut work = app.begin(workspace, Actor::System).await?;
    let (id, asked) = (found.transfer.id, found.authorisation.id);
    if use_up(&mut work, id, asked, &file).await?.is_none() {
        return Ok(None);
    }
    work.enqueue(&SendTransferReceipt { workspace, transfer: id })?;
    work.commit().await?;
    Ok(Some(Download::new(file, key)))
}

async fn use_up(
    work: &mut Work,
    id: TransferId,
    asked: TransferAuthorisationId,
    file: &package::Model,
) -> Result<Option<()>> {
    let Some(contact) = lock_contact(work, file.contact_id).await? else { return Ok(None) };
    let (workspace, now) = (work.workspace(), work.now());
    let authorised =
        authorisation::Entity::find_by_id((workspace, asked)).lock_exclusive().one(work.db()).await?;
    let Some(authorised) = authorised.filter(|row| holds(row, now)) else { return Ok(None) };
    let row = transfer::Entity::find_by_id((workspace, id)).lock_exclusive().one(work.db()).await?;
    let Some(row) = row.filter(|row| can_be_pulled(row, now)) else { return Ok(None) };
    let scope: Vec<TransferCategory> = serde_json::from_str(&authorised.scope)?;
    let new = NewDisclosure {
        contact: contact.id,
        recipient: authorised.recipient_id,
        purpose: None,
        means: DisclosureMeans::PullLink,
        fields: scope.iter().map(|category| category.as_str().to_ascii_lowercase()).collect(),
    };
    match write_disclosure(work, DisclosureId::new(), &contact, &new).await {
        Ok(_) => {}
        // Nothing allows the transfer any more: for the recipient the link is over.
        Err(Error::Rejected(_)) => return Ok(None),
        Err(error) => return Err(error),
    }
    let mut entry = Entry::new("transfer.pulled")
        .about(contact.id)
        .on(id)
        .with("recipient", authorised.recipient_id)
        .with("bytes", file.bytes);
    if let Some(sha256) = &file.sha256 {
        entry = entry.with("sha256", entity::Fact::Hash(sha256.clone()));
    }
    work.record(entry);
    let mut update = row.into_active_model();
    update.state = Set(TransferState::Pulled);
    update.pulled_at = Set(Some(now));
    update.bytes = Set(file.bytes);
    update.sha256 = Set(file.sha256.clone());
    transfer::Entity::update(update).exec(work.db()).await?;
    Ok(Some(()))
}
