//! What staff do with a request, short of its answer: begin, extend, write to the person, hand it to a
//! member, close.

use entity::{
    ExtensionReason, MemberId, RequestId, RequestState, RequestStepKind, WorkspaceId, member, request,
    workspace,
};
use sea_orm::EntityTrait;

use super::{
    case::{Case, read_text, wrong_state},
    clock::{MONTHS_EXTENDED, due_at},
};
use crate::{
    accounts::{Right, allow},
    app::App,
    error::{Error, ProblemCode, Result},
    platform::actor::Actor,
};

/// Why a request ends without an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closing {
    /// The person withdrew it.
    Withdrawn,
    /// It was logged twice, or was no request.
    Mistaken,
}

/// Begins the work on a request.
///
/// # Errors
/// `NotFound`; `Rejected` when it was changed since, waits for the person, is under way, or has ended.
pub async fn start_request(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: RequestId,
    expected_version: i32,
) -> Result<request::Model> {
    allow(actor, Right::ManageRequests)?;
    let mut work = app.begin(workspace, actor).await?;
    let mut case = Case::lock(&work, &app.vault, id, Some(expected_version)).await?;
    if !matches!(
        case.row.state,
        RequestState::Received | RequestState::Acknowledged | RequestState::IdentityPending
    ) {
        return Err(wrong_state("Work on this request has begun already."));
    }
    if case.row.suspended_at.is_some() {
        let message = "Its clock stands still until the person proves who they are: wait for it, or refuse or close it.";
        return Err(wrong_state(message));
    }
    case.step(&mut work, RequestStepKind::Started, case.entry("request.started"), "").await?;
    case.row.state = RequestState::InProgress;
    let row = case.save(&work).await?;
    work.commit().await?;
    Ok(row)
}

/// Extends a request by two months, once, while its first month lasts, and tells the person why (Art. 12(3)).
///
/// # Errors
/// `NotFound`; `Rejected` when it was changed since, has ended, was extended before, or its first month is
/// over.
pub async fn extend_request(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: RequestId,
    expected_version: i32,
    reason: ExtensionReason,
    message: &str,
) -> Result<request::Model> {
    allow(actor, Right::ManageRequests)?;
    let message = read_text("message", message, false)?;
    let mut work = app.begin(workspace, actor).await?;
    let mut case = Case::lock(&work, &app.vault, id, Some(expected_version)).await?;
    if case.row.extended_at.is_some() {
        return Err(wrong_state("A request is extended once only."));
    }
    if case.row.suspended_at.is_some() {
        return Err(wrong_state(
            "Its clock stands still: extend it once the person has proven who they are.",
        ));
    }
    if work.now() > case.row.due_at {
        return Err(wrong_state("The first month is over, and only in it a request may be extended."));
    }
    let controller = workspace::Entity::find_by_id(workspace).one(work.db()).await?.ok_or(Error::NotFound)?;
    case.row.extended_at = Some(work.now());
    case.row.extension_reason = Some(reason);
    case.row.state = RequestState::Extended;
    case.row.due_at =
        due_at(case.row.received_at, MONTHS_EXTENDED, case.row.stood_still_days, &controller.jurisdiction);
    case.row.reminded_at = None;
    let entry = case.entry("request.extended").with("reason", reason).with("dueAt", case.row.due_at);
    let step = case.step(&mut work, RequestStepKind::Extended, entry, &message).await?;
    Case::tell(&mut work, step)?;
    let row = case.save(&work).await?;
    work.commit().await?;
    Ok(row)
}

/// Writes to the person about their request, or notes what they wrote.
///
/// # Errors
/// `NotFound`; `Rejected` when it was changed since, has ended, or the text is missing or too long.
pub async fn answer_request(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: RequestId,
    expected_version: i32,
    message: &str,
    from_the_person: bool,
) -> Result<request::Model> {
    allow(actor, Right::ManageRequests)?;
    let message = read_text("message", message, true)?;
    let mut work = app.begin(workspace, actor).await?;
    let case = Case::lock(&work, &app.vault, id, Some(expected_version)).await?;
    if from_the_person {
        case.step(&mut work, RequestStepKind::MessageIn, case.entry("request.message_received"), &message)
            .await?;
    } else {
        let entry = case.entry("request.answered");
        let step = case.step(&mut work, RequestStepKind::MessageOut, entry, &message).await?;
        Case::tell(&mut work, step)?;
    }
    let row = case.save(&work).await?;
    work.commit().await?;
    Ok(row)
}

/// Hands a request to a member, or to nobody.
///
/// # Errors
/// `NotFound`; `Rejected` when it was changed since, has ended, or the member has no access.
pub async fn assign_request(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: RequestId,
    expected_version: i32,
    assignee: Option<MemberId>,
) -> Result<request::Model> {
    allow(actor, Right::ManageRequests)?;
    let mut work = app.begin(workspace, actor).await?;
    if let Some(assignee) = assignee {
        let row = member::Entity::find_by_id((workspace, assignee)).one(work.db()).await?;
        let row = row.ok_or_else(|| Error::no_such("assigneeId"))?;
        if row.joined_at.is_none() || row.deactivated_at.is_some() {
            let message = "This member has no access: choose another one.";
            return Err(Error::rejected(ProblemCode::WrongState, "assigneeId", message));
        }
        if !crate::accounts::allows(row.role, Right::ManageRequests) {
            let message = "This member's role may not handle requests: choose another one.";
            return Err(Error::rejected(ProblemCode::WrongState, "assigneeId", message));
        }
    }
    let mut case = Case::lock(&work, &app.vault, id, Some(expected_version)).await?;
    if case.row.assignee_id == assignee {
        return Ok(case.row);
    }
    case.row.assignee_id = assignee;
    let mut entry = case.entry("request.assigned");
    if let Some(assignee) = assignee {
        entry = entry.with("assignee", assignee);
    }
    work.record(entry);
    let row = case.save(&work).await?;
    work.commit().await?;
    Ok(row)
}

/// Ends a request without an answer. Who could not be identified is refused instead, so that they are told.
///
/// # Errors
/// `NotFound`; `Rejected` when it was changed since, or has ended.
pub async fn close_request(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: RequestId,
    expected_version: i32,
    reason: Closing,
    note: &str,
) -> Result<request::Model> {
    allow(actor, Right::ManageRequests)?;
    let note = read_text("note", note, false)?;
    let mut work = app.begin(workspace, actor).await?;
    let mut case = Case::lock(&work, &app.vault, id, Some(expected_version)).await?;
    let word = match reason {
        Closing::Withdrawn => "WITHDRAWN",
        Closing::Mistaken => "MISTAKEN",
    };
    let entry = case.entry("request.closed").with("reason", word);
    case.step(&mut work, RequestStepKind::Closed, entry, &note).await?;
    case.row.state = RequestState::Closed;
    case.row.suspended_at = None;
    let row = case.save(&work).await?;
    work.commit().await?;
    Ok(row)
}
