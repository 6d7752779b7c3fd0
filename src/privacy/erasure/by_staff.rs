//! Staff erase a contact, with a ground and with what the law lets them keep.

use entity::{ContactId, ErasureCause, ErasureGround, ErasureId, RequestId, WorkspaceId, erasure, request};
use sea_orm::EntityTrait;

use super::{Erase, Erased, Exceptions, erase_keeping, loads::erasure_of_contact};
use crate::{
    accounts::{Right, allow},
    app::App,
    error::{Error, ProblemCode, Result},
    platform::actor::Actor,
};

/// Whom staff erase, and why.
#[derive(Clone, Copy, Debug)]
pub struct EraseByStaff {
    /// The contact.
    pub contact: ContactId,
    /// The ground.
    pub ground: ErasureGround,
    /// The request that it answers, if the person asked.
    pub request: Option<RequestId>,
    /// Whether the person also wants not to be written to again.
    pub remember: bool,
    /// What is kept; none: what the law allows by default for this ground.
    pub exceptions: Option<Exceptions>,
}

/// Erases a contact. A second time changes nothing.
///
/// # Errors
/// `NotFound` when there is no such contact; `Rejected` for `requestId` when there is no such request, and with `WRONG_STATE` while a hold applies.
pub async fn erase_by_staff(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    wanted: EraseByStaff,
) -> Result<erasure::Model> {
    allow(actor, Right::EraseContacts)?;
    let mut work = app.begin(workspace, actor).await?;
    if let Some(id) = wanted.request {
        let known = request::Entity::find_by_id((workspace, id)).one(work.db()).await?;
        known.ok_or_else(|| Error::no_such("requestId"))?;
    }
    let cause = if wanted.request.is_some() { ErasureCause::Request } else { ErasureCause::Staff };
    let erase = Erase {
        contact: wanted.contact,
        cause,
        ground: wanted.ground,
        request: wanted.request,
        remember: wanted.remember,
    };
    let exceptions = wanted.exceptions.unwrap_or_else(|| Exceptions::of(wanted.ground));
    match Box::pin(erase_keeping(&mut work, &app.vault, erase, exceptions, ErasureId::new())).await? {
        Erased::Done(row) => {
            work.commit().await?;
            Ok(row)
        }
        Erased::Held(hold) => {
            let message = format!(
                "A hold keeps this contact until {}: release it first, or wait for its end.",
                hold.until.format("%Y-%m-%d")
            );
            Err(Error::rejected(ProblemCode::WrongState, "contactId", message))
        }
        Erased::Nobody => {
            let known = erasure_of_contact(work.db(), workspace, wanted.contact).await?;
            known.ok_or(Error::NotFound)
        }
    }
}
