//! A person exercises a right by a button. Each opens a request in the register, proven by the mailbox;
//! what can be served without a decision is carried out by the register's own job.

use entity::{
    ContactId, ObjectionScope, RequestChannel, RequestId, RequestKind, RequestState, TransferAuthorisationId,
    request,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};

use super::{begin, proof_of};
use crate::{
    app::App,
    contacts::every_id_of,
    error::{Error, Result},
    platform::work::Work,
    privacy::{
        packages::transfers::withdraw_transfer,
        requests::{NewRequest, open_request, withdraw_request},
    },
};

/// Longest message, in characters.
const MOST: usize = 2_000;
/// The states of a request that is over.
const OVER: [RequestState; 3] = [RequestState::Fulfilled, RequestState::Refused, RequestState::Closed];

/// What a person asks for.
pub struct Wish {
    /// Which right.
    pub kind: RequestKind,
    /// With an erasure: whether we also remember, by fingerprints, not to write to them.
    pub remember: bool,
    /// What they add; may be empty.
    pub message: String,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exercised {
    /// A request was opened.
    Opened(RequestId),
    /// The same was asked for before, and is not answered yet.
    Already(RequestId),
    /// The message is too long.
    Invalid,
    /// The link opens nothing (any more).
    Unknown,
}

/// Opens a request. Twice is as once, until it is answered.
///
/// # Errors
/// `Busy` when the database is unreachable; then nothing was stored.
pub async fn exercise_right(app: &App, token: &str, wish: Wish) -> Result<Exercised> {
    if wish.message.chars().count() > MOST {
        return Ok(Exercised::Invalid);
    }
    let Some((mut work, answered, contact)) = begin(app, token).await? else { return Ok(Exercised::Unknown) };
    if let Some(open) = open_of(&work, contact.id, wish.kind).await? {
        work.commit().await?;
        return Ok(Exercised::Already(open));
    }
    let new = NewRequest {
        kind: wish.kind,
        channel: RequestChannel::SelfService,
        contact: Some(contact.id),
        email: Some(answered.email),
        name: format!("{} {}", contact.given_name, contact.family_name).trim().to_owned(),
        message: wish.message.trim().to_owned(),
        language: answered.proof.language,
        received_at: work.now(),
        proven: true,
    };
    let row = Box::pin(open_request(&mut work, &app.vault, new)).await?;
    if wish.kind == RequestKind::Erasure && wish.remember {
        // With it, the erasure leaves fingerprints of their mailboxes.
        let objects = request::ActiveModel {
            objects_to: Set(Some(ObjectionScope::Marketing)),
            ..row.clone().into_active_model()
        };
        request::Entity::update(objects).exec(work.db()).await?;
    }
    work.commit().await?;
    Ok(Exercised::Opened(row.id))
}

/// Takes a request back. Twice is as once: false when there is nothing (left) to take back.
///
/// # Errors
/// `Busy` when the database is unreachable; then nothing was changed.
pub async fn take_back(app: &App, token: &str, id: RequestId) -> Result<Option<bool>> {
    let Some((mut work, _, contact)) = begin(app, token).await? else { return Ok(None) };
    let ids = every_id_of(work.db(), work.workspace(), contact.id).await?;
    let withdrawn = withdraw_request(&mut work, &app.vault, id, &ids).await?;
    work.commit().await?;
    Ok(Some(withdrawn.is_some()))
}

/// Withdraws what the person authorised about passing their data on. Twice is as once: false when the link opens
/// nothing, or they authorised no such thing.
///
/// # Errors
/// `Busy` when the database is unreachable; then nothing was changed.
pub async fn withdraw_authorisation(
    app: &App,
    token: &str,
    id: TransferAuthorisationId,
    browser: &str,
) -> Result<bool> {
    let Some(proof) = proof_of(app, token).await? else { return Ok(false) };
    let Some(contact) = proof.contact_id else { return Ok(false) };
    match Box::pin(withdraw_transfer(app, proof.workspace_id, contact, id, browser)).await {
        Ok(()) => Ok(true),
        Err(Error::NotFound) => Ok(false),
        Err(error) => Err(error),
    }
}

/// The person's request of this kind that is not answered yet.
async fn open_of(work: &Work, contact: ContactId, kind: RequestKind) -> Result<Option<RequestId>> {
    let ids = every_id_of(work.db(), work.workspace(), contact).await?;
    let row = request::Entity::find()
        .filter(request::Column::WorkspaceId.eq(work.workspace()))
        .filter(request::Column::ContactId.is_in(ids))
        .filter(request::Column::Kind.eq(kind))
        .filter(request::Column::Channel.eq(RequestChannel::SelfService))
        .filter(request::Column::State.is_not_in(OVER))
        .one(work.db())
        .await?;
    Ok(row.map(|row| row.id))
}
