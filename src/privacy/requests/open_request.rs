//! A request comes in: its clock starts, and its acknowledgement is queued.

use entity::{
    ContactId, EmailAddress, KeyOwner, ObjectionScope, RequestChannel, RequestId, RequestKind, RequestState,
    RequestStepKind, Time, contact_address, request, workspace,
};
use sea_orm::{EntityTrait, IntoActiveModel};

use super::{
    carry_out::{CarryOutRequest, serve_objection},
    case::Case,
    clock::{MONTHS, due_at},
    content::Content,
};
use crate::{
    contacts::find_contact,
    error::{Error, Result},
    platform::{
        data_keys,
        vault::Vault,
        work::{Entry, Work},
    },
};

/// A request as it came in.
pub struct NewRequest {
    /// Which right.
    pub kind: RequestKind,
    /// How it arrived.
    pub channel: RequestChannel,
    /// The contact, if known.
    pub contact: Option<ContactId>,
    /// Where to answer. None: the contact's address in use.
    pub email: Option<EmailAddress>,
    /// Who asks, as they wrote it; may be empty.
    pub name: String,
    /// What they wrote; may be empty.
    pub message: String,
    /// `fr` or `en`.
    pub language: String,
    /// When it was received.
    pub received_at: Time,
    /// Whether their mailbox proved who asks.
    pub proven: bool,
}

/// Opens a request and queues its acknowledgement. What the person asked for on our pages, after their
/// mailbox proved who they are, is carried out by a job at once, if it is access, portability or erasure. An
/// objection to direct marketing takes effect in this unit of work, however it arrived: an objection that
/// does not say to what is taken as one.
///
/// The caller may hold locks of mailboxes and of the contact, none of those behind them.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn open_request(work: &mut Work, vault: &Vault, new: NewRequest) -> Result<request::Model> {
    Box::pin(open_as(work, vault, RequestId::new(), new, ObjectionScope::Marketing)).await
}

/// The same with this id, and with what an objection is about.
pub(super) async fn open_as(
    work: &mut Work,
    vault: &Vault,
    id: RequestId,
    new: NewRequest,
    scope: ObjectionScope,
) -> Result<request::Model> {
    let (now, workspace) = (work.now(), work.workspace());
    let contact = match new.contact {
        Some(contact) => find_contact(work.db(), workspace, contact).await?,
        None => None,
    };
    let email = match (&new.email, contact.as_ref().and_then(|contact| contact.primary_address_id)) {
        (Some(email), _) => email.as_entered().to_owned(),
        (None, Some(address)) => contact_address::Entity::find_by_id((workspace, address))
            .one(work.db())
            .await?
            .map(|address| address.email)
            .unwrap_or_default(),
        (None, None) => String::new(),
    };
    let controller = workspace::Entity::find_by_id(workspace).one(work.db()).await?.ok_or(Error::NotFound)?;
    let (key, wrapped) = vault.new_data_key(workspace)?;
    data_keys::keep(work, &key, wrapped, KeyOwner::Request, id.0).await?;
    let content = Content { email, name: new.name, message: new.message };
    let entry = Entry::new("request.received");
    let row = request::Model {
        workspace_id: workspace,
        id,
        kind: new.kind,
        state: RequestState::Received,
        channel: new.channel,
        contact_id: contact.as_ref().map(|contact| contact.id),
        data_key_id: key.id,
        sealed: Some(content.seal(&key, workspace, id)?),
        language: new.language,
        received_at: new.received_at,
        acknowledged_at: None,
        identity_proven_at: new.proven.then_some(now),
        suspended_at: None,
        due_at: due_at(new.received_at, MONTHS, 0, &controller.jurisdiction),
        extended_at: None,
        extension_reason: None,
        answered_at: None,
        refusal_reason: None,
        assignee_id: None,
        version: 1,
        entry_id: entry.id(),
        stood_still_days: 0,
        hurdle: None,
        objects_to: (new.kind == RequestKind::Objection).then_some(scope),
        balance: None,
        reminded_at: None,
    };
    request::Entity::insert(row.clone().into_active_model()).exec_without_returning(work.db()).await?;
    let mut entry = entry
        .on(id)
        .with("kind", row.kind)
        .with("channel", row.channel)
        .with("receivedAt", row.received_at)
        .with("dueAt", row.due_at);
    if let Some(contact) = row.contact_id {
        entry = entry.about(contact);
    }
    let case = Case::new(row, key);
    // What the person wrote is in the row itself.
    let step = case.step(work, RequestStepKind::Received, entry, "").await?;
    if content.mailbox().is_some() {
        Case::tell(work, step)?;
    }
    let row = case.row;
    match (row.kind, row.contact_id) {
        (RequestKind::Objection, Some(_)) => Box::pin(serve_objection(work, vault, row.id)).await,
        (RequestKind::Access | RequestKind::Portability | RequestKind::Erasure, Some(_))
            if new.proven && row.channel == RequestChannel::SelfService =>
        {
            work.enqueue(&CarryOutRequest { workspace, request: row.id })?;
            Ok(row)
        }
        _ => Ok(row),
    }
}
