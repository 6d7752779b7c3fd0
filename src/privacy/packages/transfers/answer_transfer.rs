//! The person's answer: yes, no, and later "not any more". Twice is as once.

use std::collections::BTreeMap;

use entity::{
    AuthorisationState, ContactId, TransferAuthorisationId, WorkspaceId, contact, contact_address,
    transfer_authorisation as authorisation,
};
use sea_orm::{ActiveValue::Set, EntityTrait, IntoActiveModel, QuerySelect};

use super::{Question, end_transfers::end_unpulled, loads::open_question};
use crate::{
    app::App,
    consent::evidence::{Evidence, Page, attach, load_key},
    contacts::{find_contact, lock_contact},
    error::{Error, Result},
    link_uses::Use,
    platform::{
        actor::Actor,
        vault::DataKey,
        work::{Entry, Work},
    },
};

/// What the person answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Yes.
    Grant,
    /// No.
    Refuse,
    /// Not any more.
    Withdraw,
}

impl Answer {
    /// The answer that a button names.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        match text {
            "grant" => Some(Self::Grant),
            "refuse" => Some(Self::Refuse),
            "withdraw" => Some(Self::Withdraw),
            _ => None,
        }
    }
}

/// The authorisation behind a link, with what the person reads and the person. `None`: not one of our links,
/// or the person was erased.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn find_authorisation(
    app: &App,
    token: &str,
) -> Result<Option<(authorisation::Model, Question, contact::Model)>> {
    let Some(link) = app.vault.verify(Use::AuthoriseTransfer, token) else { return Ok(None) };
    let id = (link.workspace, TransferAuthorisationId(link.row));
    let Some(row) = authorisation::Entity::find_by_id(id).one(app.db()).await? else { return Ok(None) };
    let Some(contact) = find_contact(app.db(), row.workspace_id, row.contact_id).await? else {
        return Ok(None);
    };
    let Some(key) = load_key(app.db(), &app.vault, row.workspace_id, row.data_key_id).await? else {
        return Ok(None);
    };
    let question = open_question(&row, &key)?;
    Ok(Some((row, question, contact)))
}

/// Answers with the link. `None` as for `find_authorisation`.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn answer_transfer(app: &App, token: &str, answer: Answer, browser: &str) -> Result<Option<()>> {
    let Some((row, ..)) = find_authorisation(app, token).await? else { return Ok(None) };
    act(app, row.workspace_id, row.contact_id, row.id, answer, browser).await?;
    Ok(Some(()))
}

/// Takes an authorisation back, for a person who proved their mailbox. Nothing else is passed on.
///
/// # Errors
/// `NotFound` when the contact has no such authorisation; `Busy` when the database is unreachable.
pub async fn withdraw_transfer(
    app: &App,
    workspace: WorkspaceId,
    contact: ContactId,
    id: TransferAuthorisationId,
    browser: &str,
) -> Result<()> {
    act(app, workspace, contact, id, Answer::Withdraw, browser).await
}

async fn act(
    app: &App,
    workspace: WorkspaceId,
    contact: ContactId,
    id: TransferAuthorisationId,
    answer: Answer,
    browser: &str,
) -> Result<()> {
    let mut work = app.begin(workspace, Actor::Contact(contact)).await?;
    let contact = lock_contact(&work, contact).await?.ok_or(Error::NotFound)?;
    work.act_as(Actor::Contact(contact.id));
    let row = authorisation::Entity::find_by_id((workspace, id)).lock_exclusive().one(work.db()).await?;
    let row = row.filter(|row| row.contact_id == contact.id).ok_or(Error::NotFound)?;
    let now = work.now();
    let (state, kind) = match (row.state, answer) {
        (AuthorisationState::Asked, Answer::Grant) if now < row.answer_until => {
            (AuthorisationState::Granted, "transfer.granted")
        }
        (AuthorisationState::Asked, Answer::Refuse) if now < row.answer_until => {
            (AuthorisationState::Refused, "transfer.refused")
        }
        (AuthorisationState::Granted, Answer::Withdraw) => {
            (AuthorisationState::Withdrawn, "transfer.withdrawn")
        }
        // Answered before, or too late: the page says what holds.
        _ => return Ok(()),
    };
    let key = load_key(work.db(), &app.vault, workspace, row.data_key_id).await?.ok_or(Error::NotFound)?;
    let entry = Entry::new(kind).about(contact.id).on(row.id).with("recipient", row.recipient_id);
    let entry = prove(&work, &key, &contact, &row, entry, (browser, &app.config.public_url)).await?;
    let entry = work.record(entry);
    let mut update = row.into_active_model();
    update.state = Set(state);
    update.proof_entry_id = Set(Some(entry));
    if state == AuthorisationState::Withdrawn {
        update.withdrawn_at = Set(Some(now));
        end_unpulled(&mut work, id, contact.id).await?;
    } else {
        update.decided_at = Set(Some(now));
    }
    authorisation::Entity::update(update).exec(work.db()).await?;
    work.commit().await.map(|_| ())
}

/// The sealed part of the proof, as consents have it.
async fn prove(
    work: &Work,
    key: &DataKey,
    contact: &contact::Model,
    row: &authorisation::Model,
    entry: Entry,
    (browser, origin): (&str, &str),
) -> Result<Entry> {
    let address = match contact.primary_address_id {
        Some(id) => contact_address::Entity::find_by_id((work.workspace(), id)).one(work.db()).await?,
        None => None,
    };
    let evidence = Evidence {
        page: Page { origin: origin.to_owned(), path: "/my-data/transfer".to_owned(), utm: BTreeMap::new() },
        language: row.language.clone(),
        submitted_with: String::new(),
        confirmed_with: browser.to_owned(),
        seconds_after_mail: Some((work.now() - row.asked_at).num_seconds()),
        mailbox: address.map(|address| address.email).unwrap_or_default(),
    };
    attach(work, key, contact.id, entry, &evidence).await
}
