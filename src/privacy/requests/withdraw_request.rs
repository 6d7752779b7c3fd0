//! A person takes back a request that is not answered yet, on their data page.

use entity::{ContactId, RequestId, RequestKind, RequestState, RequestStepKind, request};

use super::case::Case;
use crate::{
    error::{Error, Result},
    platform::{vault::Vault, work::Work},
};

/// Closes a request of these contacts, in the caller's unit of work. `None`: it is not theirs, has ended,
/// or is an objection, which took effect when it came.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn withdraw_request(
    work: &mut Work,
    vault: &Vault,
    id: RequestId,
    theirs: &[ContactId],
) -> Result<Option<request::Model>> {
    let mut case = match Case::lock(work, vault, id, None).await {
        Ok(case) => case,
        Err(Error::NotFound | Error::Rejected(_)) => return Ok(None),
        Err(error) => return Err(error),
    };
    let is_theirs = case.row.contact_id.is_some_and(|contact| theirs.contains(&contact));
    if !is_theirs || case.row.kind == RequestKind::Objection {
        return Ok(None);
    }
    let entry = case.entry("request.closed").with("reason", "WITHDRAWN");
    case.step(work, RequestStepKind::Closed, entry, "").await?;
    case.row.state = RequestState::Closed;
    case.row.suspended_at = None;
    Ok(Some(case.save(work).await?))
}
