//! Objections (GDPR Art. 21). To direct marketing: it stops at once, whatever speaks for it. To other
//! processing on legitimate interests: the contact is restricted until staff have recorded how the interests
//! weigh.

use entity::{
    BalanceOutcome, ContactId, ObjectionScope, RefusalReason, RequestId, RequestKind, RestrictionGround,
    WorkspaceId, request, restriction,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::{
    requests::{fulfil_balanced, lock_objection, refuse_balanced},
    restriction::{announce, restrict},
};
use crate::{
    accounts::{Right, allow},
    app::App,
    consent::{
        end_legitimate_interests,
        lock_person::{Locked, Nobody, lock_people},
        object_to_marketing, on_legitimate_interests,
    },
    contacts::lock_contact,
    error::{Error, ProblemCode, Result},
    platform::{actor::Actor, work::Work},
};

/// Carries an objection out, in the caller's unit of work; locks the person's mailboxes and contact. Returns
/// whether a balance is to be recorded; none: there is nothing that rests on legitimate interests.
///
/// # Errors
/// `NotFound` when there is no such contact.
pub async fn object(
    work: &mut Work,
    contact: ContactId,
    scope: ObjectionScope,
    request: RequestId,
) -> Result<Option<bool>> {
    let Locked { mut contacts, addresses } =
        lock_people(work, &[contact]).await.map_err(|error| match error {
            Nobody::Is(_) => Error::NotFound,
            Nobody::Fault(error) => error,
        })?;
    let contact = contacts.pop().ok_or(Error::NotFound)?;
    match scope {
        ObjectionScope::Marketing => {
            object_to_marketing(work, contact.id, &addresses).await?;
            Ok(Some(false))
        }
        ObjectionScope::LegitimateInterests => {
            if on_legitimate_interests(work, contact.id).await?.is_empty() {
                return Ok(None);
            }
            restrict(work, contact.id, RestrictionGround::ObjectionPending, Some(request)).await?;
            Ok(Some(true))
        }
    }
}

/// Records how the interests weigh. Upheld: processing on legitimate interests ends for this person, and the
/// request is fulfilled. Compelling grounds: it goes on, and the request is refused with its remedies. The
/// restriction ends once the person was told that it is about to.
///
/// # Errors
/// `NotFound`; `Rejected` when it was changed since, has ended, is no objection that waits for a balance, or
/// the reasons are missing.
pub async fn record_balance(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: RequestId,
    expected_version: i32,
    outcome: BalanceOutcome,
    reasons: &str,
) -> Result<request::Model> {
    allow(actor, Right::ManageRequests)?;
    let mut work = app.begin(workspace, actor).await?;
    let seen = request::Entity::find_by_id((workspace, id)).one(work.db()).await?.ok_or(Error::NotFound)?;
    let refuse = |message: &str| Err(Error::rejected(ProblemCode::WrongState, "requestId", message));
    if seen.kind != RequestKind::Objection || seen.objects_to != Some(ObjectionScope::LegitimateInterests) {
        return refuse("Only an objection to processing on legitimate interests is weighed.");
    }
    let Some(contact) = seen.contact_id else {
        return refuse(
            "This request names no contact: fulfil it with a contact first, which restricts them.",
        );
    };
    let contact = lock_contact(&work, contact).await?.ok_or(Error::NotFound)?;
    lock_objection(&work, &app.vault, id, expected_version).await?;
    let row = match outcome {
        BalanceOutcome::Upheld => {
            end_legitimate_interests(&mut work, contact.id).await?;
            fulfil_balanced(&mut work, &app.vault, id, reasons).await?
        }
        BalanceOutcome::CompellingGrounds => {
            refuse_balanced(&mut work, &app.vault, id, RefusalReason::CompellingGrounds, reasons).await?
        }
    };
    let pending = restriction::Entity::find()
        .filter(restriction::Column::WorkspaceId.eq(workspace))
        .filter(restriction::Column::RequestId.eq(id))
        .filter(restriction::Column::LiftedAt.is_null())
        .one(work.db())
        .await?;
    // Who has no mailbox is told by staff, who then lift it.
    if let Some(pending) = pending
        && contact.primary_address_id.is_some()
    {
        announce(&mut work, pending).await?;
    }
    work.commit().await?;
    Ok(row)
}
