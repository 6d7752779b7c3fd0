//! Doing what a request asks for: at once, when the person proved on our pages who they are; and when staff
//! say so.

use entity::{
    ContactId, ErasureCause, ErasureGround, ObjectionScope, PackageKind, RecipientNoticeKind, RequestHurdle,
    RequestId, RequestKind, RequestState, RequestStepKind, RestrictionGround, WorkspaceId, package, request,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};

use super::{
    case::{Case, is_open, read_text, wrong_state},
    decide_request::fulfil_with,
    rights_of::{applies_to_all, bases_of, rights_of},
};
use crate::{
    accounts::{Right, allow},
    app::App,
    contacts::find_contact,
    error::{Error, ProblemCode, Result},
    platform::{
        actor::Actor,
        outbox::{Job, JobResult, Outcome, Run},
        vault::Vault,
        work::Work,
    },
    privacy::{
        erasure::{Erase, Erased, erase_contact, erasure_of_contact},
        holds::current_hold,
        objection::object,
        packages::order_package,
        recipients::note_recipients,
        requests::rights_of::Applies,
        restriction::restrict,
    },
};

/// Carries out what a proven person asked for.
#[derive(Debug, Serialize, Deserialize)]
pub struct CarryOutRequest {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The request.
    pub request: RequestId,
}

impl Job for CarryOutRequest {
    const KIND: &'static str = "carry_out_request";
    // After the acknowledgement.
    const PRIORITY: i32 = 30;
}

/// What staff say when they fulfil a request.
#[derive(Clone, Debug, Default)]
pub struct Serving {
    /// Who asks, if the request does not name its contact yet.
    pub contact: Option<ContactId>,
    /// For an erasure, its ground; none = the person withdrew or the data are no longer needed.
    pub erasure_ground: Option<ErasureGround>,
    /// For a restriction, its ground.
    pub restriction_ground: Option<RestrictionGround>,
    /// Words for the person; may be empty.
    pub message: String,
}

/// What came of it.
enum Served {
    /// It is done.
    Done,
    /// It is under way: a package is being built, or a balance is to be recorded.
    UnderWay,
    /// Staff must decide.
    Waits(RequestHurdle),
}

/// Staff fulfil a request: what it asks for is done in the same unit of work. Packages are built by a job,
/// and the request is fulfilled when they are ready.
///
/// # Errors
/// `NotFound`; `Rejected` when it was changed since, has ended, names no contact, lacks a ground, or a hold
/// forbids the erasure.
pub async fn serve_request(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: RequestId,
    expected_version: i32,
    serving: Serving,
) -> Result<request::Model> {
    allow(actor, Right::ManageRequests)?;
    let message = read_text("message", &serving.message, false)?;
    let mut work = app.begin(workspace, actor).await?;
    let named = match serving.contact {
        Some(contact) => {
            let row = find_contact(work.db(), workspace, contact).await?;
            Some(row.ok_or_else(|| Error::no_such("contactId"))?.id)
        }
        None => None,
    };
    let seen = request::Entity::find_by_id((workspace, id)).one(work.db()).await?.ok_or(Error::NotFound)?;
    if seen.version != expected_version || !is_open(seen.state) {
        // Says which of the two.
        Case::lock(&work, &app.vault, id, Some(expected_version)).await?;
    }
    let known = match seen.contact_id {
        Some(contact) => find_contact(work.db(), workspace, contact).await?.map(|contact| contact.id),
        None => named,
    };
    if named.is_some_and(|named| Some(named) != known) {
        let message = "This request names another contact already: leave it out.";
        return Err(Error::rejected(ProblemCode::WrongState, "contactId", message));
    }
    let served = match (seen.kind, known) {
        // Corrected by hand before; of somebody who is no contact (any more) there is nothing left to do.
        (RequestKind::Rectification, known) => {
            if let Some(contact) = known {
                note_recipients(&mut work, contact, RecipientNoticeKind::Rectification).await?;
            }
            Served::Done
        }
        (_, None) if was_erased(&work, &seen).await? => Served::Done,
        (_, None) => {
            let message = "This request names no contact: find them and give contactId, or refuse it because the person could not be identified.";
            return Err(Error::rejected(ProblemCode::Required, "contactId", message));
        }
        (_, Some(contact)) => serve(&mut work, &app.vault, &seen, contact, &serving).await?,
    };
    if let Served::Waits(hurdle) = served {
        return Err(wrong_state(why_not(hurdle)));
    }
    let mut case = Case::lock(&work, &app.vault, id, Some(expected_version)).await?;
    case.row.contact_id = case.row.contact_id.or(known);
    let row = match served {
        Served::Done => {
            case.save_as_read(&work).await?;
            fulfil_with(&mut work, &app.vault, id, Some(expected_version), &message).await?
        }
        _ => begin(case, &mut work).await?,
    };
    work.commit().await?;
    Ok(row)
}

