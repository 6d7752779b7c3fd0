//! Asking who somebody is (GDPR Art. 12(6)): a link to their mailbox, never an identity document. While the
//! answer is outstanding the clock stands still, if the question came without delay.

use entity::{
    ContactId, MailboxProofKind, RequestId, RequestState, RequestStepKind, WorkspaceId, contact_address,
    request, workspace,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use super::{
    carry_out::CarryOutRequest,
    case::{Case, wrong_state},
    clock::{MONTHS, MONTHS_EXTENDED, WITHOUT_DELAY, days_between, due_at},
    content::open_request_file,
};
use crate::{
    accounts::{Right, allow},
    app::App,
    error::{Error, Result},
    platform::{actor::Actor, vault::Vault, work::Work},
    privacy::mailbox_proof::{Question, ask_mailbox},
};

/// Sends the person a link that proves their mailbox.
///
/// # Errors
/// `NotFound`; `Rejected` when it was changed since, has ended, names no mailbox, or is proven already.
pub async fn ask_for_identity(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: RequestId,
    expected_version: i32,
) -> Result<request::Model> {
    allow(actor, Right::ManageRequests)?;
    let mut work = app.begin(workspace, actor).await?;
    let mut case = Case::lock(&work, &app.vault, id, Some(expected_version)).await?;
    if case.row.identity_proven_at.is_some() {
        return Err(wrong_state("The mailbox has proven already who asks."));
    }
    let content = open_request_file(work.db(), &app.vault, &case.row).await?.map(|(content, _)| content);
    let Some(email) = content.and_then(|content| content.mailbox()) else {
        let message =
            "This request names no mailbox that could be asked: ask the person for a way to write to them.";
        return Err(wrong_state(message));
    };
    let question = Question {
        kind: MailboxProofKind::MyData,
        email,
        language: case.row.language.clone(),
        contact: None,
        extra: json!({ "request": id }),
    };
    ask_mailbox(&mut work, &app.vault, question).await?;
    let in_time = work.now() <= case.row.received_at + WITHOUT_DELAY;
    let entry = case.entry("request.identity_asked").with("suspends", i64::from(in_time));
    case.step(&mut work, RequestStepKind::IdentityAsked, entry, "").await?;
    case.row.state = RequestState::IdentityPending;
    if in_time && case.row.suspended_at.is_none() {
        case.row.suspended_at = Some(work.now());
    }
    let row = case.save(&work).await?;
    work.commit().await?;
    Ok(row)
}

/// The mailbox answered a question that `ask_for_identity` put: `extra` is what the question holds, `contact`
/// whose mailbox it is, if anybody's. The clock runs again; what was asked for on our pages is carried out.
/// `None`: the question was not about a request that waits for it.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn identity_proven(
    work: &mut Work,
    vault: &Vault,
    extra: &Value,
    contact: Option<ContactId>,
) -> Result<Option<request::Model>> {
    let Some(id) = extra["request"].as_str().and_then(|id| id.parse::<RequestId>().ok()) else {
        return Ok(None);
    };
    let mut case = match Case::lock(work, vault, id, None).await {
        Ok(case) => case,
        Err(Error::NotFound | Error::Rejected(_)) => return Ok(None),
        Err(error) => return Err(error),
    };
    if case.row.state != RequestState::IdentityPending {
        return Ok(None);
    }
    case.row.identity_proven_at = Some(work.now());
    // Staff may have named a contact; the mailbox decides only where they have not.
    case.row.contact_id = case.row.contact_id.or(contact);
    if let Some(since) = case.row.suspended_at.take() {
        let controller = workspace::Entity::find_by_id(work.workspace()).one(work.db()).await?;
        let country = controller.ok_or(Error::NotFound)?.jurisdiction;
        case.row.stood_still_days += days_between(since, work.now(), &country);
        let months = if case.row.extended_at.is_some() { MONTHS_EXTENDED } else { MONTHS };
        case.row.due_at = due_at(case.row.received_at, months, case.row.stood_still_days, &country);
    }
    case.row.state = RequestState::InProgress;
    let entry = case.entry("request.identity_proven").with("dueAt", case.row.due_at);
    case.step(work, RequestStepKind::IdentityProven, entry, "").await?;
    if let Some(contact) = case.row.contact_id
        && is_theirs(work, vault, &case.row, contact).await?
    {
        work.enqueue(&CarryOutRequest { workspace: work.workspace(), request: id })?;
    }
    Ok(Some(case.save(work).await?))
}

/// Whether the mailbox that answered is one of the contact's: only then is anything carried out without
/// staff.
async fn is_theirs(work: &Work, vault: &Vault, row: &request::Model, contact: ContactId) -> Result<bool> {
    let content = open_request_file(work.db(), vault, row).await?.map(|(content, _)| content);
    let Some(email) = content.and_then(|content| content.mailbox()) else { return Ok(false) };
    let address = contact_address::Entity::find()
        .filter(contact_address::Column::WorkspaceId.eq(work.workspace()))
        .filter(contact_address::Column::ContactId.eq(contact))
        .filter(contact_address::Column::EmailKey.eq(email.key()));
    Ok(address.one(work.db()).await?.is_some())
}
