//! The answer to a request: fulfilled or refused, and the person is told of both.

use entity::{BalanceOutcome, RefusalReason, RequestId, RequestState, RequestStepKind, WorkspaceId, request};

use super::case::{Case, read_text, wrong_state};
use crate::{
    accounts::{Right, allow},
    app::App,
    error::Result,
    platform::{actor::Actor, vault::Vault, work::Work},
};

/// Marks a request as fulfilled, and queues the mail that says so. The caller did what was asked, in the same
/// unit of work. One that was fulfilled before stays as it is.
///
/// # Errors
/// `NotFound` when there is no such request; `Rejected` when it was refused or closed.
pub async fn fulfil_request(work: &mut Work, vault: &Vault, id: RequestId) -> Result<request::Model> {
    fulfil_with(work, vault, id, None, "").await
}

/// The same for a request as it was read, with words for the person.
pub(super) async fn fulfil_with(
    work: &mut Work,
    vault: &Vault,
    id: RequestId,
    expected_version: Option<i32>,
    message: &str,
) -> Result<request::Model> {
    let case = Case::lock_any(work, vault, id).await?;
    if case.row.state == RequestState::Fulfilled && expected_version.is_none() {
        return Ok(case.row);
    }
    let mut case = Case::lock(work, vault, id, expected_version).await?;
    let step = case.step(work, RequestStepKind::Fulfilled, case.entry("request.fulfilled"), message).await?;
    Case::tell(work, step)?;
    end(&mut case, work, RequestState::Fulfilled);
    case.save(work).await
}

fn end(case: &mut Case, work: &Work, state: RequestState) {
    case.row.state = state;
    case.row.answered_at = Some(work.now());
    case.row.suspended_at = None;
    case.row.hurdle = None;
}

/// Refuses a request with its reason, in our words and in those of staff, and tells the person of it and of
/// the remedies: the authority, and the courts (Art. 12(4)).
///
/// # Errors
/// `NotFound`; `Rejected` when it was changed since, has ended, or the own words are missing or too long.
pub async fn refuse_request(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: RequestId,
    expected_version: i32,
    reason: RefusalReason,
    message: &str,
) -> Result<request::Model> {
    allow(actor, Right::ManageRequests)?;
    let message = read_text("message", message, true)?;
    let mut work = app.begin(workspace, actor).await?;
    let case = Case::lock(&work, &app.vault, id, Some(expected_version)).await?;
    if reason == RefusalReason::CompellingGrounds {
        return Err(wrong_state(
            "Compelling grounds are the result of a balance: record it with `recordBalance`.",
        ));
    }
    let row = refuse(case, &mut work, reason, &message).await?;
    work.commit().await?;
    Ok(row)
}

/// Refuses a locked request.
pub(super) async fn refuse(
    mut case: Case,
    work: &mut Work,
    reason: RefusalReason,
    message: &str,
) -> Result<request::Model> {
    case.row.refusal_reason = Some(reason);
    let entry = case.entry("request.refused").with("reason", reason);
    let step = case.step(work, RequestStepKind::Refused, entry, message).await?;
    Case::tell(work, step)?;
    end(&mut case, work, RequestState::Refused);
    case.save(work).await
}

/// Locks an objection as it was read.
///
/// # Errors
/// `NotFound`; `Rejected` when it was changed since, or has ended.
pub(crate) async fn lock_objection(work: &Work, vault: &Vault, id: RequestId, expected: i32) -> Result<()> {
    Case::lock(work, vault, id, Some(expected)).await?;
    Ok(())
}

/// The balance came out for the person: the request is fulfilled. The caller holds its lock.
///
/// # Errors
/// `Rejected` when the reasons are too long.
pub(crate) async fn fulfil_balanced(
    work: &mut Work,
    vault: &Vault,
    id: RequestId,
    reasons: &str,
) -> Result<request::Model> {
    let reasons = read_text("reasons", reasons, false)?;
    balance(work, vault, id, BalanceOutcome::Upheld).await?;
    fulfil_with(work, vault, id, None, &reasons).await
}

/// The balance came out for the controller: the request is refused. The caller holds its lock.
///
/// # Errors
/// `Rejected` when the reasons are missing or too long.
pub(crate) async fn refuse_balanced(
    work: &mut Work,
    vault: &Vault,
    id: RequestId,
    reason: RefusalReason,
    reasons: &str,
) -> Result<request::Model> {
    let reasons = read_text("reasons", reasons, true)?;
    balance(work, vault, id, BalanceOutcome::CompellingGrounds).await?;
    refuse(Case::lock(work, vault, id, None).await?, work, reason, &reasons).await
}

async fn balance(work: &mut Work, vault: &Vault, id: RequestId, outcome: BalanceOutcome) -> Result<()> {
    let mut case = Case::lock(work, vault, id, None).await?;
    case.row.balance = Some(outcome);
    work.record(case.entry("request.balanced").with("outcome", outcome));
    case.save_as_read(work).await?;
    Ok(())
}