fn why_not(hurdle: RequestHurdle) -> &'static str {
    match hurdle {
        RequestHurdle::Held => {
            "A hold forbids this erasure for now: release it if its reason has ended, or refuse the request with its reason."
        }
        RequestHurdle::RightMayNotApply => {
            "There is nothing on legitimate interests to weigh for this person: write to them, or refuse the request."
        }
        RequestHurdle::NoContact => "There is no such contact any more.",
    }
}

/// Does what a request asks for. Locks of mailboxes and contacts are taken here; the request's comes after.
async fn serve(
    work: &mut Work,
    vault: &Vault,
    row: &request::Model,
    contact: ContactId,
    serving: &Serving,
) -> Result<Served> {
    match row.kind {
        RequestKind::Access | RequestKind::Portability => {
            let ordered = package::Entity::find()
                .filter(package::Column::WorkspaceId.eq(work.workspace()))
                .filter(package::Column::RequestId.eq(row.id));
            if ordered.one(work.db()).await?.is_none() {
                let kind = if row.kind == RequestKind::Access {
                    PackageKind::Access
                } else {
                    PackageKind::Portability
                };
                order_package(work, vault, contact, kind, Some(row.id)).await?;
            }
            Ok(Served::UnderWay)
        }
        RequestKind::Erasure => {
            let wanted = Erase {
                contact,
                cause: ErasureCause::Request,
                ground: serving.erasure_ground.unwrap_or(ErasureGround::NoLongerNecessary),
                request: Some(row.id),
                // Who also wants never to be written to again said so with the request.
                remember: row.objects_to.is_some(),
            };
            Ok(match Box::pin(erase_contact(work, vault, wanted)).await? {
                // Who is no contact any more was erased before.
                Erased::Done(_) | Erased::Nobody => Served::Done,
                Erased::Held(_) => Served::Waits(RequestHurdle::Held),
            })
        }
        RequestKind::Restriction => {
            let Some(ground) = serving.restriction_ground else {
                let message = "Say why processing is restricted (GDPR Art. 18(1)).";
                return Err(Error::rejected(ProblemCode::Required, "restrictionGround", message));
            };
            restrict(work, contact, ground, Some(row.id)).await?;
            Ok(Served::Done)
        }
        RequestKind::Objection => {
            let scope = row.objects_to.unwrap_or(ObjectionScope::Marketing);
            Ok(match object(work, contact, scope, row.id).await? {
                Some(true) => Served::UnderWay,
                Some(false) => Served::Done,
                None => Served::Waits(RequestHurdle::RightMayNotApply),
            })
        }
        RequestKind::Rectification => Ok(Served::UnderWay),
    }
}

/// An objection takes effect when it is received.
pub(super) async fn serve_objection(work: &mut Work, vault: &Vault, id: RequestId) -> Result<request::Model> {
    let row = request::Entity::find_by_id((work.workspace(), id)).one(work.db()).await?;
    let row = row.ok_or(Error::NotFound)?;
    let contact = row.contact_id.ok_or(Error::NotFound)?;
    let served = serve(work, vault, &row, contact, &Serving::default()).await?;
    note(work, vault, id, served).await
}

/// Writes on the request what came of it.
async fn note(work: &mut Work, vault: &Vault, id: RequestId, served: Served) -> Result<request::Model> {
    match served {
        Served::Done => fulfil_with(work, vault, id, None, "").await,
        Served::UnderWay => begin(Case::lock(work, vault, id, None).await?, work).await,
        Served::Waits(hurdle) => {
            let mut case = Case::lock(work, vault, id, None).await?;
            case.row.hurdle = Some(hurdle);
            work.record(case.entry("request.left_to_staff").with("hurdle", hurdle));
            case.save(work).await
        }
    }
}

async fn begin(mut case: Case, work: &mut Work) -> Result<request::Model> {
    if matches!(
        case.row.state,
        RequestState::Received | RequestState::Acknowledged | RequestState::IdentityPending
    ) {
        case.step(work, RequestStepKind::Started, case.entry("request.started"), "").await?;
        case.row.state = RequestState::InProgress;
    }
    case.row.hurdle = None;
    case.save(work).await
}

/// Carries a proven request out, unless the right may not apply or a hold forbids it: then staff see why.
///
/// # Errors
/// `Busy` when the database is unavailable; the job is retried.
pub async fn carry_out_request(app: &App, run: &Run, job: &CarryOutRequest) -> JobResult {
    let mut work = app.begin(job.workspace, Actor::System).await?;
    let row = request::Entity::find_by_id((job.workspace, job.request)).one(work.db()).await?;
    let Some(row) = row.filter(|row| is_open(row.state) && row.identity_proven_at.is_some()) else {
        return Ok(Outcome::Done);
    };
    let contact = match row.contact_id {
        Some(contact) => find_contact(work.db(), job.workspace, contact).await?,
        None => None,
    };
    let Some(contact) = contact else {
        let erased = was_erased(&work, &row).await?;
        let served = if erased { Served::Done } else { Served::Waits(RequestHurdle::NoContact) };
        note(&mut work, &app.vault, row.id, served).await?;
        work.finish(run).await?;
        work.commit().await?;
        return Ok(Outcome::Finished);
    };
    let hurdle = hurdle_of(&work, &row, contact.id).await?;
    let served = match (row.kind, hurdle) {
        (_, Some(hurdle)) => Served::Waits(hurdle),
        (RequestKind::Access | RequestKind::Portability | RequestKind::Erasure, None) => {
            serve(&mut work, &app.vault, &row, contact.id, &Serving::default()).await?
        }
        // What staff do by hand, or was done when it was received.
        _ => return Ok(Outcome::Done),
    };
    note(&mut work, &app.vault, row.id, served).await?;
    work.finish(run).await?;
    work.commit().await?;
    Ok(Outcome::Finished)
}

/// Whether it asks for an erasure that was done meanwhile for another reason.
async fn was_erased(work: &Work, row: &request::Model) -> Result<bool> {
    let Some(contact) = row.contact_id.filter(|_| row.kind == RequestKind::Erasure) else { return Ok(false) };
    Ok(erasure_of_contact(work.db(), work.workspace(), contact).await?.is_some())
}

/// Why a request is not carried out at once, if anything speaks against it.
async fn hurdle_of(work: &Work, row: &request::Model, contact: ContactId) -> Result<Option<RequestHurdle>> {
    let bases = bases_of(work.db(), work.workspace(), contact, work.now()).await?;
    let hurdle = match row.kind {
        RequestKind::Erasure => {
            if current_hold(work.db(), work.workspace(), contact, work.now()).await?.is_some() {
                Some(RequestHurdle::Held)
            } else {
                (!applies_to_all(&bases, RequestKind::Erasure)).then_some(RequestHurdle::RightMayNotApply)
            }
        }
        RequestKind::Portability => (!rights_of(&bases).contains(&(RequestKind::Portability, Applies::Yes)))
            .then_some(RequestHurdle::RightMayNotApply),
        _ => None,
    };
    Ok(hurdle)
}
